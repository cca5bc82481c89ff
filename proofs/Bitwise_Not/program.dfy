// Bitwise_Not: the other bit
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from subspace network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  1 - x
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds()
{
  true
}
predicate {:opaque} Inv()
{
  true
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds() && Inv()
{
  reveal Inv();
}

lemma Step(x: int)
  requires Bounds() && Inv()
  ensures Bounds()
  ensures Inv()
{
  reveal Inv();
}

lemma Outputs(x: int)
  requires Bounds() && Inv()
  ensures 1 - x == 1 - x
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds()
    invariant Inv()
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    Step(x);
    Outputs(x);
    ys := ys + [1 - x];
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the bit that the last one is not.

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  0 <= y <= 1 && y != s[|s|-1]
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  assert Dom(s[|s|-1]);
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires |s| > 0 && InDom(s) && Task(s, y) && Task(s, z)
  ensures y == z
{
  assert Dom(s[|s|-1]);
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
