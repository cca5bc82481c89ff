; Majority_0_2: the program gives the outputs of its specification on every sequence
;
; Task    the value seen most often so far; ties go to the smaller
; Program letter counts, largest score network with 3 hidden, seed 0
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
(declare-const p_c0 Int) ; starts at 0
(declare-const p_c1 Int) ; starts at 0
(declare-const p_c2 Int) ; starts at 0
(declare-const s_c0 Int) ; starts at 0
(declare-const s_c1 Int) ; starts at 0
(declare-const s_c2 Int) ; starts at 0

; the state after it
(define-fun next_p_c0 () Int (+ p_c0 (ite (= x 0) 1 0)))
(define-fun next_p_c1 () Int (+ p_c1 (ite (= x 1) 1 0)))
(define-fun next_p_c2 () Int (+ p_c2 (ite (= x 2) 1 0)))
(define-fun next_s_c0 () Int (+ s_c0 (ite (= x 0) 1 0)))
(define-fun next_s_c1 () Int (+ s_c1 (ite (= x 1) 1 0)))
(define-fun next_s_c2 () Int (+ s_c2 (ite (= x 2) 1 0)))

; the outputs of it
(define-fun out_program_1 () Int
  (ite (< (maximum next_p_c0 next_p_c1) next_p_c2) 2 (ite (< next_p_c0 next_p_c1) 1 0)))
(define-fun out_spec_1 () Int
  (ite (and (>= next_s_c0 next_s_c1) (>= next_s_c0 next_s_c2)) 0
  (ite (>= next_s_c1 next_s_c2) 1 2)))

; the invariant
(define-fun Inv ((p_c0 Int) (p_c1 Int) (p_c2 Int) (s_c0 Int) (s_c1 Int) (s_c2 Int)) Bool
  (and (= p_c0 s_c0) (= p_c1 s_c1) (= p_c2 s_c2)))

; Base
(push 1)
(assert (not (Inv 0 0 0 0 0 0)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert (Inv p_c0 p_c1 p_c2 s_c0 s_c1 s_c2))
(assert (not (Inv next_p_c0 next_p_c1 next_p_c2 next_s_c0 next_s_c1 next_s_c2)))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert (Inv p_c0 p_c1 p_c2 s_c0 s_c1 s_c2))
(assert (not (= out_program_1 out_spec_1)))
(check-sat)
(pop 1)
