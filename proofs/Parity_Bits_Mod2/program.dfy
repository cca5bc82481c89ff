// Parity_Bits_Mod2: 0, 1, 0, 1, ... whatever the input
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from subspace network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_p(s: seq<int>): int
{
  if |s| == 0 then 1 else
  var s_p: int := Spec_p(s[..|s|-1]);
  1 - s_p
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_p': int := Spec_p(s);
  s_p'
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_s: int, s_p: int)
{
  true
}
predicate {:opaque} Inv(p_s: int, s_p: int)
{
  && p_s == -s_p + 1
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 1) && Inv(0, 1)
{
  reveal Inv();
}

lemma Step(p_s: int, s_p: int, x: int, p_s': int, s_p': int)
  requires Bounds(p_s, s_p) && Inv(p_s, s_p)
  requires p_s' == 1 - p_s
  requires s_p' == 1 - s_p
  ensures Bounds(p_s', s_p')
  ensures Inv(p_s', s_p')
{
  reveal Inv();
}

lemma Outputs(p_s: int, s_p: int, x: int, p_s': int, s_p': int)
  requires Bounds(p_s, s_p) && Inv(p_s, s_p)
  requires s_p' == 1 - s_p
  ensures p_s == s_p'
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_s: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_s, Spec_p(s[..i]))
    invariant Inv(p_s, Spec_p(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_s': int := 1 - p_s;
    Step(p_s, Spec_p(pre), x, p_s', Spec_p(now));
    Outputs(p_s, Spec_p(pre), x, p_s', Spec_p(now));
    ys := ys + [p_s];
    p_s := p_s';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the parity of the number of inputs before this one: 0, 1, 0, 1, ...
// What the inputs are does not matter.

function Before(s: seq<int>): int { |s| - 1 }

predicate Task(s: seq<int>, y: int) { y == Before(s) % 2 }

lemma StateIsParity(s: seq<int>)
  ensures Spec_p(s) == 1 - |s| % 2
{
  if |s| > 0 {
    StateIsParity(s[..|s|-1]);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsParity(s);
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
