// The output is the bit that the last one is not.

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  0 <= y <= 1 && y != s[|s|-1]
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  assert Dom(s[|s|-1]);
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires |s| > 0 && InDom(s) && Task(s, y) && Task(s, z)
  ensures y == z
{
  assert Dom(s[|s|-1]);
}
