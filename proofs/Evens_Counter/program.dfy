// Evens_Counter: how many even inputs so far
//
// The program below equals its specification for sequences of every length,
// for all integers: no input range is needed.
// Made by mips-verify from one-hot subspace network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 9 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_n(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_n: int := Spec_n(s[..|s|-1]);
  s_n + 1 - x % 2
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_n': int := Spec_n(s);
  s_n'
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_s: int, s_n: int)
{
  true
}
predicate {:opaque} Inv(p_s: int, s_n: int)
{
  && p_s == s_n
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_s: int, s_n: int, x: int, p_s': int, s_n': int)
  requires Bounds(p_s, s_n) && Inv(p_s, s_n)
  requires p_s' == p_s + 1 - x % 2
  requires s_n' == s_n + 1 - x % 2
  ensures Bounds(p_s', s_n')
  ensures Inv(p_s', s_n')
{
  reveal Inv();
  assert x == 2 * (x / 2) + x % 2;
}

lemma Outputs(p_s: int, s_n: int, x: int, p_s': int, s_n': int)
  requires Bounds(p_s, s_n) && Inv(p_s, s_n)
  requires p_s' == p_s + 1 - x % 2
  requires s_n' == s_n + 1 - x % 2
  ensures p_s' == s_n'
{
  reveal Inv();
  assert x == 2 * (x / 2) + x % 2;
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
    invariant Bounds(p_s, Spec_n(s[..i]))
    invariant Inv(p_s, Spec_n(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_s': int := p_s + 1 - x % 2;
    Step(p_s, Spec_n(pre), x, p_s', Spec_n(now));
    Outputs(p_s, Spec_n(pre), x, p_s', Spec_n(now));
    ys := ys + [p_s'];
    p_s := p_s';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the number of even inputs so far.
// They are counted as a set: the places i of the sequence s where s[i] is even.

function Evens(s: seq<int>): int { |set i: int | 0 <= i < |s| && s[i] % 2 == 0| }

predicate Task(s: seq<int>, y: int) { y == Evens(s) }

lemma OneMore(s: seq<int>)
  requires |s| > 0
  ensures Evens(s) == Evens(s[..|s|-1]) + (if s[|s|-1] % 2 == 0 then 1 else 0)
{
  var p: seq<int> := s[..|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i] % 2 == 0;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i] % 2 == 0;
  assert now == (if s[|s|-1] % 2 == 0 then before + {|s|-1} else before);
}

lemma StateIsCount(s: seq<int>)
  ensures Spec_n(s) == Evens(s)
{
  if |s| > 0 {
    StateIsCount(s[..|s|-1]);
    OneMore(s);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsCount(s);
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
