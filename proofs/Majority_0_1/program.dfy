// Majority_0_1: the value seen most often so far; ties go to 0
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_zeros(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_zeros: int := Spec_zeros(s[..|s|-1]);
  s_zeros + 1 - x
}
function Spec_ones(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_ones: int := Spec_ones(s[..|s|-1]);
  s_ones + x
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_zeros': int := Spec_zeros(s);
  var s_ones': int := Spec_ones(s);
  if s_ones' > s_zeros' then 1 else 0
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_n: int, s_zeros: int, s_ones: int)
{
  true
}
predicate {:opaque} Inv(p_n: int, s_zeros: int, s_ones: int)
{
  && p_n == s_ones - s_zeros
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0) && Inv(0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_n: int, s_zeros: int, s_ones: int, x: int, p_n': int, s_zeros': int, s_ones': int)
  requires Bounds(p_n, s_zeros, s_ones) && Inv(p_n, s_zeros, s_ones)
  requires p_n' == p_n + 2 * x - 1
  requires s_zeros' == s_zeros + 1 - x
  requires s_ones' == s_ones + x
  ensures Bounds(p_n', s_zeros', s_ones')
  ensures Inv(p_n', s_zeros', s_ones')
{
  reveal Inv();
}

lemma Outputs(p_n: int, s_zeros: int, s_ones: int, x: int, p_n': int, s_zeros': int, s_ones': int)
  requires Bounds(p_n, s_zeros, s_ones) && Inv(p_n, s_zeros, s_ones)
  requires p_n' == p_n + 2 * x - 1
  requires s_zeros' == s_zeros + 1 - x
  requires s_ones' == s_ones + x
  ensures (if p_n' > 0 then 1 else 0) == (if s_ones' > s_zeros' then 1 else 0)
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_n: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_n, Spec_zeros(s[..i]), Spec_ones(s[..i]))
    invariant Inv(p_n, Spec_zeros(s[..i]), Spec_ones(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_n': int := p_n + 2 * x - 1;
    Step(p_n, Spec_zeros(pre), Spec_ones(pre), x, p_n', Spec_zeros(now), Spec_ones(now));
    Outputs(p_n, Spec_zeros(pre), Spec_ones(pre), x, p_n', Spec_zeros(now), Spec_ones(now));
    ys := ys + [if p_n' > 0 then 1 else 0];
    p_n := p_n';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the value, from 0 to 1, that was seen most often so far; the smallest one
// where several were. Count(s, v) counts the places i of the sequence s where s[i] is v.

function Count(s: seq<int>, v: int): int { |set i: int | 0 <= i < |s| && s[i] == v| }

predicate Task(s: seq<int>, y: int)
{
  0 <= y <= 1 &&
  (forall v: int :: 0 <= v <= 1 ==> Count(s, v) <= Count(s, y)) &&
  (forall v: int :: 0 <= v < y ==> Count(s, v) < Count(s, y))
}

lemma OneMore(s: seq<int>, v: int)
  requires |s| > 0
  ensures Count(s, v) == Count(s[..|s|-1], v) + (if s[|s|-1] == v then 1 else 0)
{
  var p: seq<int> := s[..|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i] == v;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i] == v;
  assert now == (if s[|s|-1] == v then before + {|s|-1} else before);
}

lemma StatesAreCounts(s: seq<int>)
  requires InDom(s)
  ensures Spec_zeros(s) == Count(s, 0)
  ensures Spec_ones(s) == Count(s, 1)
{
  if |s| > 0 {
    StatesAreCounts(s[..|s|-1]);
    assert Dom(s[|s|-1]);
    OneMore(s, 0);
    OneMore(s, 1);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StatesAreCounts(s);
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires Task(s, y) && Task(s, z)
  ensures y == z
{
  assert Count(s, y) == Count(s, z);
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
