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
predicate Bounds(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int, s_p1:
    int)
{
  true
}
predicate {:opaque} Inv(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int,
    s_p1: int)
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

lemma Step(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int, s_p1: int,
    x: int, w: int, p_z0': int, p_z1': int, p_z2': int, p_z3': int, s_v0': int, s_v1': int, s_p0':
    int, s_p1': int)
  requires Bounds(p_z0, p_z1, p_z2, p_z3, s_v0, s_v1, s_p0, s_p1) && Inv(p_z0, p_z1, p_z2, p_z3,
      s_v0, s_v1, s_p0, s_p1)
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

lemma Outputs(p_z0: int, p_z1: int, p_z2: int, p_z3: int, s_v0: int, s_v1: int, s_p0: int, s_p1:
    int, x: int, w: int, p_z0': int, p_z1': int, p_z2': int, p_z3': int, s_v0': int, s_v1': int,
    s_p0': int, s_p1': int)
  requires Bounds(p_z0, p_z1, p_z2, p_z3, s_v0, s_v1, s_p0, s_p1) && Inv(p_z0, p_z1, p_z2, p_z3,
      s_v0, s_v1, s_p0, s_p1)
  requires p_z0' == p_z0 + p_z3
  requires p_z1' == p_z1 + p_z2
  requires p_z2' == p_z2 + p_z3 + w
  requires p_z3' == p_z3 + x - p_z2
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
    invariant Bounds(p_z0, p_z1, p_z2, p_z3, Spec_v0(s[..i]), Spec_v1(s[..i]), Spec_p0(s[..i]),
        Spec_p1(s[..i]))
    invariant Inv(p_z0, p_z1, p_z2, p_z3, Spec_v0(s[..i]), Spec_v1(s[..i]), Spec_p0(s[..i]),
        Spec_p1(s[..i]))
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
    Step(p_z0, p_z1, p_z2, p_z3, Spec_v0(pre), Spec_v1(pre), Spec_p0(pre), Spec_p1(pre), x, w,
        p_z0', p_z1', p_z2', p_z3', Spec_v0(now), Spec_v1(now), Spec_p0(now), Spec_p1(now));
    Outputs(p_z0, p_z1, p_z2, p_z3, Spec_v0(pre), Spec_v1(pre), Spec_p0(pre), Spec_p1(pre), x, w,
        p_z0', p_z1', p_z2', p_z3', Spec_v0(now), Spec_v1(now), Spec_p0(now), Spec_p1(now));
    ys0 := ys0 + [p_z0' + p_z3'];
    ys1 := ys1 + [p_z1' + p_z2'];
    p_z0, p_z1, p_z2, p_z3 := p_z0', p_z1', p_z2', p_z3';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The field turns and stretches the velocity (a, b) into (a - b, a + b) in every step. A push
// (x, w) gives the body this velocity at once and moves it, in its own step and in every later
// one, by what has become of it. The outputs, the position, are the sum of what all the pushes
// so far have done.

// velocity and way of one push, so many steps later
function Turned0(x: int, w: int, steps: nat): int
  decreases steps
{
  if steps == 0 then x else Turned0(x, w, steps - 1) - Turned1(x, w, steps - 1)
}

function Turned1(x: int, w: int, steps: nat): int
  decreases steps
{
  if steps == 0 then w else Turned0(x, w, steps - 1) + Turned1(x, w, steps - 1)
}

function Way0(x: int, w: int, steps: nat): int
  decreases steps
{
  Turned0(x, w, steps) + (if steps == 0 then 0 else Way0(x, w, steps - 1))
}

function Way1(x: int, w: int, steps: nat): int
  decreases steps
{
  Turned1(x, w, steps) + (if steps == 0 then 0 else Way1(x, w, steps - 1))
}

function Position0(s: seq<Input>): int
{
  if |s| == 0 then 0 else Way0(s[0].x, s[0].w, |s| - 1) + Position0(s[1..])
}

function Position1(s: seq<Input>): int
{
  if |s| == 0 then 0 else Way1(s[0].x, s[0].w, |s| - 1) + Position1(s[1..])
}

predicate Task(s: seq<Input>, y0: int, y1: int) { y0 == Position0(s) && y1 == Position1(s) }

function Velocity0(s: seq<Input>): int
{
  if |s| == 0 then 0 else Turned0(s[0].x, s[0].w, |s| - 1) + Velocity0(s[1..])
}

function Velocity1(s: seq<Input>): int
{
  if |s| == 0 then 0 else Turned1(s[0].x, s[0].w, |s| - 1) + Velocity1(s[1..])
}

lemma VelocitySteps(s: seq<Input>)
  requires |s| > 0
  ensures Velocity0(s) == Velocity0(s[..|s|-1]) - Velocity1(s[..|s|-1]) + s[|s|-1].x
  ensures Velocity1(s) == Velocity1(s[..|s|-1]) + Velocity0(s[..|s|-1]) + s[|s|-1].w
{
  if |s| > 1 {
    VelocitySteps(s[1..]);
    assert s[..|s|-1][1..] == s[1..][..|s|-2];
  }
}

lemma PositionSteps(s: seq<Input>)
  requires |s| > 0
  ensures Position0(s) == Position0(s[..|s|-1]) + Velocity0(s)
  ensures Position1(s) == Position1(s[..|s|-1]) + Velocity1(s)
{
  if |s| > 1 {
    PositionSteps(s[1..]);
    assert s[..|s|-1][1..] == s[1..][..|s|-2];
  }
}

lemma StatesAreSums(s: seq<Input>)
  ensures Spec_v0(s) == Velocity0(s) && Spec_v1(s) == Velocity1(s)
  ensures Spec_p0(s) == Position0(s) && Spec_p1(s) == Position1(s)
{
  if |s| > 0 {
    StatesAreSums(s[..|s|-1]);
    VelocitySteps(s);
    PositionSteps(s);
  }
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec0(s), Spec1(s))
{
  StatesAreSums(s);
}

// ---------- the program meets the task
method ProgramForTask(s: seq<Input>) returns (ys0: seq<int>, ys1: seq<int>)
  requires InDom(s)
  ensures |ys0| == |s|
  ensures |ys1| == |s|
  ensures forall t :: 0 <= t < |s| ==> Task(s[..t+1], ys0[t], ys1[t])
{
  ys0, ys1 := Program(s);
  forall t | 0 <= t < |s|
    ensures Task(s[..t+1], ys0[t], ys1[t])
  {
    SpecMeetsTask(s[..t+1]);
  }
}
