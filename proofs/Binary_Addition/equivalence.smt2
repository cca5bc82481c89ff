; Binary_Addition: the program gives the outputs of its specification on every sequence
;
; Task    the digit of x + w in base 2, least significant first
; Program teacher-forced LM h=1 g=6, snapped network with 1 hidden, seed 0
; Stated  for sequences of every length, over 0 <= x <= 1, 0 <= w <= 1
; Proof   invariant found by affine, seed 0
; Made by mips-verify 0.1.0, z3 5.4.0; generated, do not edit
;
; Run     z3 smt.arith.solver=2 equivalence.smt2, or cvc5 --incremental equivalence.smt2
; Every (check-sat) must answer unsat. Each asks for a violation of one of
;
;   Base     the invariant Inv holds of the initial states
;   Step     Inv holds after a step if it held before, and the step has a result
;   Outputs  where Inv holds before a step, both outputs exist and are the same
;
; from which all outputs agree, by induction over the sequence.

(set-info :smt-lib-version 2.6)
(set-logic QF_LIA)

; functions
(define-fun bit_xor ((a Int) (b Int)) Int (ite (= a b) 0 1))
(define-fun is_bit ((i Int)) Bool (or (= i 0) (= i 1)))

; the inputs of one step
(declare-const x Int)
(declare-const w Int)
(define-fun Dom () Bool (and (>= x 0) (<= x 1) (>= w 0) (<= w 1)))

; the state before it: p_ of the program, s_ of the specification
(declare-const p_s Int) ; starts at 0
(declare-const s_carry Int) ; starts at 0

; the state after it
(define-fun next_p_s () Int (ite (= p_s x) p_s w))
(define-fun next_s_carry () Int (div (+ x w s_carry) 2))

; the outputs of it
(define-fun out_program_1 () Int (bit_xor (bit_xor p_s x) w))
(define-fun out_spec_1 () Int (mod (+ x w s_carry) 2))

; where these have a value: bits are 0 or 1, an index lies in its table
(define-fun defined_outputs () Bool
  (and (is_bit p_s) (is_bit x) (is_bit (bit_xor p_s x)) (is_bit w)))

; the invariant
(define-fun Inv ((p_s Int) (s_carry Int)) Bool
  (and (>= p_s 0) (<= p_s 1) (<= s_carry 1) (= p_s s_carry)))

; Base
(push 1)
(assert (not (Inv 0 0)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert Dom)
(assert (Inv p_s s_carry))
(assert (not (Inv next_p_s next_s_carry)))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert Dom)
(assert (Inv p_s s_carry))
(assert (not (and defined_outputs (= out_program_1 out_spec_1))))
(check-sat)
(pop 1)
