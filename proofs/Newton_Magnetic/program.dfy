// Newton_Magnetic: position in the plane of a charge pushed by (x, w) in a unit magnetic field
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from subspace network with 4 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
datatype Input = Input(x: int, w: int)
predicate Dom(x: int, w: int) { -10 <= x <= 10 && -10 <= w <= 10 }
predicate InDom(s: seq<Input>) { forall i :: 0 <= i < |s| ==> Dom(s[i].x, s[i].w) }

// ---------- the specification, each function on a whole sequence
function Spec_v0(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1].x;
  var s_v0: int := Spec_v0(s[..|s|-1]);
  var s_v1: int := Spec_v1(s[..|s|-1]);
  s_v0 + x - s_v1
}
function Spec_v1(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var w: int := s[|s|-1].w;
  var s_v0: int := Spec_v0(s[..|s|-1]);
  var s_v1: int := Spec_v1(s[..|s|-1]);
  s_v1 + w + s_v0
}
function Spec_p0(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1].x;
  var s_v0: int := Spec_v0(s[..|s|-1]);
  var s_v1: int := Spec_v1(s[..|s|-1]);
  var s_p0: int := Spec_p0(s[..|s|-1]);
  s_p0 + s_v0 + x - s_v1
}
function Spec_p1(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var w: int := s[|s|-1].w;
  var s_v0: int := Spec_v0(s[..|s|-1]);
  var s_v1: int := Spec_v1(s[..|s|-1]);
  var s_p1: int := Spec_p1(s[..|s|-1]);
  s_p1 + s_v1 + w + s_v0
}
function Spec0(s: seq<Input>): int
  requires |s| > 0
{
  var s_p0': int := Spec_p0(s);
  s_p0'
}
function Spec1(s: seq<Input>): int
  requires |s| > 0
{
  var s_p1': int := Spec_p1(s);
  s_p1'
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int, s_p1: int)
{
  true
}
predicate {:opaque} Inv(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int, s_p1: int)
{
  && p_z2 == s_v1
  && p_z3 == s_v0
  && p_z0 == s_p0 - s_v0
  && p_z1 == s_p1 - s_v1
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0, 0, 0, 0, 0, 0) && Inv(0, 0, 0, 0, 0, 0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int, s_p1: int, x: int, w: int, p_z0': int, p_z1': int, p_z2': int, p_z3': int, s_v0': int, s_v1': int, s_p0': int, s_p1': int)
  requires Bounds(p_z0, p_z1, p_z2, p_z3, s_v0, s_v1, s_p0, s_p1) && Inv(p_z0, p_z1, p_z2, p_z3, s_v0, s_v1, s_p0, s_p1)
  requires p_z0' == p_z0 + p_z3
  requires p_z1' == p_z1 + p_z2
  requires p_z2' == p_z2 + p_z3 + w
  requires p_z3' == p_z3 + x - p_z2
  requires s_v0' == s_v0 + x - s_v1
  requires s_v1' == s_v1 + w + s_v0
  requires s_p0' == s_p0 + s_v0 + x - s_v1
  requires s_p1' == s_p1 + s_v1 + w + s_v0
  ensures Bounds(p_z0', p_z1', p_z2', p_z3', s_v0', s_v1', s_p0', s_p1')
  ensures Inv(p_z0', p_z1', p_z2', p_z3', s_v0', s_v1', s_p0', s_p1')
{
  reveal Inv();
}

lemma Outputs(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int, s_p1: int, x: int, w: int, p_z0': int, p_z1': int, p_z2': int, p_z3': int, s_v0': int, s_v1': int, s_p0': int, s_p1': int)
  requires Bounds(p_z0, p_z1, p_z2, p_z3, s_v0, s_v1, s_p0, s_p1) && Inv(p_z0, p_z1, p_z2, p_z3, s_v0, s_v1, s_p0, s_p1)
  requires p_z0' == p_z0 + p_z3
  requires p_z1' == p_z1 + p_z2
  requires p_z2' == p_z2 + p_z3 + w
  requires p_z3' == p_z3 + x - p_z2
  requires s_v0' == s_v0 + x - s_v1
  requires s_v1' == s_v1 + w + s_v0
  requires s_p0' == s_p0 + s_v0 + x - s_v1
  requires s_p1' == s_p1 + s_v1 + w + s_v0
  ensures p_z0' + p_z3' == s_p0'
  ensures p_z1' + p_z2' == s_p1'
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<Input>) returns (ys0: seq<int>, ys1: seq<int>)
  ensures |ys0| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys0[t] == Spec0(s[..t+1])
  ensures |ys1| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys1[t] == Spec1(s[..t+1])
{
  var p_z0: int := 0;
  var p_z1: int := 0;
  var p_z2: int := 0;
  var p_z3: int := 0;
  ys0 := [];
  ys1 := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_z0, p_z1, p_z2, p_z3, Spec_v0(s[..i]), Spec_v1(s[..i]), Spec_p0(s[..i]), Spec_p1(s[..i]))
    invariant Inv(p_z0, p_z1, p_z2, p_z3, Spec_v0(s[..i]), Spec_v1(s[..i]), Spec_p0(s[..i]), Spec_p1(s[..i]))
    invariant |ys0| == i
    invariant forall t :: 0 <= t < i ==> ys0[t] == Spec0(s[..t+1])
    invariant |ys1| == i
    invariant forall t :: 0 <= t < i ==> ys1[t] == Spec1(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i].x;
    var w: int := s[i].w;
    ghost var pre: seq<Input> := s[..i];
    ghost var now: seq<Input> := s[..i+1];
    assert now[..i] == pre;
    var p_z0': int := p_z0 + p_z3;
    var p_z1': int := p_z1 + p_z2;
    var p_z2': int := p_z2 + p_z3 + w;
    var p_z3': int := p_z3 + x - p_z2;
    Step(p_z0, p_z1, p_z2, p_z3, Spec_v0(pre), Spec_v1(pre), Spec_p0(pre), Spec_p1(pre), x, w, p_z0', p_z1', p_z2', p_z3', Spec_v0(now), Spec_v1(now), Spec_p0(now), Spec_p1(now));
    Outputs(p_z0, p_z1, p_z2, p_z3, Spec_v0(pre), Spec_v1(pre), Spec_p0(pre), Spec_p1(pre), x, w, p_z0', p_z1', p_z2', p_z3', Spec_v0(now), Spec_v1(now), Spec_p0(now), Spec_p1(now));
    ys0 := ys0 + [p_z0' + p_z3'];
    ys1 := ys1 + [p_z1' + p_z2'];
    p_z0, p_z1, p_z2, p_z3 := p_z0', p_z1', p_z2', p_z3';
    i := i + 1;
  }
}
