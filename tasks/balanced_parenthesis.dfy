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
