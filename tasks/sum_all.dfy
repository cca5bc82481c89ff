// The output is the sum of all the inputs so far.

function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

predicate Task(s: seq<int>, y: int) { y == Sum(s) }

lemma SumOfOneMore(s: seq<int>)
  requires |s| > 0
  ensures Sum(s) == Sum(s[..|s|-1]) + s[|s|-1]
{
  if |s| > 1 {
    SumOfOneMore(s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma StateIsSum(s: seq<int>)
  ensures Spec_s(s) == Sum(s)
{
  if |s| > 0 {
    StateIsSum(s[..|s|-1]);
    SumOfOneMore(s);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsSum(s);
}
