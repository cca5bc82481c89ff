// Newton_Spring: position of a body pushed by x on a unit spring
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from subspace network with 2 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { -10 <= x <= 10 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_v(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_v: int := Spec_v(s[..|s|-1]);
  var s_r: int := Spec_r(s[..|s|-1]);
  s_v + x - s_r
}
function Spec_r(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_v: int := Spec_v(s[..|s|-1]);
  s_v + x
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_r': int := Spec_r(s);
  s_r'
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_z0: int, p_z1: int, s_v: int, s_r: int)
{
  true
}
predicate {:opaque} Inv(p_z0: int, p_z1: int, s_v: int, s_r: int)
{
  && p_z0 == s_r
  && p_z1 == s_r - s_v
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0, 0) && Inv(0, 0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_z0: int, p_z1: int, s_v: int, s_r: int, x: int, p_z0': int, p_z1': int, s_v': int,
    s_r': int)
  requires Bounds(p_z0, p_z1, s_v, s_r) && Inv(p_z0, p_z1, s_v, s_r)
  requires p_z0' == p_z0 + x - p_z1
  requires p_z1' == p_z0
  requires s_v' == s_v + x - s_r
  requires s_r' == s_v + x
  ensures Bounds(p_z0', p_z1', s_v', s_r')
  ensures Inv(p_z0', p_z1', s_v', s_r')
{
  reveal Inv();
}

lemma Outputs(p_z0: int, p_z1: int, s_v: int, s_r: int, x: int, p_z0': int, p_z1': int, s_v': int,
    s_r': int)
  requires Bounds(p_z0, p_z1, s_v, s_r) && Inv(p_z0, p_z1, s_v, s_r)
  requires p_z0' == p_z0 + x - p_z1
  requires s_r' == s_v + x
  ensures p_z0' == s_r'
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_z0: int := 0;
  var p_z1: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_z0, p_z1, Spec_v(s[..i]), Spec_r(s[..i]))
    invariant Inv(p_z0, p_z1, Spec_v(s[..i]), Spec_r(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_z0': int := p_z0 + x - p_z1;
    var p_z1': int := p_z0;
    Step(p_z0, p_z1, Spec_v(pre), Spec_r(pre), x, p_z0', p_z1', Spec_v(now), Spec_r(now));
    Outputs(p_z0, p_z1, Spec_v(pre), Spec_r(pre), x, p_z0', p_z1', Spec_v(now), Spec_r(now));
    ys := ys + [p_z0'];
    p_z0, p_z1 := p_z0', p_z1';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// A push x makes the body swing through x, x, 0, -x, -x, 0, and so on for ever. The output,
// the position, is the sum of the places to which all the pushes so far have it swing.

function Swing(x: int, age: int): int
{
  var phase: int := age % 6;
  if phase < 2 then x else if phase == 2 || phase == 5 then 0 else -x
}

function Position(s: seq<int>): int
{
  if |s| == 0 then 0 else Swing(s[0], |s| - 1) + Position(s[1..])
}

predicate Task(s: seq<int>, y: int) { y == Position(s) }

// a swing obeys the equation of the spring
lemma SwingSteps(x: int, age: int)
  ensures Swing(x, age) == Swing(x, age - 1) - Swing(x, age - 2)
{
}

lemma PositionSteps(s: seq<int>)
  requires |s| >= 2
  ensures Position(s) == Position(s[..|s|-1]) - Position(s[..|s|-2]) + s[|s|-1]
{
  var n: int := |s|;
  assert s[..n-1][1..] == s[1..][..n-2];
  SwingSteps(s[0], n - 1);
  if n > 2 {
    PositionSteps(s[1..]);
    assert s[..n-2][1..] == s[1..][..n-3];
  } else {
    assert Position(s[..1]) == Swing(s[0], 0) == s[0];
    assert Position(s[1..]) == Swing(s[1], 0) == s[1];
  }
}

lemma StatesArePositions(s: seq<int>)
  ensures Spec_r(s) == Position(s)
  ensures |s| > 0 ==> Spec_v(s) == Position(s) - Position(s[..|s|-1])
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    StatesArePositions(p);
    if |s| > 1 {
      assert p[..|p|-1] == s[..|s|-2];
      PositionSteps(s);
    }
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StatesArePositions(s);
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
