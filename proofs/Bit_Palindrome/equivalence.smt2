; Bit_Palindrome: the program gives the outputs of its specification on every sequence
;
; Task    1 if the bits so far read the same in both directions
; Program Adam h=4 f=40 g=40 network with 4 hidden, seed 0
; Stated  for sequences of every length, over all integers
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
(set-logic ALL)

; the inputs of one step
(declare-const x Int)

; the state before it: p_ of the program, s_ of the specification
(declare-const p_fwd Int) ; starts at 0
(declare-const p_rev Int) ; starts at 0
(declare-const p_pow Int) ; starts at 1
(declare-const s_fwd Int) ; starts at 0
(declare-const s_rev Int) ; starts at 0
(declare-const s_pow Int) ; starts at 1

; the state after it
(define-fun next_p_fwd () Int (+ (* 2 p_fwd) x))
(define-fun next_p_rev () Int (+ p_rev (* p_pow x)))
(define-fun next_p_pow () Int (* 2 p_pow))
(define-fun next_s_fwd () Int (+ (* 2 s_fwd) x))
(define-fun next_s_rev () Int (+ s_rev (* s_pow x)))
(define-fun next_s_pow () Int (* 2 s_pow))

; the outputs of it
(define-fun out_program_1 () Int (ite (= next_p_fwd next_p_rev) 1 0))
(define-fun out_spec_1 () Int (ite (= next_s_fwd next_s_rev) 1 0))

; the invariant
(define-fun Inv ((p_fwd Int) (p_rev Int) (p_pow Int) (s_fwd Int) (s_rev Int) (s_pow Int)) Bool
  (and (= p_fwd s_fwd) (= p_rev s_rev) (= p_pow s_pow)))

; Base
(push 1)
(assert (not (Inv 0 0 1 0 0 1)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert (Inv p_fwd p_rev p_pow s_fwd s_rev s_pow))
(assert (not (Inv next_p_fwd next_p_rev next_p_pow next_s_fwd next_s_rev next_s_pow)))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert (Inv p_fwd p_rev p_pow s_fwd s_rev s_pow))
(assert (not (= out_program_1 out_spec_1)))
(check-sat)
(pop 1)
