; Alternating_Last4: the program gives the outputs of its specification on every sequence
;
; Task    1 if the last four bits are 0101 or 1010
; Program teacher-forced LM h=1 g=6, snapped network with 1 hidden, seed 0
; Stated  for sequences of every length, over 0 <= x <= 1
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
(define-fun bit_and ((a Int) (b Int)) Int (ite (and (= a 1) (= b 1)) 1 0))
(define-fun bit_xor ((a Int) (b Int)) Int (ite (= a b) 0 1))
(define-fun is_bit ((i Int)) Bool (or (= i 0) (= i 1)))

; the inputs of one step
(declare-const x Int)
(define-fun Dom () Bool (and (>= x 0) (<= x 1)))

; the state before it: p_ of the program, s_ of the specification
(declare-const p_x1 Int) ; starts at 0
(declare-const p_x2 Int) ; starts at 0
(declare-const p_x3 Int) ; starts at 0
(declare-const s_x1 Int) ; starts at 0
(declare-const s_x2 Int) ; starts at 0
(declare-const s_x3 Int) ; starts at 0

; the state after it
(define-fun next_p_x1 () Int x)
(define-fun next_p_x2 () Int p_x1)
(define-fun next_p_x3 () Int p_x2)
(define-fun next_s_x1 () Int x)
(define-fun next_s_x2 () Int s_x1)
(define-fun next_s_x3 () Int s_x2)

; the outputs of it
(define-fun out_program_1 () Int
  (bit_and (bit_and (bit_xor x p_x1) (bit_xor x p_x3)) (bit_xor p_x1 p_x2)))
(define-fun out_spec_1 () Int
  (ite (and (not (= x s_x1)) (not (= s_x1 s_x2)) (not (= s_x2 s_x3))) 1 0))

; where these have a value: bits are 0 or 1, an index lies in its table
(define-fun defined_outputs () Bool
  (and
    (is_bit x)
    (is_bit p_x1)
    (and (is_bit x) (is_bit p_x3))
    (is_bit (bit_xor x p_x1))
    (is_bit (bit_xor x p_x3))
    (and (is_bit p_x1) (is_bit p_x2))
    (is_bit (bit_and (bit_xor x p_x1) (bit_xor x p_x3)))
    (is_bit (bit_xor p_x1 p_x2))))

; the invariant
(define-fun Inv ((p_x1 Int) (p_x2 Int) (p_x3 Int) (s_x1 Int) (s_x2 Int) (s_x3 Int)) Bool
  (and
    (>= p_x1 0)
    (<= p_x1 1)
    (>= p_x2 0)
    (<= p_x2 1)
    (>= p_x3 0)
    (<= p_x3 1)
    (>= s_x1 0)
    (>= s_x2 0)
    (= p_x1 s_x1)
    (= p_x2 s_x2)
    (= p_x3 s_x3)))

; Base
(push 1)
(assert (not (Inv 0 0 0 0 0 0)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert Dom)
(assert (Inv p_x1 p_x2 p_x3 s_x1 s_x2 s_x3))
(assert (not (Inv next_p_x1 next_p_x2 next_p_x3 next_s_x1 next_s_x2 next_s_x3)))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert Dom)
(assert (Inv p_x1 p_x2 p_x3 s_x1 s_x2 s_x3))
(assert (not (and defined_outputs (= out_program_1 out_spec_1))))
(check-sat)
(pop 1)
