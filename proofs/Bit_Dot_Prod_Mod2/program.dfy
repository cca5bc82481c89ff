// Bit_Dot_Prod_Mod2: parity of the number of steps with x = w = 1
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
function Spec_p(s: seq<Input>): int
{
  if |s| == 0 then 0 else
  var x: int := s[|s|-1].x;
  var w: int := s[|s|-1].w;
  var s_p: int := Spec_p(s[..|s|-1]);
  (s_p + x * w) % 2
}
function Spec(s: seq<Input>): int
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
  && s_p <= 1
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

lemma Step(p_s: int, s_p: int, x: int, w: int, p_s': int, s_p': int)
  requires Bounds(p_s, s_p) && Inv(p_s, s_p)
  requires Dom(x, w)
  requires p_s' == (if (if x == 1 && w == 1 then 1 else 0) == p_s then 0 else 1)
  requires s_p' == (s_p + x * w) % 2
  ensures 0 <= x <= 1
  ensures 0 <= w <= 1
  ensures (var k: int := (if x == 1 && w == 1 then 1 else 0); 0 <= k <= 1)
  ensures 0 <= p_s <= 1
  ensures Bounds(p_s', s_p')
  ensures Inv(p_s', s_p')
{
  reveal Inv();
  assert s_p + x * w == 2 * ((s_p + x * w) / 2) + (s_p + x * w) % 2;
}

lemma Outputs(p_s: int, s_p: int, x: int, w: int, p_s': int, s_p': int)
  requires Bounds(p_s, s_p) && Inv(p_s, s_p)
  requires Dom(x, w)
  requires p_s' == (if (if x == 1 && w == 1 then 1 else 0) == p_s then 0 else 1)
  requires s_p' == (s_p + x * w) % 2
  ensures p_s' == s_p'
{
  reveal Inv();
  assert s_p + x * w == 2 * ((s_p + x * w) / 2) + (s_p + x * w) % 2;
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
    invariant Bounds(p_s, Spec_p(s[..i]))
    invariant Inv(p_s, Spec_p(s[..i]))
    invariant |ys| == i
    invariant forall t :: 0 <= t < i ==> ys[t] == Spec(s[..t+1])
    decreases |s| - i
  {
    var x: int := s[i].x;
    var w: int := s[i].w;
    ghost var pre: seq<Input> := s[..i];
    ghost var now: seq<Input> := s[..i+1];
    assert now[..i] == pre;
    var p_s': int := if (if x == 1 && w == 1 then 1 else 0) == p_s then 0 else 1;
    Step(p_s, Spec_p(pre), x, w, p_s', Spec_p(now));
    Outputs(p_s, Spec_p(pre), x, w, p_s', Spec_p(now));
    ys := ys + [p_s'];
    p_s := p_s';
    i := i + 1;
  }
}

// ---------- the task in other words, and that the specification meets it
// The output is the parity of the number of steps at which both inputs were 1.
// The steps are counted as a set: the places i of the sequence s where x and w are 1.

function BothOne(s: seq<Input>): int
{
  |set i: int | 0 <= i < |s| && s[i].x == 1 && s[i].w == 1|
}

predicate Task(s: seq<Input>, y: int) { y == BothOne(s) % 2 }

lemma OneMore(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures BothOne(s) == BothOne(s[..|s|-1]) + s[|s|-1].x * s[|s|-1].w
{
  var p: seq<Input> := s[..|s|-1];
  var last: Input := s[|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i].x == 1 && p[i].w == 1;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i].x == 1 && s[i].w == 1;
  assert Dom(last.x, last.w);
  if last.x == 1 && last.w == 1 {
    assert now == before + {|s|-1};
    assert last.x * last.w == 1;
  } else {
    assert now == before;
    assert last.x * last.w == 0;
  }
}

lemma StateIsParity(s: seq<Input>)
  requires InDom(s)
  ensures Spec_p(s) == BothOne(s) % 2
{
  if |s| > 0 {
    StateIsParity(s[..|s|-1]);
    OneMore(s);
  }
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsParity(s);
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
