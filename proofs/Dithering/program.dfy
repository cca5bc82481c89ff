// Dithering: growth of S // 15 at this step, S the sum so far
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 15 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_r(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_r: int := Spec_r(s[..|s|-1]);
  (s_r + x) % 15
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var x: int := s[|s|-1];
  var s_r: int := Spec_r(s[..|s|-1]);
  (s_r + x) / 15
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_n: int, s_r: int)
{
  true
}
predicate {:opaque} Inv(p_n: int, s_r: int)
{
  && p_n == s_r
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_n: int, s_r: int, x: int, p_n': int, s_r': int)
  requires Bounds(p_n, s_r) && Inv(p_n, s_r)
  requires p_n' == (p_n + x) % 15
  requires s_r' == (s_r + x) % 15
  ensures Bounds(p_n', s_r')
  ensures Inv(p_n', s_r')
{
  reveal Inv();
  assert p_n + x == 15 * ((p_n + x) / 15) + (p_n + x) % 15;
  assert s_r + x == 15 * ((s_r + x) / 15) + (s_r + x) % 15;
}

lemma Outputs(p_n: int, s_r: int, x: int, p_n': int, s_r': int)
  requires Bounds(p_n, s_r) && Inv(p_n, s_r)
  ensures (p_n + x) / 15 == (s_r + x) / 15
{
  reveal Inv();
  assert p_n + x == 15 * ((p_n + x) / 15) + (p_n + x) % 15;
  assert s_r + x == 15 * ((s_r + x) / 15) + (s_r + x) % 15;
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_n: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_n, Spec_r(s[..i]))
    invariant Inv(p_n, Spec_r(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_n': int := (p_n + x) % 15;
    Step(p_n, Spec_r(pre), x, p_n', Spec_r(now));
    Outputs(p_n, Spec_r(pre), x, p_n', Spec_r(now));
    ys := ys + [(p_n + x) / 15];
    p_n := p_n';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The outputs so far add up to the sum S of all the inputs so far, divided by 15 and
// rounded down: this output is S / 15 less what it was before the last input.

function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == Sum(s) / 15 - Sum(s[..|s|-1]) / 15
}

lemma SumOfOneMore(s: seq<int>)
  requires |s| > 0
  ensures Sum(s) == Sum(s[..|s|-1]) + s[|s|-1]
{
  if |s| > 1 {
    SumOfOneMore(s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma StateIsResidue(s: seq<int>)
  ensures Spec_r(s) == Sum(s) % 15
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    StateIsResidue(p);
    SumOfOneMore(s);
    assert Sum(p) == 15 * (Sum(p) / 15) + Sum(p) % 15;
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var p: seq<int> := s[..|s|-1];
  StateIsResidue(p);
  SumOfOneMore(s);
  assert Sum(p) == 15 * (Sum(p) / 15) + Sum(p) % 15;
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
