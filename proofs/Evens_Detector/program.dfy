// Evens_Detector: 1 if x is even
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from one-hot subspace network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 9 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  1 - x % 2
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
  ensures 1 - x % 2 == 1 - x % 2
{
  reveal Inv();
  assert x == 2 * (x / 2) + x % 2;
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
    ys := ys + [1 - x % 2];
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is 1 if the last input is twice some number.

predicate Twice(x: int, half: int) { x == 2 * half }

predicate Even(x: int) { exists half: int :: 0 <= half <= x && Twice(x, half) }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == (if Even(s[|s|-1]) then 1 else 0)
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var x: int := s[|s|-1];
  assert Dom(x) && x == 2 * (x / 2) + x % 2;
  if x % 2 == 0 {
    assert Twice(x, x / 2);
  }
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
