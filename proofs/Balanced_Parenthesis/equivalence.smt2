; Balanced_Parenthesis: the program gives the outputs of its specification on every sequence
;
; Task    1 if the prefix is balanced; 0 opens, 1 closes; once below zero, 0 for ever
; Program merged states <=64 network with 2 hidden, seed 0
; Stated  for sequences of every length, over 0 <= x <= 1
; Proof   invariant found by values, seed 0
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
(define-fun Dom () Bool (and (>= x 0) (<= x 1)))

; the state before it: p_ of the program, s_ of the specification
(declare-const p_n Int) ; starts at 0
(declare-const s_depth Int) ; starts at 0
(declare-const s_dead Int) ; starts at 0

; the state after it
(define-fun next_p_n () Int (ite (not (= p_n 1)) (- (+ p_n (* 2 x)) 1) p_n))
(define-fun next_s_depth () Int (- (+ s_depth 1) (* 2 x)))
(define-fun next_s_dead () Int (ite (or (= s_dead 1) (< (- (+ s_depth 1) (* 2 x)) 0)) 1 0))

; the outputs of it
(define-fun out_program_1 () Int (ite (= next_p_n 0) 1 0))
(define-fun out_spec_1 () Int (ite (and (= next_s_depth 0) (= next_s_dead 0)) 1 0))

; the invariant
(define-fun Inv ((p_n Int) (s_depth Int) (s_dead Int)) Bool
  (let ((e1 (not (= s_dead 0))))
  (and
    (<= p_n 1)
    (>= s_dead 0)
    (<= s_dead 1)
    (or (not (= s_dead 1)) (= p_n 1))
    (or e1 (<= p_n 0))
    (or e1 (= p_n (- s_depth))))))

; Base
(push 1)
(assert (not (Inv 0 0 0)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert Dom)
(assert (Inv p_n s_depth s_dead))
(assert (not (Inv next_p_n next_s_depth next_s_dead)))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert Dom)
(assert (Inv p_n s_depth s_dead))
(assert (not (= out_program_1 out_spec_1)))
(check-sat)
(pop 1)
