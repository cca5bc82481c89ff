// Add_Mod_5: sum so far modulo 5
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 4 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_s(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_s: int := Spec_s(s[..|s|-1]);
  (s_s + x) % 5
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_s': int := Spec_s(s);
  s_s'
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_n: int, s_s: int)
{
  true
}
predicate {:opaque} Inv(p_n: int, s_s: int)
{
  && p_n == s_s
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_n: int, s_s: int, x: int, p_n': int, s_s': int)
  requires Bounds(p_n, s_s) && Inv(p_n, s_s)
  requires p_n' == (p_n + x) % 5
  requires s_s' == (s_s + x) % 5
  ensures Bounds(p_n', s_s')
  ensures Inv(p_n', s_s')
{
  reveal Inv();
  assert p_n + x == 5 * ((p_n + x) / 5) + (p_n + x) % 5;
  assert s_s + x == 5 * ((s_s + x) / 5) + (s_s + x) % 5;
}

lemma Outputs(p_n: int, s_s: int, x: int, p_n': int, s_s': int)
  requires Bounds(p_n, s_s) && Inv(p_n, s_s)
  requires p_n' == (p_n + x) % 5
  requires s_s' == (s_s + x) % 5
  ensures p_n' == s_s'
{
  reveal Inv();
  assert p_n + x == 5 * ((p_n + x) / 5) + (p_n + x) % 5;
  assert s_s + x == 5 * ((s_s + x) / 5) + (s_s + x) % 5;
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
    invariant Bounds(p_n, Spec_s(s[..i]))
    invariant Inv(p_n, Spec_s(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_n': int := (p_n + x) % 5;
    Step(p_n, Spec_s(pre), x, p_n', Spec_s(now));
    Outputs(p_n, Spec_s(pre), x, p_n', Spec_s(now));
    ys := ys + [p_n'];
    p_n := p_n';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the sum of all the inputs so far, modulo 5.
// The sum is the ordinary one over the whole sequence; nothing is reduced on the way.

function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

predicate Task(s: seq<int>, y: int) { y == Sum(s) % 5 }

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
  ensures Spec_s(s) == Sum(s) % 5
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    StateIsResidue(p);
    SumOfOneMore(s);
    assert Sum(p) == 5 * (Sum(p) / 5) + Sum(p) % 5;
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsResidue(s);
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
