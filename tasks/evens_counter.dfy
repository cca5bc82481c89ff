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
