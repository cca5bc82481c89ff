// The output is the parity of the number of zeros among all the bits read so far.
// The zeros are counted as a set: the places i of the sequence s where s[i] is 0.

function Zeros(s: seq<int>): int { |set i: int | 0 <= i < |s| && s[i] == 0| }

predicate Task(s: seq<int>, y: int) { y == Zeros(s) % 2 }

lemma OneMore(s: seq<int>)
  requires |s| > 0
  ensures Zeros(s) == Zeros(s[..|s|-1]) + (if s[|s|-1] == 0 then 1 else 0)
{
  var p: seq<int> := s[..|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i] == 0;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i] == 0;
  assert now == (if s[|s|-1] == 0 then before + {|s|-1} else before);
}

lemma StateIsParity(s: seq<int>)
  requires InDom(s)
  ensures Spec_p(s) == Zeros(s) % 2
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
