// Abs_Diff: distance between x and the input before
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from teacher-forced LM h=2 g=4, snapped network with 2 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { -100 <= x <= 99 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_x1(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  x
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  var s_x1: int := Spec_x1(s[..|s|-1]);
  (var k: int := x - s_x1; if k < 0 then -k else k)
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_x1: int, s_x1: int)
{
  true
}
predicate {:opaque} Inv(p_x1: int, s_x1: int)
{
  && p_x1 == s_x1
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_x1: int, s_x1: int, x: int, p_x1': int, s_x1': int)
  requires Bounds(p_x1, s_x1) && Inv(p_x1, s_x1)
  requires p_x1' == x
  requires s_x1' == x
  ensures Bounds(p_x1', s_x1')
  ensures Inv(p_x1', s_x1')
{
  reveal Inv();
}

lemma Outputs(p_x1: int, s_x1: int, x: int, p_x1': int, s_x1': int)
  requires Bounds(p_x1, s_x1) && Inv(p_x1, s_x1)
  ensures (var k: int := x - p_x1; if k < 0 then -k else k) == (var k: int := x - s_x1; if k < 0
      then -k else k)
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_x1: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_x1, Spec_x1(s[..i]))
    invariant Inv(p_x1, Spec_x1(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_x1': int := x;
    Step(p_x1, Spec_x1(pre), x, p_x1', Spec_x1(now));
    Outputs(p_x1, Spec_x1(pre), x, p_x1', Spec_x1(now));
    ys := ys + [(var k: int := x - p_x1; if k < 0 then -k else k)];
    p_x1 := p_x1';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the distance from the last input to the one before it, which is 0 at the
// start: a number that is not negative and is one of the two differences.

function Previous(s: seq<int>): int { if |s| >= 2 then s[|s|-2] else 0 }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y >= 0 && (y == s[|s|-1] - Previous(s) || y == Previous(s) - s[|s|-1])
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires |s| > 0 && Task(s, y) && Task(s, z)
  ensures y == z
{
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
