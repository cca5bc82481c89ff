// The output is the distance from the last input to the one before it, which is 0 at the
// start: a number that is not negative and is one of the two differences.

function Previous(s: seq<int>): int { if |s| >= 2 then s[|s|-2] else 0 }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y >= 0 && (y == s[|s|-1] - Previous(s) || y == Previous(s) - s[|s|-1])
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
