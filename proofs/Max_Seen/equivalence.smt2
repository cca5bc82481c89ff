; Max_Seen: the program gives the outputs of its specification on every sequence
;
; Task    largest input so far
; Program LM h=1 f=6 g=linear, snapped network with 1 hidden, seed 0
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
(set-logic QF_LIA)

; functions
(define-fun maximum ((a Int) (b Int)) Int (ite (>= a b) a b))

; the inputs of one step
(declare-const x Int)

; the state before it: p_ of the program, s_ of the specification
(declare-const p_y Int) ; starts at 0
(declare-const s_m Int) ; starts at 0

; the state after it
(define-fun next_p_y () Int (maximum p_y x))
(define-fun next_s_m () Int (maximum s_m x))

; the outputs of it
(define-fun out_program_1 () Int next_p_y)
(define-fun out_spec_1 () Int next_s_m)

; the invariant
(define-fun Inv ((p_y Int) (s_m Int)) Bool (= p_y s_m))

; Base
(push 1)
(assert (not (Inv 0 0)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert (Inv p_y s_m))
(assert (not (Inv next_p_y next_s_m)))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert (Inv p_y s_m))
(assert (not (= out_program_1 out_spec_1)))
(check-sat)
(pop 1)
