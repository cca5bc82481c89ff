// Sum_Last7: sum of the last 7 inputs
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from subspace network with 7 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 99 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_x1(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  x
}
function Spec_x2(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var s_x1: int := Spec_x1(s[..|s|-1]);
  s_x1
}
function Spec_x3(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var s_x2: int := Spec_x2(s[..|s|-1]);
  s_x2
}
function Spec_x4(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var s_x3: int := Spec_x3(s[..|s|-1]);
  s_x3
}
function Spec_x5(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var s_x4: int := Spec_x4(s[..|s|-1]);
  s_x4
}
function Spec_x6(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var s_x5: int := Spec_x5(s[..|s|-1]);
  s_x5
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  var s_x1: int := Spec_x1(s[..|s|-1]);
  var s_x2: int := Spec_x2(s[..|s|-1]);
  var s_x3: int := Spec_x3(s[..|s|-1]);
  var s_x4: int := Spec_x4(s[..|s|-1]);
  var s_x5: int := Spec_x5(s[..|s|-1]);
  var s_x6: int := Spec_x6(s[..|s|-1]);
  x + s_x1 + s_x2 + s_x3 + s_x4 + s_x5 + s_x6
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, p_x6: int, s_x1: int, s_x2:
    int, s_x3: int, s_x4: int, s_x5: int, s_x6: int)
{
  true
}
predicate {:opaque} Inv(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, p_x6: int, s_x1: int,
    s_x2: int, s_x3: int, s_x4: int, s_x5: int, s_x6: int)
{
  && p_x1 == s_x1
  && p_x2 == s_x2
  && p_x3 == s_x3
  && p_x4 == s_x4
  && p_x5 == s_x5
  && p_x6 == s_x6
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) && Inv(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, p_x6: int, s_x1: int, s_x2: int,
    s_x3: int, s_x4: int, s_x5: int, s_x6: int, x: int, p_x1': int, p_x2': int, p_x3': int, p_x4':
    int, p_x5': int, p_x6': int, s_x1': int, s_x2': int, s_x3': int, s_x4': int, s_x5': int, s_x6':
    int)
  requires Bounds(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, s_x1, s_x2, s_x3, s_x4, s_x5, s_x6) &&
      Inv(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, s_x1, s_x2, s_x3, s_x4, s_x5, s_x6)
  requires p_x1' == x
  requires p_x2' == p_x1
  requires p_x3' == p_x2
  requires p_x4' == p_x3
  requires p_x5' == p_x4
  requires p_x6' == p_x5
  requires s_x1' == x
  requires s_x2' == s_x1
  requires s_x3' == s_x2
  requires s_x4' == s_x3
  requires s_x5' == s_x4
  requires s_x6' == s_x5
  ensures Bounds(p_x1', p_x2', p_x3', p_x4', p_x5', p_x6', s_x1', s_x2', s_x3', s_x4', s_x5', s_x6')
  ensures Inv(p_x1', p_x2', p_x3', p_x4', p_x5', p_x6', s_x1', s_x2', s_x3', s_x4', s_x5', s_x6')
{
  reveal Inv();
}

lemma Outputs(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, p_x6: int, s_x1: int, s_x2:
    int, s_x3: int, s_x4: int, s_x5: int, s_x6: int, x: int, p_x1': int, p_x2': int, p_x3': int,
    p_x4': int, p_x5': int, p_x6': int, s_x1': int, s_x2': int, s_x3': int, s_x4': int, s_x5': int,
    s_x6': int)
  requires Bounds(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, s_x1, s_x2, s_x3, s_x4, s_x5, s_x6) &&
      Inv(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, s_x1, s_x2, s_x3, s_x4, s_x5, s_x6)
  ensures x + p_x1 + p_x2 + p_x3 + p_x4 + p_x5 + p_x6 == x + s_x1 + s_x2 + s_x3 + s_x4 + s_x5 + s_x6
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_x1: int := 0;
  var p_x2: int := 0;
  var p_x3: int := 0;
  var p_x4: int := 0;
  var p_x5: int := 0;
  var p_x6: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, Spec_x1(s[..i]), Spec_x2(s[..i]),
        Spec_x3(s[..i]), Spec_x4(s[..i]), Spec_x5(s[..i]), Spec_x6(s[..i]))
    invariant Inv(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, Spec_x1(s[..i]), Spec_x2(s[..i]),
        Spec_x3(s[..i]), Spec_x4(s[..i]), Spec_x5(s[..i]), Spec_x6(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_x1': int := x;
    var p_x2': int := p_x1;
    var p_x3': int := p_x2;
    var p_x4': int := p_x3;
    var p_x5': int := p_x4;
    var p_x6': int := p_x5;
    Step(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, Spec_x1(pre), Spec_x2(pre), Spec_x3(pre), Spec_x4(pre),
        Spec_x5(pre), Spec_x6(pre), x, p_x1', p_x2', p_x3', p_x4', p_x5', p_x6', Spec_x1(now),
        Spec_x2(now), Spec_x3(now), Spec_x4(now), Spec_x5(now), Spec_x6(now));
    Outputs(p_x1, p_x2, p_x3, p_x4, p_x5, p_x6, Spec_x1(pre), Spec_x2(pre), Spec_x3(pre),
        Spec_x4(pre), Spec_x5(pre), Spec_x6(pre), x, p_x1', p_x2', p_x3', p_x4', p_x5', p_x6',
        Spec_x1(now), Spec_x2(now), Spec_x3(now), Spec_x4(now), Spec_x5(now), Spec_x6(now));
    ys := ys + [x + p_x1 + p_x2 + p_x3 + p_x4 + p_x5 + p_x6];
    p_x1, p_x2, p_x3, p_x4, p_x5, p_x6 := p_x1', p_x2', p_x3', p_x4', p_x5', p_x6';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the sum of the last 7 inputs; at the start, of all there are.

function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

function Last(s: seq<int>, k: int): seq<int>
  requires 0 <= k
{
  if |s| <= k then s else s[|s|-k..]
}

predicate Task(s: seq<int>, y: int) { y == Sum(Last(s, 7)) }

// the input j steps ago, 0 before the start
function Back(s: seq<int>, j: int): int
  requires 0 <= j
{
  if j < |s| then s[|s|-1-j] else 0
}

lemma WiderByOne(s: seq<int>, j: int)
  requires 0 <= j
  ensures Sum(Last(s, j + 1)) == Sum(Last(s, j)) + Back(s, j)
{
  if j < |s| {
    assert Last(s, j + 1)[1..] == Last(s, j);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  // every prefix, less its last input, is the next shorter prefix
  var n: int := |s|;
  assert n >= 2 ==> s[..n-1][..n-2] == s[..n-2];
  assert n >= 3 ==> s[..n-2][..n-3] == s[..n-3];
  assert n >= 4 ==> s[..n-3][..n-4] == s[..n-4];
  assert n >= 5 ==> s[..n-4][..n-5] == s[..n-5];
  assert n >= 6 ==> s[..n-5][..n-6] == s[..n-6];
  assert n >= 7 ==> s[..n-6][..n-7] == s[..n-7];
  // the window grows from none to 7 inputs
  assert Sum(Last(s, 0)) == 0;
  WiderByOne(s, 0);
  WiderByOne(s, 1);
  WiderByOne(s, 2);
  WiderByOne(s, 3);
  WiderByOne(s, 4);
  WiderByOne(s, 5);
  WiderByOne(s, 6);
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
