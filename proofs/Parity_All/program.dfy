// Parity_All: parity of all bits so far
//
// The program below equals its specification for sequences of every length,
// for inputs within the range Dom.
// Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
// Invariant found by affine. A prime marks a value after the step.

// ---------- the input
predicate Dom(x: int) { 0 <= x <= 1 }
predicate InDom(s: seq<int>) { forall i :: 0 <= i < |s| ==> Dom(s[i]) }

// ---------- the specification, each function on a whole sequence
function Spec_p(s: seq<int>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1];
  var s_p: int := Spec_p(s[..|s|-1]);
  (s_p + x) % 2
}
function Spec(s: seq<int>): int
  requires |s| > 0
{
  var s_p': int := Spec_p(s);
  s_p'
}

// ---------- the invariant that links the program's state and the specification's
predicate Bounds(p_s: int, s_p: int)
{
  && p_s >= 0
  && p_s <= 1
}
predicate {:opaque} Inv(p_s: int, s_p: int)
{
  && p_s == s_p
}

// ---------- the three obligations, in plain integer arithmetic
lemma Base()
  ensures Bounds(0, 0) && Inv(0, 0)
{
  reveal Inv();
}

lemma Step(p_s: int, s_p: int, x: int, p_s': int, s_p': int)
  requires Bounds(p_s, s_p) && Inv(p_s, s_p)
  requires Dom(x)
  requires p_s' == (if p_s == x then 0 else 1)
  requires s_p' == (s_p + x) % 2
  ensures 0 <= p_s <= 1
  ensures 0 <= x <= 1
  ensures Bounds(p_s', s_p')
  ensures Inv(p_s', s_p')
{
  reveal Inv();
  assert s_p + x == 2 * ((s_p + x) / 2) + (s_p + x) % 2;
}

lemma Outputs(p_s: int, s_p: int, x: int, p_s': int, s_p': int)
  requires Bounds(p_s, s_p) && Inv(p_s, s_p)
  requires Dom(x)
  requires p_s' == (if p_s == x then 0 else 1)
  requires s_p' == (s_p + x) % 2
  ensures p_s' == s_p'
{
  reveal Inv();
  assert s_p + x == 2 * ((s_p + x) / 2) + (s_p + x) % 2;
}

// ---------- the program, and the theorem as its postcondition
method Program(s: seq<int>) returns (ys: seq<int>)
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
    invariant Bounds(p_s, Spec_p(s[..i]))
    invariant Inv(p_s, Spec_p(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i];
    ghost var pre: seq<int> := s[..i];
    ghost var now: seq<int> := s[..i+1];
    assert now[..i] == pre;
    var p_s': int := if p_s == x then 0 else 1;
    Step(p_s, Spec_p(pre), x, p_s', Spec_p(now));
    Outputs(p_s, Spec_p(pre), x, p_s', Spec_p(now));
    ys := ys + [p_s'];
    p_s := p_s';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the parity of the number of ones among all the bits read so far.
// The ones are counted as a set: the places i of the sequence s where s[i] is 1.

function Ones(s: seq<int>): int { |set i: int | 0 <= i < |s| && s[i] == 1| }

predicate Task(s: seq<int>, y: int) { y == Ones(s) % 2 }

lemma OneMore(s: seq<int>)
  requires |s| > 0
  ensures Ones(s) == Ones(s[..|s|-1]) + (if s[|s|-1] == 1 then 1 else 0)
{
  var p: seq<int> := s[..|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i] == 1;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i] == 1;
  assert now == (if s[|s|-1] == 1 then before + {|s|-1} else before);
}

lemma StateIsParity(s: seq<int>)
  requires InDom(s)
  ensures Spec_p(s) == Ones(s) % 2
{
  if |s| > 0 {
    StateIsParity(s[..|s|-1]);
    OneMore(s);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsParity(s);
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
