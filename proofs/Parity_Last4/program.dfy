// Parity_Last4: parity of the last 4 bits
//
// The program below equals its specification for sequences of every length,
// for inputs within the range Dom.
// Made by mips-verify from spectral h<=40 network with 5 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
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
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  var s_x1: int := Spec_x1(s[..|s|-1]);
  var s_x2: int := Spec_x2(s[..|s|-1]);
  var s_x3: int := Spec_x3(s[..|s|-1]);
  (x + s_x1 + s_x2 + s_x3) % 2
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_x1: int, p_x2: int, p_x3: int, s_x1: int, s_x2: int, s_x3: int)
{
  && p_x1 >= 0
  && p_x1 <= 1
  && p_x2 >= 0
  && p_x2 <= 1
  && p_x3 >= 0
  && p_x3 <= 1
}
predicate {:opaque} Inv(p_x1: int, p_x2: int, p_x3: int, s_x1: int, s_x2: int, s_x3: int)
{
  && p_x1 == s_x1
  && p_x2 == s_x2
  && p_x3 == s_x3
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0, 0, 0, 0) && Inv(0, 0, 0, 0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_x1: int, p_x2: int, p_x3: int, s_x1: int, s_x2: int, s_x3: int, x: int, p_x1': int,
    p_x2': int, p_x3': int, s_x1': int, s_x2': int, s_x3': int)
  requires Bounds(p_x1, p_x2, p_x3, s_x1, s_x2, s_x3) && Inv(p_x1, p_x2, p_x3, s_x1, s_x2, s_x3)
  requires Dom(x)
  requires p_x1' == x
  requires p_x2' == p_x1
  requires p_x3' == p_x2
  requires s_x1' == x
  requires s_x2' == s_x1
  requires s_x3' == s_x2
  ensures Bounds(p_x1', p_x2', p_x3', s_x1', s_x2', s_x3')
  ensures Inv(p_x1', p_x2', p_x3', s_x1', s_x2', s_x3')
{
  reveal Inv();
}

lemma Outputs(p_x1: int, p_x2: int, p_x3: int, s_x1: int, s_x2: int, s_x3: int, x: int, p_x1': int,
    p_x2': int, p_x3': int, s_x1': int, s_x2': int, s_x3': int)
  requires Bounds(p_x1, p_x2, p_x3, s_x1, s_x2, s_x3) && Inv(p_x1, p_x2, p_x3, s_x1, s_x2, s_x3)
  requires Dom(x)
  ensures 0 <= x <= 1
  ensures 0 <= p_x1 <= 1
  ensures (var k: int := (if x == p_x1 then 0 else 1); 0 <= k <= 1)
  ensures 0 <= p_x2 <= 1
  ensures (var k: int := (if (if x == p_x1 then 0 else 1) == p_x2 then 0 else 1); 0 <= k <= 1)
  ensures 0 <= p_x3 <= 1
  ensures (if (if (if x == p_x1 then 0 else 1) == p_x2 then 0 else 1) == p_x3 then 0 else 1) == (x +
      s_x1 + s_x2 + s_x3) % 2
{
  reveal Inv();
  var q0: int := x + s_x1 + s_x2 + s_x3;
  assert q0 == 2 * (q0 / 2) + q0 % 2;
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  requires InDom(s)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_x1: int := 0;
  var p_x2: int := 0;
  var p_x3: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_x1, p_x2, p_x3, Spec_x1(s[..i]), Spec_x2(s[..i]), Spec_x3(s[..i]))
    invariant Inv(p_x1, p_x2, p_x3, Spec_x1(s[..i]), Spec_x2(s[..i]), Spec_x3(s[..i]))
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
    Step(p_x1, p_x2, p_x3, Spec_x1(pre), Spec_x2(pre), Spec_x3(pre), x, p_x1', p_x2', p_x3',
        Spec_x1(now), Spec_x2(now), Spec_x3(now));
    Outputs(p_x1, p_x2, p_x3, Spec_x1(pre), Spec_x2(pre), Spec_x3(pre), x, p_x1', p_x2', p_x3',
        Spec_x1(now), Spec_x2(now), Spec_x3(now));
    ys := ys + [if (if (if x == p_x1 then 0 else 1) == p_x2 then 0 else 1) == p_x3 then 0 else 1];
    p_x1, p_x2, p_x3 := p_x1', p_x2', p_x3';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the parity of the number of ones among the last 4 bits; at the start
// there are fewer bits. The ones are counted as a set: the places i, at most 4 before
// the end of the sequence s, where s[i] is 1.

function OnesInLast(s: seq<int>, k: int): int
{
  |set i: int | 0 <= i < |s| && |s| - k <= i && s[i] == 1|
}

predicate Task(s: seq<int>, y: int) { y == OnesInLast(s, 4) % 2 }

// the bit j steps ago, 0 before the start
function Back(s: seq<int>, j: int): int
  requires 0 <= j
{
  if j < |s| then s[|s|-1-j] else 0
}

lemma WiderByOne(s: seq<int>, j: int)
  requires 0 <= j && InDom(s)
  ensures OnesInLast(s, j + 1) == OnesInLast(s, j) + Back(s, j)
{
  var few: set<int> := set i: int | 0 <= i < |s| && |s| - j <= i && s[i] == 1;
  var more: set<int> := set i: int | 0 <= i < |s| && |s| - (j + 1) <= i && s[i] == 1;
  assert Dom(Back(s, j));
  assert more == (if Back(s, j) == 1 then few + {|s|-1-j} else few);
}

// the same number, counted from the end
function CountFromEnd(s: seq<int>, k: nat): int
  decreases k
{
  if k == 0 then 0 else CountFromEnd(s, k - 1) + Back(s, k - 1)
}

lemma CountsAgree(s: seq<int>, k: nat)
  requires InDom(s)
  ensures OnesInLast(s, k) == CountFromEnd(s, k)
  decreases k
{
  if k > 0 {
    CountsAgree(s, k - 1);
    WiderByOne(s, k - 1);
  } else {
    var none: set<int> := set i: int | 0 <= i < |s| && |s| - k <= i && s[i] == 1;
    assert |none| == 0;
  }
}

// a prefix without its last input is the next shorter prefix
lemma Shorter(s: seq<int>, n: int)
  ensures 0 <= n < |s| ==> s[..n+1][..n] == s[..n]
{
}

lemma SpecIsParity(s: seq<int>)
  requires |s| > 0
  ensures Spec(s) == CountFromEnd(s, 4) % 2
{
  Shorter(s, |s| - 2);
  Shorter(s, |s| - 3);
  Shorter(s, |s| - 4);
  assert CountFromEnd(s, 1) == CountFromEnd(s, 0) + Back(s, 0);
  assert CountFromEnd(s, 2) == CountFromEnd(s, 1) + Back(s, 1);
  assert CountFromEnd(s, 3) == CountFromEnd(s, 2) + Back(s, 2);
  assert CountFromEnd(s, 4) == CountFromEnd(s, 3) + Back(s, 3);
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  SpecIsParity(s);
  CountsAgree(s, 4);
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
