// Parity_Last2: parity of the last 2 bits
//
// The program below equals its specification for sequences of every length,
// for inputs within the range Dom.
// Made by mips-verify from teacher-forced LM h=1 g=6, snapped network with 1 hidden, seed 0; generated, do not edit.
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
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  var s_x1: int := Spec_x1(s[..|s|-1]);
  (x + s_x1) % 2
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_x1: int, s_x1: int)
{
  && p_x1 >= 0
  && p_x1 <= 1
}
predicate {:opaque} Inv(p_x1: int, s_x1: int)
{
  && p_x1 == s_x1
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_x1: int, s_x1: int, x: int, p_x1': int, s_x1': int)
  requires Bounds(p_x1, s_x1) && Inv(p_x1, s_x1)
  requires Dom(x)
  requires p_x1' == x
  requires s_x1' == x
  ensures Bounds(p_x1', s_x1')
  ensures Inv(p_x1', s_x1')
{
  reveal Inv();
}

lemma Outputs(p_x1: int, s_x1: int, x: int, p_x1': int, s_x1': int)
  requires Bounds(p_x1, s_x1) && Inv(p_x1, s_x1)
  requires Dom(x)
  ensures 0 <= x <= 1
  ensures 0 <= p_x1 <= 1
  ensures (if x == p_x1 then 0 else 1) == (x + s_x1) % 2
{
  reveal Inv();
  assert x + s_x1 == 2 * ((x + s_x1) / 2) + (x + s_x1) % 2;
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  requires InDom(s)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_x1: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_x1, Spec_x1(s[..i]))
    invariant Inv(p_x1, Spec_x1(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_x1': int := x;
    Step(p_x1, Spec_x1(pre), x, p_x1', Spec_x1(now));
    Outputs(p_x1, Spec_x1(pre), x, p_x1', Spec_x1(now));
    ys := ys + [if x == p_x1 then 0 else 1];
    p_x1 := p_x1';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the parity of the number of ones among the last 2 bits; at the start
// there are fewer bits. The ones are counted as a set: the places i, at most 2 before
// the end of the sequence s, where s[i] is 1.

function OnesInLast(s: seq<int>, k: int): int
{
  |set i: int | 0 <= i < |s| && |s| - k <= i && s[i] == 1|
}

predicate Task(s: seq<int>, y: int) { y == OnesInLast(s, 2) % 2 }

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
  ensures Spec(s) == CountFromEnd(s, 2) % 2
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
  CountsAgree(s, 2);
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
