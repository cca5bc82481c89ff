// The output is the last input minus the one before it, which is 0 at the start.

function Previous(s: seq<int>): int { if |s| >= 2 then s[|s|-2] else 0 }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == s[|s|-1] - Previous(s)
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
}
