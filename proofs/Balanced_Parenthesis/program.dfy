// Balanced_Parenthesis: 1 if the prefix is balanced; 0 opens, 1 closes; once below zero, 0 for ever
//
// The program below equals its specification for sequences of every length,
// for inputs within the range Dom.
// Made by mips-verify from merged states <=64 network with 2 hidden, seed 0; generated, do not edit.
// Invariant found by values. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_depth(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_depth: int := Spec_depth(s[..|s|-1]);
  s_depth + 1 - 2 * x
}
function Spec_dead(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_depth: int := Spec_depth(s[..|s|-1]);
  var s_dead: int := Spec_dead(s[..|s|-1]);
  if s_dead == 1 || s_depth + 1 - 2 * x < 0 then 1 else 0
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_depth': int := Spec_depth(s);
  var s_dead': int := Spec_dead(s);
  if s_depth' == 0 && s_dead' == 0 then 1 else 0
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_n: int, s_depth: int, s_dead: int)
{
  && p_n <= 1
  && s_dead >= 0
  && s_dead <= 1
}
predicate {:opaque} Inv(p_n: int, s_depth: int, s_dead: int)
{
  && (!(s_dead == 1) || p_n == 1)
  && (!(s_dead == 0) || p_n <= 0)
  && (!(s_dead == 0) || p_n == -s_depth)
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0, 0) && Inv(0, 0, 0)
{
  reveal Inv();
}

lemma Step(p_n: int, s_depth: int, s_dead: int, x: int, p_n': int, s_depth': int, s_dead': int)
  requires Bounds(p_n, s_depth, s_dead) && Inv(p_n, s_depth, s_dead)
  requires Dom(x)
  requires p_n' == (if p_n != 1 then p_n + 2 * x - 1 else p_n)
  requires s_depth' == s_depth + 1 - 2 * x
  requires s_dead' == (if s_dead == 1 || s_depth + 1 - 2 * x < 0 then 1 else 0)
  ensures Bounds(p_n', s_depth', s_dead')
  ensures Inv(p_n', s_depth', s_dead')
{
  reveal Inv();
}

lemma Outputs(p_n: int, s_depth: int, s_dead: int, x: int, p_n': int, s_depth': int, s_dead': int)
  requires Bounds(p_n, s_depth, s_dead) && Inv(p_n, s_depth, s_dead)
  requires Dom(x)
  requires p_n' == (if p_n != 1 then p_n + 2 * x - 1 else p_n)
  requires s_depth' == s_depth + 1 - 2 * x
  requires s_dead' == (if s_dead == 1 || s_depth + 1 - 2 * x < 0 then 1 else 0)
  ensures (if p_n' == 0 then 1 else 0) == (if s_depth' == 0 && s_dead' == 0 then 1 else 0)
{
  reveal Inv();
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
  requires InDom(s)
  ensures |ys| == |s|
  ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])
{
  var p_n: int := 0;
  ys := [];
  var i: int := 0;
  Base();
  while i < |s|
    invariant 0 <= i <= |s|
    invariant Bounds(p_n, Spec_depth(s[..i]), Spec_dead(s[..i]))
    invariant Inv(p_n, Spec_depth(s[..i]), Spec_dead(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_n': int := if p_n != 1 then p_n + 2 * x - 1 else p_n;
    Step(p_n, Spec_depth(pre), Spec_dead(pre), x, p_n', Spec_depth(now), Spec_dead(now));
    Outputs(p_n, Spec_depth(pre), Spec_dead(pre), x, p_n', Spec_depth(now), Spec_dead(now));
    ys := ys + [if p_n' == 0 then 1 else 0];
    p_n := p_n';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is 1 if the brackets so far are balanced, where 0 opens and 1 closes: as many
// close as open, and in no prefix of them do more close than open.

function Count(s: seq<int>, v: int): int { |set i: int | 0 <= i < |s| && s[i] == v| }

predicate NeverBelow(s: seq<int>)
{
  forall n: int :: 0 <= n <= |s| ==> Count(s[..n], 1) <= Count(s[..n], 0)
}

predicate Balanced(s: seq<int>) { Count(s, 0) == Count(s, 1) && NeverBelow(s) }

predicate Task(s: seq<int>, y: int) { y == (if Balanced(s) then 1 else 0) }

lemma OneMore(s: seq<int>, v: int)
  requires |s| > 0
  ensures Count(s, v) == Count(s[..|s|-1], v) + (if s[|s|-1] == v then 1 else 0)
{
  var p: seq<int> := s[..|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i] == v;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i] == v;
  assert now == (if s[|s|-1] == v then before + {|s|-1} else before);
}

lemma DepthIsDifference(s: seq<int>)
  requires InDom(s)
  ensures Spec_depth(s) == Count(s, 0) - Count(s, 1)
{
  if |s| > 0 {
    DepthIsDifference(s[..|s|-1]);
    assert Dom(s[|s|-1]);
    OneMore(s, 0);
    OneMore(s, 1);
  }
}

lemma NeverBelowOneMore(s: seq<int>)
  requires |s| > 0
  ensures NeverBelow(s) <==> NeverBelow(s[..|s|-1]) && Count(s, 1) <= Count(s, 0)
{
  var p: seq<int> := s[..|s|-1];
  assert s[..|s|] == s;
  assert forall n: int :: 0 <= n <= |p| ==> p[..n] == s[..n];
  if NeverBelow(s) {
    forall n: int | 0 <= n <= |p|
      ensures Count(p[..n], 1) <= Count(p[..n], 0)
    {
      assert p[..n] == s[..n];
    }
    assert Count(s[..|s|], 1) <= Count(s[..|s|], 0);
  }
  if NeverBelow(p) && Count(s, 1) <= Count(s, 0) {
    forall n: int | 0 <= n <= |s|
      ensures Count(s[..n], 1) <= Count(s[..n], 0)
    {
      if n < |s| {
        assert p[..n] == s[..n];
      }
    }
  }
}

lemma DeadIsBelow(s: seq<int>)
  requires InDom(s)
  ensures Spec_dead(s) == (if NeverBelow(s) then 0 else 1)
{
  if |s| > 0 {
    DeadIsBelow(s[..|s|-1]);
    DepthIsDifference(s);
    NeverBelowOneMore(s);
  } else {
    assert forall n: int :: 0 <= n <= |s| ==> s[..n] == s;
    DepthIsDifference(s);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  DepthIsDifference(s);
  DeadIsBelow(s);
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
