// The output is the bit before the last one, 0 where there is none: the outputs are the
// bits moved by one place.

predicate Task(s: seq<int>, y: int) { y == (if |s| >= 2 then s[|s|-2] else 0) }

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
}
