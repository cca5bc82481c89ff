; Newton_Magnetic: the program gives the outputs of its specification on every sequence
;
; Task    position in the plane of a charge pushed by (x, w) in a unit magnetic field
; Program subspace network with 4 hidden, seed 0
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

; the inputs of one step
(declare-const x Int)
(declare-const w Int)

; the state before it: p_ of the program, s_ of the specification
(declare-const p_z0 Int) ; starts at 0
(declare-const p_z1 Int) ; starts at 0
(declare-const p_z2 Int) ; starts at 0
(declare-const p_z3 Int) ; starts at 0
(declare-const s_v0 Int) ; starts at 0
(declare-const s_v1 Int) ; starts at 0
(declare-const s_p0 Int) ; starts at 0
(declare-const s_p1 Int) ; starts at 0

; the state after it
(define-fun next_p_z0 () Int (+ p_z0 p_z3))
(define-fun next_p_z1 () Int (+ p_z1 p_z2))
(define-fun next_p_z2 () Int (+ p_z2 p_z3 w))
(define-fun next_p_z3 () Int (- (+ p_z3 x) p_z2))
(define-fun next_s_v0 () Int (- (+ s_v0 x) s_v1))
(define-fun next_s_v1 () Int (+ s_v1 w s_v0))
(define-fun next_s_p0 () Int (- (+ s_p0 s_v0 x) s_v1))
(define-fun next_s_p1 () Int (+ s_p1 s_v1 w s_v0))

; the outputs of it
(define-fun out_program_1 () Int (+ next_p_z0 next_p_z3))
(define-fun out_program_2 () Int (+ next_p_z1 next_p_z2))
(define-fun out_spec_1 () Int next_s_p0)
(define-fun out_spec_2 () Int next_s_p1)

; the invariant
(define-fun Inv ((p_z0 Int) (p_z1 Int) (p_z2 Int) (p_z3 Int) (s_v0 Int) (s_v1 Int) (s_p0 Int) (s_p1 Int)) Bool
  (and (= p_z2 s_v1) (= p_z3 s_v0) (= p_z0 (- s_p0 s_v0)) (= p_z1 (- s_p1 s_v1))))

; Base
(push 1)
(assert (not (Inv 0 0 0 0 0 0 0 0)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert (Inv p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1))
(assert
  (not (Inv next_p_z0 next_p_z1 next_p_z2 next_p_z3 next_s_v0 next_s_v1 next_s_p0 next_s_p1)))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert (Inv p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1))
(assert (not (and (= out_program_1 out_spec_1) (= out_program_2 out_spec_2))))
(check-sat)
(pop 1)
