// Base_5_Addition: the digit of x + w in base 5, least significant first
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from teacher-forced LM h=1 g=6, snapped network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
datatype Input = Input(x: int, w: int)
predicate Dom(x: int, w: int) { 0 <= x <= 4 && 0 <= w <= 4 }
predicate InDom(s: seq<Input>) { forall i :: 0 <= i < |s| ==> Dom(s[i].x, s[i].w) }

// ---------- the specification, each function on a whole sequence
function Spec_carry(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  var s_carry: int := Spec_carry(s[..|s|-1]);
  (x + w + s_carry) / 5
}
function Spec(s: seq<Input>): int
  requires |s| > 0
{
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  var s_carry: int := Spec_carry(s[..|s|-1]);
  (x + w + s_carry) % 5
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_s: int, s_carry: int)
{
  true
}
predicate {:opaque} Inv(p_s: int, s_carry: int)
{
  && p_s == s_carry
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_s: int, s_carry: int, x: int, w: int, p_s': int, s_carry': int)
  requires Bounds(p_s, s_carry) && Inv(p_s, s_carry)
  requires p_s' == (p_s + x + w) / 5
  requires s_carry' == (x + w + s_carry) / 5
  ensures Bounds(p_s', s_carry')
  ensures Inv(p_s', s_carry')
{
  reveal Inv();
  assert p_s + x + w == 5 * ((p_s + x + w) / 5) + (p_s + x + w) % 5;
  assert x + w + s_carry == 5 * ((x + w + s_carry) / 5) + (x + w + s_carry) % 5;
}

lemma Outputs(p_s: int, s_carry: int, x: int, w: int, p_s': int, s_carry': int)
  requires Bounds(p_s, s_carry) && Inv(p_s, s_carry)
  ensures (p_s + w + x) % 5 == (x + w + s_carry) % 5
{
  reveal Inv();
  assert p_s + w + x == 5 * ((p_s + w + x) / 5) + (p_s + w + x) % 5;
  assert x + w + s_carry == 5 * ((x + w + s_carry) / 5) + (x + w + s_carry) % 5;
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<Input>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_s: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_s, Spec_carry(s[..i]))
    invariant Inv(p_s, Spec_carry(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i].x;
    var w: int := s[i].w;
    ghost var pre: seq<Input> := s[..i];
    ghost var now: seq<Input> := s[..i+1];
    assert now[..i] == pre;
    var p_s': int := (p_s + x + w) / 5;
    Step(p_s, Spec_carry(pre), x, w, p_s', Spec_carry(now));
    Outputs(p_s, Spec_carry(pre), x, w, p_s', Spec_carry(now));
    ys := ys + [(p_s + w + x) % 5];
    p_s := p_s';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// Two numbers in base 5 are read digit by digit, the least significant one first. The output
// after n digits is digit n of their sum: the last one when n - 1 digits are dropped.

function NumberX(s: seq<Input>): int { if |s| == 0 then 0 else s[0].x + 5 * NumberX(s[1..]) }

function NumberW(s: seq<Input>): int { if |s| == 0 then 0 else s[0].w + 5 * NumberW(s[1..]) }

function Drop(number: int, digits: int): int
  decreases digits
{
  if digits <= 0 then number else Drop(number / 5, digits - 1)
}

predicate Task(s: seq<Input>, y: int)
{
  y == Drop(NumberX(s) + NumberW(s), |s| - 1) % 5
}

// the carry after s, where the one before s is c
function Carry(c: int, s: seq<Input>): int
  decreases |s|
{
  if |s| == 0 then c else Carry((s[0].x + s[0].w + c) / 5, s[1..])
}

lemma CarryOfOneMore(c: int, s: seq<Input>)
  requires |s| > 0
  ensures Carry(c, s) == (s[|s|-1].x + s[|s|-1].w + Carry(c, s[..|s|-1])) / 5
  decreases |s|
{
  if |s| > 1 {
    CarryOfOneMore((s[0].x + s[0].w + c) / 5, s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma StateIsCarry(s: seq<Input>)
  ensures Spec_carry(s) == Carry(0, s)
{
  if |s| > 0 {
    StateIsCarry(s[..|s|-1]);
    CarryOfOneMore(0, s);
  }
}

lemma Divided(digit: int, rest: int)
  ensures (digit + 5 * rest) / 5 == digit / 5 + rest
{
  assert digit == 5 * (digit / 5) + digit % 5;
}

// dropping digits from the sum leaves the last two digits and their carry
lemma DropLeaves(c: int, s: seq<Input>)
  requires |s| > 0
  ensures Drop(NumberX(s) + NumberW(s) + c, |s| - 1)
       == s[|s|-1].x + s[|s|-1].w + Carry(c, s[..|s|-1])
  decreases |s|
{
  if |s| > 1 {
    var first: int := s[0].x + s[0].w + c;
    Divided(first, NumberX(s[1..]) + NumberW(s[1..]));
    DropLeaves(first / 5, s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsCarry(s[..|s|-1]);
  DropLeaves(0, s);
}

// ---------- the program meets the task
method ProgramForTask(s: seq<Input>) returns (ys: seq<int>)
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
