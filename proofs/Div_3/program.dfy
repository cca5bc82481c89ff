// Div_3: the next quotient bit of the number read, divided by 3, most significant first
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_r(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_r: int := Spec_r(s[..|s|-1]);
  (2 * s_r + x) % 3
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  var s_r: int := Spec_r(s[..|s|-1]);
  (2 * s_r + x) / 3
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_s: int, s_r: int)
{
  true
}
predicate {:opaque} Inv(p_s: int, s_r: int)
{
  && p_s == s_r
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_s: int, s_r: int, x: int, p_s': int, s_r': int)
  requires Bounds(p_s, s_r) && Inv(p_s, s_r)
  requires p_s' == (2 * p_s + x) % 3
  requires s_r' == (2 * s_r + x) % 3
  ensures Bounds(p_s', s_r')
  ensures Inv(p_s', s_r')
{
  reveal Inv();
  assert 2 * p_s + x == 3 * ((2 * p_s + x) / 3) + (2 * p_s + x) % 3;
  assert 2 * s_r + x == 3 * ((2 * s_r + x) / 3) + (2 * s_r + x) % 3;
}

lemma Outputs(p_s: int, s_r: int, x: int, p_s': int, s_r': int)
  requires Bounds(p_s, s_r) && Inv(p_s, s_r)
  ensures (2 * p_s + x) / 3 == (2 * s_r + x) / 3
{
  reveal Inv();
  assert 2 * p_s + x == 3 * ((2 * p_s + x) / 3) + (2 * p_s + x) % 3;
  assert 2 * s_r + x == 3 * ((2 * s_r + x) / 3) + (2 * s_r + x) % 3;
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_s: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_s, Spec_r(s[..i]))
    invariant Inv(p_s, Spec_r(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_s': int := (2 * p_s + x) % 3;
    Step(p_s, Spec_r(pre), x, p_s', Spec_r(now));
    Outputs(p_s, Spec_r(pre), x, p_s', Spec_r(now));
    ys := ys + [(2 * p_s + x) / 3];
    p_s := p_s';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The bits so far are a binary number, most significant bit first. The output is the last
// binary digit of that number divided by 3 and rounded down. So the outputs, read as a
// number in the same way, are the quotient.

function Number(s: seq<int>): int
{
  if |s| == 0 then 0 else 2 * Number(s[..|s|-1]) + s[|s|-1]
}

predicate Task(s: seq<int>, y: int) { y == Number(s) / 3 % 2 }

lemma StateIsRemainder(s: seq<int>)
  ensures Spec_r(s) == Number(s) % 3
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    StateIsRemainder(p);
    assert Number(p) == 3 * (Number(p) / 3) + Number(p) % 3;
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var p: seq<int> := s[..|s|-1];
  var x: int := s[|s|-1];
  assert Dom(x);
  StateIsRemainder(p);
  var q: int := Number(p) / 3;
  var v: int := 2 * Spec_r(p) + x;
  assert Number(p) == 3 * q + Spec_r(p);
  assert Number(s) == 3 * (2 * q) + v;
  assert 0 <= v < 2 * 3;
  assert Number(s) / 3 == 2 * q + v / 3;
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
