// The output is the last input.

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == s[|s|-1]
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
}
