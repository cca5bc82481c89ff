// The output is the sum of all the inputs so far, modulo {k}.
// The sum is the ordinary one over the whole sequence; nothing is reduced on the way.

function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

predicate Task(s: seq<int>, y: int) { y == Sum(s) % {k} }

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
  ensures Spec_s(s) == Sum(s) % {k}
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    StateIsResidue(p);
    SumOfOneMore(s);
    assert Sum(p) == {k} * (Sum(p) / {k}) + Sum(p) % {k};
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsResidue(s);
}
