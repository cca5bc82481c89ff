// Perfect_Square_Detector: 1 if x is a square: 0, 1, 4, 9 or 16
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from one-hot subspace network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 19 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  if 0 <= x <= 1 || x == 4 || x == 9 || x == 16 then 1 else 0
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
  ensures (if 0 <= x <= 1 || x == 4 || x == 9 || x == 16 then 1 else 0) == (if 0 <= x <= 1 || x == 4
      || x == 9 || x == 16 then 1 else 0)
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
    ys := ys + [if 0 <= x <= 1 || x == 4 || x == 9 || x == 16 then 1 else 0];
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is 1 if the last input is some number times itself.

predicate SquareOf(x: int, root: int) { x == root * root }

predicate Square(x: int) { exists root: int :: 0 <= root <= x && SquareOf(x, root) }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == (if Square(s[|s|-1]) then 1 else 0)
}

lemma SquareIsLarge(root: int)
  requires root >= 5
  ensures root * root >= 25
{
  if root > 5 {
    SquareIsLarge(root - 1);
    assert root * root == (root - 1) * (root - 1) + 2 * root - 1;
  }
}

lemma RootIsSmall(x: int, root: int)
  requires Dom(x) && 0 <= root && SquareOf(x, root)
  ensures 0 <= root <= 4
{
  if root >= 5 {
    SquareIsLarge(root);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var x: int := s[|s|-1];
  assert Dom(x);
  assert SquareOf(0, 0) && SquareOf(1, 1) && SquareOf(4, 2) && SquareOf(9, 3) && SquareOf(16, 4);
  if Square(x) {
    var root: int :| 0 <= root <= x && SquareOf(x, root);
    RootIsSmall(x, root);
    assert root == 0 || root == 1 || root == 2 || root == 3 || root == 4;
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
