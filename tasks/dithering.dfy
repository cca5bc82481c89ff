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
