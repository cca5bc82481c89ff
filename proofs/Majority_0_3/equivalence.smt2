; Majority_0_3: the program gives the outputs of its specification on every sequence
;
; Task    the value seen most often so far; ties go to the smaller
; Program one-hot linear state h=3 f=linear g=24-24 network with 3 hidden, seed 0
; Stated  for sequences of every length, over 0 <= x <= 3
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
(define-fun table_1 ((i Int)) Int (ite (< i 2) (ite (< i 1) (- 1) 1) 0))
(define-fun table_2 ((i Int)) Int (ite (< i 2) (ite (< i 1) (- 1) 0) (ite (< i 3) 1 0)))

; the inputs of one step
(declare-const x Int)
(define-fun Dom () Bool (and (>= x 0) (<= x 3)))

; the state before it: p_ of the program, s_ of the specification
(declare-const p_n0 Int) ; starts at 0
(declare-const p_n1 Int) ; starts at 0
(declare-const p_n2 Int) ; starts at 0
(declare-const s_c0 Int) ; starts at 0
(declare-const s_c1 Int) ; starts at 0
(declare-const s_c2 Int) ; starts at 0
(declare-const s_c3 Int) ; starts at 0

; the state after it
(define-fun next_p_n0 () Int (+ p_n0 (table_1 x)))
(define-fun next_p_n1 () Int (+ p_n1 (table_2 x)))
(define-fun next_p_n2 () Int (+ p_n2 (div (- x 1) 2)))
(define-fun next_s_c0 () Int (+ s_c0 (ite (= x 0) 1 0)))
(define-fun next_s_c1 () Int (+ s_c1 (ite (= x 1) 1 0)))
(define-fun next_s_c2 () Int (+ s_c2 (ite (= x 2) 1 0)))
(define-fun next_s_c3 () Int (+ s_c3 (ite (= x 3) 1 0)))

; the outputs of it
(define-fun out_program_1 () Int
  (ite (and (< next_p_n0 next_p_n1) (> next_p_n1 0) (>= next_p_n1 next_p_n2)) 2
  (ite (< (maximum next_p_n0 next_p_n2) 1) 0 (ite (< next_p_n0 next_p_n2) 3 1))))
(define-fun out_spec_1 () Int
  (ite (and (>= next_s_c0 next_s_c1) (>= next_s_c0 next_s_c2) (>= next_s_c0 next_s_c3)) 0
  (ite (and (>= next_s_c1 next_s_c2) (>= next_s_c1 next_s_c3)) 1
  (ite (>= next_s_c2 next_s_c3) 2 3))))

; where these have a value: bits are 0 or 1, an index lies in its table
(define-fun defined_next_p_n0 () Bool (and (<= 0 x) (< x 4)))
(define-fun defined_next_p_n1 () Bool (and (<= 0 x) (< x 4)))
(define-fun defined_outputs () Bool
  (let ((e1 (and (< next_p_n0 next_p_n1) (> next_p_n1 0))))
  (and
    defined_next_p_n0
    (or (not (< next_p_n0 next_p_n1)) defined_next_p_n0)
    (or (not e1) defined_next_p_n0)
    (or
      (and e1 (>= next_p_n1 next_p_n2))
      (and defined_next_p_n0 (or (< (maximum next_p_n0 next_p_n2) 1) defined_next_p_n0))))))

; the invariant
(define-fun Inv ((p_n0 Int) (p_n1 Int) (p_n2 Int) (s_c0 Int) (s_c1 Int) (s_c2 Int) (s_c3 Int)) Bool
  (and (= p_n0 (- s_c1 s_c0)) (= p_n1 (- s_c2 s_c0)) (= p_n2 (- s_c3 s_c0))))

; Base
(push 1)
(assert (not (Inv 0 0 0 0 0 0 0)))
(check-sat)
(pop 1)

; Step
(push 1)
(assert Dom)
(assert (Inv p_n0 p_n1 p_n2 s_c0 s_c1 s_c2 s_c3))
(assert
  (not
    (and
      defined_next_p_n0
      defined_next_p_n1
      (Inv next_p_n0 next_p_n1 next_p_n2 next_s_c0 next_s_c1 next_s_c2 next_s_c3))))
(check-sat)
(pop 1)

; Outputs
(push 1)
(assert Dom)
(assert (Inv p_n0 p_n1 p_n2 s_c0 s_c1 s_c2 s_c3))
(assert (not (and defined_outputs (= out_program_1 out_spec_1))))
(check-sat)
(pop 1)
