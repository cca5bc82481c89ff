// Prev2: the input 2 steps ago, 0 before the start
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from subspace network with 3 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 99 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_x1(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  x
}
function Spec_x2(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var s_x1: int := Spec_x1(s[..|s|-1]);
  s_x1
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_x2: int := Spec_x2(s[..|s|-1]);
  s_x2
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_x1: int, p_x2: int, s_x1: int, s_x2: int)
{
  true
}
predicate {:opaque} Inv(p_x1: int, p_x2: int, s_x1: int, s_x2: int)
{
  && p_x1 == s_x1
  && p_x2 == s_x2
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0, 0) && Inv(0, 0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_x1: int, p_x2: int, s_x1: int, s_x2: int, x: int, p_x1': int, p_x2': int, s_x1': int,
    s_x2': int)
  requires Bounds(p_x1, p_x2, s_x1, s_x2) && Inv(p_x1, p_x2, s_x1, s_x2)
  requires p_x1' == x
  requires p_x2' == p_x1
  requires s_x1' == x
  requires s_x2' == s_x1
  ensures Bounds(p_x1', p_x2', s_x1', s_x2')
  ensures Inv(p_x1', p_x2', s_x1', s_x2')
{
  reveal Inv();
}

lemma Outputs(p_x1: int, p_x2: int, s_x1: int, s_x2: int, x: int, p_x1': int, p_x2': int, s_x1':
    int, s_x2': int)
  requires Bounds(p_x1, p_x2, s_x1, s_x2) && Inv(p_x1, p_x2, s_x1, s_x2)
  ensures p_x2 == s_x2
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_x1: int := 0;
  var p_x2: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_x1, p_x2, Spec_x1(s[..i]), Spec_x2(s[..i]))
    invariant Inv(p_x1, p_x2, Spec_x1(s[..i]), Spec_x2(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_x1': int := x;
    var p_x2': int := p_x1;
    Step(p_x1, p_x2, Spec_x1(pre), Spec_x2(pre), x, p_x1', p_x2', Spec_x1(now), Spec_x2(now));
    Outputs(p_x1, p_x2, Spec_x1(pre), Spec_x2(pre), x, p_x1', p_x2', Spec_x1(now), Spec_x2(now));
    ys := ys + [p_x2];
    p_x1, p_x2 := p_x1', p_x2';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the input 2 steps before the last one, 0 where there is none.

predicate Task(s: seq<int>, y: int) { y == (if 2 < |s| then s[|s|-1-2] else 0) }

// a prefix without its last input is the next shorter prefix
lemma Shorter(s: seq<int>, n: int)
  ensures 0 <= n < |s| ==> s[..n+1][..n] == s[..n]
{
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  Shorter(s, |s| - 2);
  Shorter(s, |s| - 3);
  Shorter(s, |s| - 4);
  Shorter(s, |s| - 5);
  Shorter(s, |s| - 6);
}

// ---------- the program meets the task
method ProgramForTask(s: seq<int>) returns (ys: seq<int>)
  requires InDom(s)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> Task(s[..t+1], ys[t])
{
  ys := Program(s);
  forall t | 0 <= t < |s|
    ensures Task(s[..t+1], ys[t])
  {
    SpecMeetsTask(s[..t+1]);
  }
}
