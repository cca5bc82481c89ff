// Alternating_Last4: 1 if the last four bits are 0101 or 1010
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
  if x != s_x1 && s_x1 != s_x2 && s_x2 != s_x3 then 1 else 0
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
  && s_x1 >= 0
  && s_x2 >= 0
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
  ensures 0 <= p_x3 <= 1
  ensures (var k: int := (if x == p_x1 then 0 else 1); 0 <= k <= 1)
  ensures (var k: int := (if x == p_x3 then 0 else 1); 0 <= k <= 1)
  ensures 0 <= p_x2 <= 1
  ensures (var k: int := (if (if x == p_x1 then 0 else 1) == 1 && (if x == p_x3 then 0 else 1) == 1
      then 1 else 0); 0 <= k <= 1)
  ensures (var k: int := (if p_x1 == p_x2 then 0 else 1); 0 <= k <= 1)
  ensures (if (if (if x == p_x1 then 0 else 1) == 1 && (if x == p_x3 then 0 else 1) == 1 then 1 else
      0) == 1 && (if p_x1 == p_x2 then 0 else 1) == 1 then 1 else 0) == (if x != s_x1 && s_x1 !=
      s_x2 && s_x2 != s_x3 then 1 else 0)
{
  reveal Inv();
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
    ys := ys + [if (if (if x == p_x1 then 0 else 1) == 1 && (if x == p_x3 then 0 else 1) == 1 then 1
        else 0) == 1 && (if p_x1 == p_x2 then 0 else 1) == 1 then 1 else 0];
    p_x1, p_x2, p_x3 := p_x1', p_x2', p_x3';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is 1 if the last four bits, in the order in which they came, read 0101 or 1010;
// before the start there are zeros.

// the bit j steps ago
function Back(s: seq<int>, j: int): int
  requires 0 <= j
{
  if j < |s| then s[|s|-1-j] else 0
}

predicate Reads(s: seq<int>, a: int, b: int, c: int, d: int)
{
  Back(s, 3) == a && Back(s, 2) == b && Back(s, 1) == c && Back(s, 0) == d
}

predicate Task(s: seq<int>, y: int)
{
  y == (if Reads(s, 0, 1, 0, 1) || Reads(s, 1, 0, 1, 0) then 1 else 0)
}

// a prefix without its last input is the next shorter prefix
lemma Shorter(s: seq<int>, n: int)
  ensures 0 <= n < |s| ==> s[..n+1][..n] == s[..n]
{
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  Shorter(s, |s| - 2);
  Shorter(s, |s| - 3);
  Shorter(s, |s| - 4);
  assert 0 <= Back(s, 0) <= 1;
  assert 0 <= Back(s, 1) <= 1;
  assert 0 <= Back(s, 2) <= 1;
  assert 0 <= Back(s, 3) <= 1;
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
