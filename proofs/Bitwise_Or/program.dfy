// Bitwise_Or: bitwise or of the two inputs
//
// The program below equals its specification for sequences of every length,
// for inputs within the range Dom.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
datatype Input = Input(x: int, w: int)
predicate Dom(x: int, w: int) { 0 <= x <= 1 && 0 <= w <= 1 }
predicate InDom(s: seq<Input>) { forall i :: 0 <= i < |s| ==> Dom(s[i].x, s[i].w) }

// ---------- the specification, each function on a whole sequence
function Spec(s: seq<Input>): int
  requires |s| > 0
{
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  if x == 1 || w == 1 then 1 else 0
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

lemma Step(x: int, w: int)
  requires Bounds() && Inv()
  requires Dom(x, w)
  ensures Bounds()
  ensures Inv()
{
  reveal Inv();
}

lemma Outputs(x: int, w: int)
  requires Bounds() && Inv()
  requires Dom(x, w)
  ensures 0 <= x <= 1
  ensures 0 <= w <= 1
  ensures (if x == 1 || w == 1 then 1 else 0) == (if x == 1 || w == 1 then 1 else 0)
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<Input>) returns (ys: seq<int>)
  requires InDom(s)
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
    var x: int := s[i].x;
    var w: int := s[i].w;
    ghost var pre: seq<Input> := s[..i];
    ghost var now: seq<Input> := s[..i+1];
    assert now[..i] == pre;
    Step(x, w);
    Outputs(x, w);
    ys := ys + [if x == 1 || w == 1 then 1 else 0];
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is 1 if at least one of the last bits is 1.

predicate Task(s: seq<Input>, y: int)
  requires |s| > 0
{
  var last: Input := s[|s|-1];
  y == (if last.x == 1 || last.w == 1 then 1 else 0)
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  assert Dom(s[|s|-1].x, s[|s|-1].w);
}

// ---------- the program meets the task
method ProgramForTask(s: seq<Input>) returns (ys: seq<int>)
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
