// The output is the input {k} steps before the last one, 0 where there is none.

predicate Task(s: seq<int>, y: int) { y == (if {k} < |s| then s[|s|-1-{k}] else 0) }

// a prefix without its last input is the next shorter prefix
lemma Shorter(s: seq<int>, n: int)
  ensures 0 <= n < |s| ==> s[..n+1][..n] == s[..n]
{
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  Shorter(s, |s| - 2);
  Shorter(s, |s| - 3);
  Shorter(s, |s| - 4);
  Shorter(s, |s| - 5);
  Shorter(s, |s| - 6);
}
