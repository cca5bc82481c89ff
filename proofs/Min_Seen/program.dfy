// Min_Seen: smallest input so far
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from LM h=1 f=6 g=linear, snapped network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 9 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_m(s: seq<int>): int
{
  if |s| == 0 then 9 else
  var x: int := s[|s|-1];
  var s_m: int := Spec_m(s[..|s|-1]);
  if s_m <= x then s_m else x
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_m': int := Spec_m(s);
  s_m'
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_s: int, s_m: int)
{
  true
}
predicate {:opaque} Inv(p_s: int, s_m: int)
{
  && p_s == s_m
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(9, 9) && Inv(9, 9)
{
  reveal Inv();
}

lemma Step(p_s: int, s_m: int, x: int, p_s': int, s_m': int)
  requires Bounds(p_s, s_m) && Inv(p_s, s_m)
  requires p_s' == (if p_s <= x then p_s else x)
  requires s_m' == (if s_m <= x then s_m else x)
  ensures Bounds(p_s', s_m')
  ensures Inv(p_s', s_m')
{
  reveal Inv();
}

lemma Outputs(p_s: int, s_m: int, x: int, p_s': int, s_m': int)
  requires Bounds(p_s, s_m) && Inv(p_s, s_m)
  requires p_s' == (if p_s <= x then p_s else x)
  requires s_m' == (if s_m <= x then s_m else x)
  ensures p_s' == s_m'
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_s: int := 9;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_s, Spec_m(s[..i]))
    invariant Inv(p_s, Spec_m(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_s': int := if p_s <= x then p_s else x;
    Step(p_s, Spec_m(pre), x, p_s', Spec_m(now));
    Outputs(p_s, Spec_m(pre), x, p_s', Spec_m(now));
    ys := ys + [p_s'];
    p_s := p_s';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the smallest input so far: it is one of the inputs that were read, and no
// input is smaller.

predicate IsMinimum(s: seq<int>, y: int)
{
  (exists i: int :: 0 <= i < |s| && s[i] == y) &&
  (forall i: int :: 0 <= i < |s| ==> s[i] >= y)
}

predicate Task(s: seq<int>, y: int) { IsMinimum(s, y) }

lemma StateIsMinimum(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures IsMinimum(s, Spec_m(s))
{
  var p: seq<int> := s[..|s|-1];
  assert Dom(s[|s|-1]);
  if |s| > 1 {
    StateIsMinimum(p);
    var i: int :| 0 <= i < |p| && p[i] == Spec_m(p);
    assert s[i] == Spec_m(p);
    assert forall j: int :: 0 <= j < |p| ==> s[j] == p[j] >= Spec_m(p);
  }
  assert s[|s|-1] >= Spec_m(s);
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsMinimum(s);
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires Task(s, y) && Task(s, z)
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
