// The output is the parity of the number of inputs before this one: 0, 1, 0, 1, ...
// What the inputs are does not matter.

function Before(s: seq<int>): int { |s| - 1 }

predicate Task(s: seq<int>, y: int) { y == Before(s) % 2 }

lemma StateIsParity(s: seq<int>)
  ensures Spec_p(s) == 1 - |s| % 2
{
  if |s| > 0 {
    StateIsParity(s[..|s|-1]);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsParity(s);
}
