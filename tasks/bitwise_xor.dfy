// The output is 1 if the last bits differ.

predicate Task(s: seq<Input>, y: int)
  requires |s| > 0
{
  var last: Input := s[|s|-1];
  y == (if last.x != last.w then 1 else 0)
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  assert Dom(s[|s|-1].x, s[|s|-1].w);
}
