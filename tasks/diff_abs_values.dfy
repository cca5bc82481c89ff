// The output is the absolute value of the last input minus that of the input before it,
// which is 0 at the start.

function Previous(s: seq<int>): int { if |s| >= 2 then s[|s|-2] else 0 }

function Size(x: int): int { if x >= 0 then x else -x }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == Size(s[|s|-1]) - Size(Previous(s))
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
}
