// Base_7_Addition: the digit of x + w in base 7, least significant first
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
datatype Input = Input(x: int, w: int)
predicate Dom(x: int, w: int) { 0 <= x <= 6 && 0 <= w <= 6 }
predicate InDom(s: seq<Input>) { forall i :: 0 <= i < |s| ==> Dom(s[i].x, s[i].w) }

// ---------- the specification, each function on a whole sequence
function Spec_carry(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  var s_carry: int := Spec_carry(s[..|s|-1]);
  (x + w + s_carry) / 7
}
function Spec(s: seq<Input>): int
  requires |s| > 0
{
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  var s_carry: int := Spec_carry(s[..|s|-1]);
  (x + w + s_carry) % 7
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
  requires p_s' == (p_s + x + w) / 7
  requires s_carry' == (x + w + s_carry) / 7
  ensures Bounds(p_s', s_carry')
  ensures Inv(p_s', s_carry')
{
  reveal Inv();
  assert (p_s + x + w) == 7 * ((p_s + x + w) / 7) + (p_s + x + w) % 7;
  assert (x + w + s_carry) == 7 * ((x + w + s_carry) / 7) + (x + w + s_carry) % 7;
}

lemma Outputs(p_s: int, s_carry: int, x: int, w: int, p_s': int, s_carry': int)
  requires Bounds(p_s, s_carry) && Inv(p_s, s_carry)
  requires p_s' == (p_s + x + w) / 7
  requires s_carry' == (x + w + s_carry) / 7
  ensures (p_s + w + x) % 7 == (x + w + s_carry) % 7
{
  reveal Inv();
  assert (p_s + x + w) == 7 * ((p_s + x + w) / 7) + (p_s + x + w) % 7;
  assert (x + w + s_carry) == 7 * ((x + w + s_carry) / 7) + (x + w + s_carry) % 7;
  assert (p_s + w + x) == 7 * ((p_s + w + x) / 7) + (p_s + w + x) % 7;
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
    var p_s': int := (p_s + x + w) / 7;
    Step(p_s, Spec_carry(pre), x, w, p_s', Spec_carry(now));
    Outputs(p_s, Spec_carry(pre), x, w, p_s', Spec_carry(now));
    ys := ys + [(p_s + w + x) % 7];
    p_s := p_s';
    i := i + 1;
  }
}
