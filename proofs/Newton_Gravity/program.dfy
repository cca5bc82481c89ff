// Newton_Gravity: position of a body pushed by x under unit gravity
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
  s_v + x - 1
}
function Spec_r(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_v: int := Spec_v(s[..|s|-1]);
  var s_r: int := Spec_r(s[..|s|-1]);
  s_r + s_v + x - 1
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
  && p_z1 == s_v
  && p_z0 == s_r - s_v
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
  requires p_z0' == p_z0 + p_z1
  requires p_z1' == p_z1 + x - 1
  requires s_v' == s_v + x - 1
  requires s_r' == s_r + s_v + x - 1
  ensures Bounds(p_z0', p_z1', s_v', s_r')
  ensures Inv(p_z0', p_z1', s_v', s_r')
{
  reveal Inv();
}

lemma Outputs(p_z0: int, p_z1: int, s_v: int, s_r: int, x: int, p_z0': int, p_z1': int, s_v': int,
    s_r': int)
  requires Bounds(p_z0, p_z1, s_v, s_r) && Inv(p_z0, p_z1, s_v, s_r)
  requires p_z0' == p_z0 + p_z1
  requires p_z1' == p_z1 + x - 1
  requires s_r' == s_r + s_v + x - 1
  ensures p_z0' + p_z1' == s_r'
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
    var p_z0': int := p_z0 + p_z1;
    var p_z1': int := p_z1 + x - 1;
    Step(p_z0, p_z1, Spec_v(pre), Spec_r(pre), x, p_z0', p_z1', Spec_v(now), Spec_r(now));
    Outputs(p_z0, p_z1, Spec_v(pre), Spec_r(pre), x, p_z0', p_z1', Spec_v(now), Spec_r(now));
    ys := ys + [p_z0' + p_z1'];
    p_z0, p_z1 := p_z0', p_z1';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output, the position, is that of the body without gravity less the fall. A push moves
// the body in its own step and in every later one; the fall after n steps is the sum
// 1 + 2 + ... + n.

function Position(s: seq<int>): int
{
  if |s| == 0 then 0 else |s| * s[0] + Position(s[1..])
}

predicate Task(s: seq<int>, y: int) { y == Position(s) - |s| * (|s| + 1) / 2 }

// the velocity without gravity
function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

lemma OneMore(s: seq<int>)
  requires |s| > 0
  ensures Sum(s) == Sum(s[..|s|-1]) + s[|s|-1]
  ensures Position(s) == Position(s[..|s|-1]) + Sum(s)
{
  assert |s| * s[0] == (|s| - 1) * s[0] + s[0];
  if |s| > 1 {
    OneMore(s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma Fall(n: int)
  ensures n * (n + 1) / 2 == (n - 1) * n / 2 + n
{
  assert n * (n + 1) == (n - 1) * n + 2 * n;
}

lemma StatesAreSums(s: seq<int>)
  ensures Spec_v(s) == Sum(s) - |s|
  ensures Spec_r(s) == Position(s) - |s| * (|s| + 1) / 2
{
  if |s| > 0 {
    StatesAreSums(s[..|s|-1]);
    OneMore(s);
    Fall(|s|);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StatesAreSums(s);
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
