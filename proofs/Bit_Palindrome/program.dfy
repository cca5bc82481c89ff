// Bit_Palindrome: 1 if the bits so far read the same in both directions
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from Adam h=4 f=40 g=40 network with 4 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_fwd(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_fwd: int := Spec_fwd(s[..|s|-1]);
  2 * s_fwd + x
}
function Spec_rev(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_rev: int := Spec_rev(s[..|s|-1]);
  var s_pow: int := Spec_pow(s[..|s|-1]);
  s_rev + s_pow * x
}
function Spec_pow(s: seq<int>): int
{
  if |s| == 0 then 1 else
  var s_pow: int := Spec_pow(s[..|s|-1]);
  2 * s_pow
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_fwd': int := Spec_fwd(s);
  var s_rev': int := Spec_rev(s);
  if s_fwd' == s_rev' then 1 else 0
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_fwd: int, p_rev: int, p_pow: int, s_fwd: int, s_rev: int, s_pow: int)
{
  true
}
predicate {:opaque} Inv(p_fwd: int, p_rev: int, p_pow: int, s_fwd: int, s_rev: int, s_pow: int)
{
  && p_fwd == s_fwd
  && p_rev == s_rev
  && p_pow == s_pow
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 1, 0, 0, 1) && Inv(0, 0, 1, 0, 0, 1)
{
  reveal Inv();
}

lemma Step(p_fwd: int, p_rev: int, p_pow: int, s_fwd: int, s_rev: int, s_pow: int, x: int, p_fwd':
    int, p_rev': int, p_pow': int, s_fwd': int, s_rev': int, s_pow': int)
  requires Bounds(p_fwd, p_rev, p_pow, s_fwd, s_rev, s_pow) && Inv(p_fwd, p_rev, p_pow, s_fwd,
      s_rev, s_pow)
  requires p_fwd' == 2 * p_fwd + x
  requires p_rev' == p_rev + p_pow * x
  requires p_pow' == 2 * p_pow
  requires s_fwd' == 2 * s_fwd + x
  requires s_rev' == s_rev + s_pow * x
  requires s_pow' == 2 * s_pow
  ensures Bounds(p_fwd', p_rev', p_pow', s_fwd', s_rev', s_pow')
  ensures Inv(p_fwd', p_rev', p_pow', s_fwd', s_rev', s_pow')
{
  reveal Inv();
}

lemma Outputs(p_fwd: int, p_rev: int, p_pow: int, s_fwd: int, s_rev: int, s_pow: int, x: int,
    p_fwd': int, p_rev': int, p_pow': int, s_fwd': int, s_rev': int, s_pow': int)
  requires Bounds(p_fwd, p_rev, p_pow, s_fwd, s_rev, s_pow) && Inv(p_fwd, p_rev, p_pow, s_fwd,
      s_rev, s_pow)
  requires p_fwd' == 2 * p_fwd + x
  requires p_rev' == p_rev + p_pow * x
  requires s_fwd' == 2 * s_fwd + x
  requires s_rev' == s_rev + s_pow * x
  ensures (if p_fwd' == p_rev' then 1 else 0) == (if s_fwd' == s_rev' then 1 else 0)
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_fwd: int := 0;
  var p_rev: int := 0;
  var p_pow: int := 1;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_fwd, p_rev, p_pow, Spec_fwd(s[..i]), Spec_rev(s[..i]), Spec_pow(s[..i]))
    invariant Inv(p_fwd, p_rev, p_pow, Spec_fwd(s[..i]), Spec_rev(s[..i]), Spec_pow(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_fwd': int := 2 * p_fwd + x;
    var p_rev': int := p_rev + p_pow * x;
    var p_pow': int := 2 * p_pow;
    Step(p_fwd, p_rev, p_pow, Spec_fwd(pre), Spec_rev(pre), Spec_pow(pre), x, p_fwd', p_rev',
        p_pow', Spec_fwd(now), Spec_rev(now), Spec_pow(now));
    Outputs(p_fwd, p_rev, p_pow, Spec_fwd(pre), Spec_rev(pre), Spec_pow(pre), x, p_fwd', p_rev',
        p_pow', Spec_fwd(now), Spec_rev(now), Spec_pow(now));
    ys := ys + [if p_fwd' == p_rev' then 1 else 0];
    p_fwd, p_rev, p_pow := p_fwd', p_rev', p_pow';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is 1 if the bits so far read the same in both directions: the bit at any
// place from the start equals the bit at the same place from the end.

predicate Palindrome(s: seq<int>)
{
  forall i: int :: 0 <= i < |s| ==> s[i] == s[|s|-1-i]
}

predicate Task(s: seq<int>, y: int) { y == (if Palindrome(s) then 1 else 0) }

// the bits as a binary number, least significant bit first
function Number(s: seq<int>): int { if |s| == 0 then 0 else s[0] + 2 * Number(s[1..]) }

function Power(n: nat): int { if n == 0 then 1 else 2 * Power(n - 1) }

function Reverse(s: seq<int>): seq<int>
  ensures |Reverse(s)| == |s|
{
  if |s| == 0 then [] else [s[|s|-1]] + Reverse(s[..|s|-1])
}

lemma ReverseAt(s: seq<int>, i: int)
  requires 0 <= i < |s|
  ensures Reverse(s)[i] == s[|s|-1-i]
{
  if i > 0 {
    ReverseAt(s[..|s|-1], i - 1);
  }
}

lemma NumberOfOneMore(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Number(s) == Number(s[..|s|-1]) + (if s[|s|-1] == 1 then Power(|s|-1) else 0)
{
  assert Dom(s[|s|-1]);
  if |s| > 1 {
    NumberOfOneMore(s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma BitTimes(power: int, bit: int)
  requires 0 <= bit <= 1
  ensures power * bit == (if bit == 1 then power else 0)
{
}

lemma PowIsPower(s: seq<int>)
  ensures Spec_pow(s) == Power(|s|)
{
  if |s| > 0 {
    PowIsPower(s[..|s|-1]);
  }
}

lemma RevIsNumber(s: seq<int>)
  requires InDom(s)
  ensures Spec_rev(s) == Number(s)
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    RevIsNumber(p);
    NumberOfOneMore(s);
    PowIsPower(p);
    assert Dom(s[|s|-1]);
    BitTimes(Spec_pow(p), s[|s|-1]);
  }
}

lemma FwdIsNumberOfReverse(s: seq<int>)
  ensures Spec_fwd(s) == Number(Reverse(s))
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    FwdIsNumberOfReverse(p);
    assert Reverse(s)[1..] == Reverse(p);
  }
}

lemma EqualNumbers(a: seq<int>, b: seq<int>)
  requires |a| == |b| && InDom(a) && InDom(b) && Number(a) == Number(b)
  ensures a == b
{
  if |a| > 0 {
    assert Dom(a[0]) && Dom(b[0]);
    assert a[0] + 2 * Number(a[1..]) == b[0] + 2 * Number(b[1..]);
    EqualNumbers(a[1..], b[1..]);
    assert a == [a[0]] + a[1..];
    assert b == [b[0]] + b[1..];
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var r: seq<int> := Reverse(s);
  RevIsNumber(s);
  FwdIsNumberOfReverse(s);
  forall i: int | 0 <= i < |s|
    ensures r[i] == s[|s|-1-i]
  {
    ReverseAt(s, i);
  }
  if Number(r) == Number(s) {
    assert InDom(r);
    EqualNumbers(r, s);
    assert Palindrome(s);
  }
  if Palindrome(s) {
    assert r == s;
  }
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
