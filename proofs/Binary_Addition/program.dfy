// Binary_Addition: the digit of x + w in base 2, least significant first
//
// The program below equals its specification for sequences of every length,
// for inputs within the range Dom.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
datatype Input = Input(x: int, w: int)
predicate Dom(x: int, w: int) { 0 <= x <= 1 && 0 <= w <= 1 }
predicate InDom(s: seq<Input>) { forall i :: 0 <= i < |s| ==> Dom(s[i].x, s[i].w) }

// ---------- the specification, each function on a whole sequence
function Spec_carry(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  var s_carry: int := Spec_carry(s[..|s|-1]);
  (x + w + s_carry) / 2
}
function Spec(s: seq<Input>): int
  requires |s| > 0
{
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  var s_carry: int := Spec_carry(s[..|s|-1]);
  (x + w + s_carry) % 2
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_s: int, s_carry: int)
{
  && p_s >= 0
  && p_s <= 1
  && s_carry >= 0
  && s_carry <= 1
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
  requires Dom(x, w)
  requires p_s' == (if p_s == x then p_s else w)
  requires s_carry' == (x + w + s_carry) / 2
  ensures Bounds(p_s', s_carry')
  ensures Inv(p_s', s_carry')
{
  reveal Inv();
  assert (x + w + s_carry) == 2 * ((x + w + s_carry) / 2) + (x + w + s_carry) % 2;
}

lemma Outputs(p_s: int, s_carry: int, x: int, w: int, p_s': int, s_carry': int)
  requires Bounds(p_s, s_carry) && Inv(p_s, s_carry)
  requires Dom(x, w)
  requires p_s' == (if p_s == x then p_s else w)
  requires s_carry' == (x + w + s_carry) / 2
  ensures 0 <= x <= 1
  ensures 0 <= w <= 1
  ensures (var k: int := (if x == w then 0 else 1); 0 <= k <= 1)
  ensures 0 <= p_s <= 1
  ensures (if (if x == w then 0 else 1) == p_s then 0 else 1) == (x + w + s_carry) % 2
{
  reveal Inv();
  assert (x + w + s_carry) == 2 * ((x + w + s_carry) / 2) + (x + w + s_carry) % 2;
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<Input>) returns (ys: seq<int>)
  requires InDom(s)
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
    var p_s': int := if p_s == x then p_s else w;
    Step(p_s, Spec_carry(pre), x, w, p_s', Spec_carry(now));
    Outputs(p_s, Spec_carry(pre), x, w, p_s', Spec_carry(now));
    ys := ys + [if (if x == w then 0 else 1) == p_s then 0 else 1];
    p_s := p_s';
    i := i + 1;
  }
}
