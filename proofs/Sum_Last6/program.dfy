// Sum_Last6: sum of the last 6 inputs
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from subspace network with 6 hidden, seed 0; generated, do not edit.
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
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  var s_x1: int := Spec_x1(s[..|s|-1]);
  var s_x2: int := Spec_x2(s[..|s|-1]);
  var s_x3: int := Spec_x3(s[..|s|-1]);
  var s_x4: int := Spec_x4(s[..|s|-1]);
  var s_x5: int := Spec_x5(s[..|s|-1]);
  x + s_x1 + s_x2 + s_x3 + s_x4 + s_x5
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, s_x1: int, s_x2: int, s_x3:
    int, s_x4: int, s_x5: int)
{
  true
}
predicate {:opaque} Inv(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, s_x1: int, s_x2: int,
    s_x3: int, s_x4: int, s_x5: int)
{
  && p_x1 == s_x1
  && p_x2 == s_x2
  && p_x3 == s_x3
  && p_x4 == s_x4
  && p_x5 == s_x5
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0, 0, 0, 0, 0, 0, 0, 0) && Inv(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, s_x1: int, s_x2: int, s_x3: int,
    s_x4: int, s_x5: int, x: int, p_x1': int, p_x2': int, p_x3': int, p_x4': int, p_x5': int, s_x1':
    int, s_x2': int, s_x3': int, s_x4': int, s_x5': int)
  requires Bounds(p_x1, p_x2, p_x3, p_x4, p_x5, s_x1, s_x2, s_x3, s_x4, s_x5) && Inv(p_x1, p_x2,
      p_x3, p_x4, p_x5, s_x1, s_x2, s_x3, s_x4, s_x5)
  requires p_x1' == x
  requires p_x2' == p_x1
  requires p_x3' == p_x2
  requires p_x4' == p_x3
  requires p_x5' == p_x4
  requires s_x1' == x
  requires s_x2' == s_x1
  requires s_x3' == s_x2
  requires s_x4' == s_x3
  requires s_x5' == s_x4
  ensures Bounds(p_x1', p_x2', p_x3', p_x4', p_x5', s_x1', s_x2', s_x3', s_x4', s_x5')
  ensures Inv(p_x1', p_x2', p_x3', p_x4', p_x5', s_x1', s_x2', s_x3', s_x4', s_x5')
{
  reveal Inv();
}

lemma Outputs(p_x1: int, p_x2: int, p_x3: int, p_x4: int, p_x5: int, s_x1: int, s_x2: int, s_x3:
    int, s_x4: int, s_x5: int, x: int, p_x1': int, p_x2': int, p_x3': int, p_x4': int, p_x5': int,
    s_x1': int, s_x2': int, s_x3': int, s_x4': int, s_x5': int)
  requires Bounds(p_x1, p_x2, p_x3, p_x4, p_x5, s_x1, s_x2, s_x3, s_x4, s_x5) && Inv(p_x1, p_x2,
      p_x3, p_x4, p_x5, s_x1, s_x2, s_x3, s_x4, s_x5)
  ensures x + p_x1 + p_x2 + p_x3 + p_x4 + p_x5 == x + s_x1 + s_x2 + s_x3 + s_x4 + s_x5
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
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_x1, p_x2, p_x3, p_x4, p_x5, Spec_x1(s[..i]), Spec_x2(s[..i]),
        Spec_x3(s[..i]), Spec_x4(s[..i]), Spec_x5(s[..i]))
    invariant Inv(p_x1, p_x2, p_x3, p_x4, p_x5, Spec_x1(s[..i]), Spec_x2(s[..i]), Spec_x3(s[..i]),
        Spec_x4(s[..i]), Spec_x5(s[..i]))
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
    Step(p_x1, p_x2, p_x3, p_x4, p_x5, Spec_x1(pre), Spec_x2(pre), Spec_x3(pre), Spec_x4(pre),
        Spec_x5(pre), x, p_x1', p_x2', p_x3', p_x4', p_x5', Spec_x1(now), Spec_x2(now),
        Spec_x3(now), Spec_x4(now), Spec_x5(now));
    Outputs(p_x1, p_x2, p_x3, p_x4, p_x5, Spec_x1(pre), Spec_x2(pre), Spec_x3(pre), Spec_x4(pre),
        Spec_x5(pre), x, p_x1', p_x2', p_x3', p_x4', p_x5', Spec_x1(now), Spec_x2(now),
        Spec_x3(now), Spec_x4(now), Spec_x5(now));
    ys := ys + [x + p_x1 + p_x2 + p_x3 + p_x4 + p_x5];
    p_x1, p_x2, p_x3, p_x4, p_x5 := p_x1', p_x2', p_x3', p_x4', p_x5';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the sum of the last 6 inputs; at the start, of all there are.

function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

function Last(s: seq<int>, k: int): seq<int>
  requires 0 <= k
{
  if |s| <= k then s else s[|s|-k..]
}

predicate Task(s: seq<int>, y: int) { y == Sum(Last(s, 6)) }

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

// the same sum, taken from the end
function SumFromEnd(s: seq<int>, k: nat): int
  decreases k
{
  if k == 0 then 0 else SumFromEnd(s, k - 1) + Back(s, k - 1)
}

lemma SumsAgree(s: seq<int>, k: nat)
  ensures Sum(Last(s, k)) == SumFromEnd(s, k)
  decreases k
{
  if k > 0 {
    SumsAgree(s, k - 1);
    WiderByOne(s, k - 1);
  }
}

// a prefix without its last input is the next shorter prefix
lemma Shorter(s: seq<int>, n: int)
  ensures 0 <= n < |s| ==> s[..n+1][..n] == s[..n]
{
}

lemma SpecIsSumFromEnd(s: seq<int>)
  requires |s| > 0
  ensures Spec(s) == SumFromEnd(s, 6)
{
  Shorter(s, |s| - 2);
  Shorter(s, |s| - 3);
  Shorter(s, |s| - 4);
  Shorter(s, |s| - 5);
  Shorter(s, |s| - 6);
  Shorter(s, |s| - 7);
  assert SumFromEnd(s, 1) == SumFromEnd(s, 0) + Back(s, 0);
  assert SumFromEnd(s, 2) == SumFromEnd(s, 1) + Back(s, 1);
  assert SumFromEnd(s, 3) == SumFromEnd(s, 2) + Back(s, 2);
  assert SumFromEnd(s, 4) == SumFromEnd(s, 3) + Back(s, 3);
  assert SumFromEnd(s, 5) == SumFromEnd(s, 4) + Back(s, 4);
  assert SumFromEnd(s, 6) == SumFromEnd(s, 5) + Back(s, 5);
  assert SumFromEnd(s, 7) == SumFromEnd(s, 6) + Back(s, 6);
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  SpecIsSumFromEnd(s);
  SumsAgree(s, 6);
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
