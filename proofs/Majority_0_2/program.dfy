// Majority_0_2: the value seen most often so far; ties go to the smaller
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from letter counts, largest score network with 3 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 2 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_c0(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_c0: int := Spec_c0(s[..|s|-1]);
  s_c0 + (if x == 0 then 1 else 0)
}
function Spec_c1(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_c1: int := Spec_c1(s[..|s|-1]);
  s_c1 + (if x == 1 then 1 else 0)
}
function Spec_c2(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_c2: int := Spec_c2(s[..|s|-1]);
  s_c2 + (if x == 2 then 1 else 0)
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_c0': int := Spec_c0(s);
  var s_c1': int := Spec_c1(s);
  var s_c2': int := Spec_c2(s);
  if s_c0' >= s_c1' && s_c0' >= s_c2' then 0 else if s_c1' >= s_c2' then 1 else 2
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_c0: int, p_c1: int, p_c2: int, s_c0: int, s_c1: int, s_c2: int)
{
  true
}
predicate {:opaque} Inv(p_c0: int, p_c1: int, p_c2: int, s_c0: int, s_c1: int, s_c2: int)
{
  && p_c0 == s_c0
  && p_c1 == s_c1
  && p_c2 == s_c2
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0, 0, 0, 0) && Inv(0, 0, 0, 0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_c0: int, p_c1: int, p_c2: int, s_c0: int, s_c1: int, s_c2: int, x: int, p_c0': int,
    p_c1': int, p_c2': int, s_c0': int, s_c1': int, s_c2': int)
  requires Bounds(p_c0, p_c1, p_c2, s_c0, s_c1, s_c2) && Inv(p_c0, p_c1, p_c2, s_c0, s_c1, s_c2)
  requires p_c0' == p_c0 + (if x == 0 then 1 else 0)
  requires p_c1' == p_c1 + (if x == 1 then 1 else 0)
  requires p_c2' == p_c2 + (if x == 2 then 1 else 0)
  requires s_c0' == s_c0 + (if x == 0 then 1 else 0)
  requires s_c1' == s_c1 + (if x == 1 then 1 else 0)
  requires s_c2' == s_c2 + (if x == 2 then 1 else 0)
  ensures Bounds(p_c0', p_c1', p_c2', s_c0', s_c1', s_c2')
  ensures Inv(p_c0', p_c1', p_c2', s_c0', s_c1', s_c2')
{
  reveal Inv();
}

lemma Outputs(p_c0: int, p_c1: int, p_c2: int, s_c0: int, s_c1: int, s_c2: int, x: int, p_c0': int,
    p_c1': int, p_c2': int, s_c0': int, s_c1': int, s_c2': int)
  requires Bounds(p_c0, p_c1, p_c2, s_c0, s_c1, s_c2) && Inv(p_c0, p_c1, p_c2, s_c0, s_c1, s_c2)
  requires p_c0' == p_c0 + (if x == 0 then 1 else 0)
  requires p_c1' == p_c1 + (if x == 1 then 1 else 0)
  requires p_c2' == p_c2 + (if x == 2 then 1 else 0)
  requires s_c0' == s_c0 + (if x == 0 then 1 else 0)
  requires s_c1' == s_c1 + (if x == 1 then 1 else 0)
  requires s_c2' == s_c2 + (if x == 2 then 1 else 0)
  ensures (if (if p_c0' >= p_c1' then p_c0' else p_c1') < p_c2' then 2 else if p_c0' < p_c1' then 1
      else 0) == (if s_c0' >= s_c1' && s_c0' >= s_c2' then 0 else if s_c1' >= s_c2' then 1 else 2)
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_c0: int := 0;
  var p_c1: int := 0;
  var p_c2: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_c0, p_c1, p_c2, Spec_c0(s[..i]), Spec_c1(s[..i]), Spec_c2(s[..i]))
    invariant Inv(p_c0, p_c1, p_c2, Spec_c0(s[..i]), Spec_c1(s[..i]), Spec_c2(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_c0': int := p_c0 + (if x == 0 then 1 else 0);
    var p_c1': int := p_c1 + (if x == 1 then 1 else 0);
    var p_c2': int := p_c2 + (if x == 2 then 1 else 0);
    Step(p_c0, p_c1, p_c2, Spec_c0(pre), Spec_c1(pre), Spec_c2(pre), x, p_c0', p_c1', p_c2',
        Spec_c0(now), Spec_c1(now), Spec_c2(now));
    Outputs(p_c0, p_c1, p_c2, Spec_c0(pre), Spec_c1(pre), Spec_c2(pre), x, p_c0', p_c1', p_c2',
        Spec_c0(now), Spec_c1(now), Spec_c2(now));
    ys := ys + [if (if p_c0' >= p_c1' then p_c0' else p_c1') < p_c2' then 2 else if p_c0' < p_c1'
        then 1 else 0];
    p_c0, p_c1, p_c2 := p_c0', p_c1', p_c2';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the value, from 0 to 2, that was seen most often so far; the smallest one
// where several were. Count(s, v) counts the places i of the sequence s where s[i] is v.

function Count(s: seq<int>, v: int): int { |set i: int | 0 <= i < |s| && s[i] == v| }

predicate Task(s: seq<int>, y: int)
{
  0 <= y <= 2 &&
  (forall v: int :: 0 <= v <= 2 ==> Count(s, v) <= Count(s, y)) &&
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
  ensures Spec_c0(s) == Count(s, 0)
  ensures Spec_c1(s) == Count(s, 1)
  ensures Spec_c2(s) == Count(s, 2)
{
  if |s| > 0 {
    StatesAreCounts(s[..|s|-1]);
    assert Dom(s[|s|-1]);
    OneMore(s, 0);
    OneMore(s, 1);
    OneMore(s, 2);
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
