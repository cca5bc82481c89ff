// The output is the last input or its negative, whichever is not below 0.

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y >= 0 && (y == s[|s|-1] || y == -s[|s|-1])
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires |s| > 0 && Task(s, y) && Task(s, z)
  ensures y == z
{
}
