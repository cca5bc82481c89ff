// The output is the input {k} steps before the last one, 0 where there is none.

predicate Task(s: seq<int>, y: int) { y == (if {k} < |s| then s[|s|-1-{k}] else 0) }

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  // every prefix, less its last input, is the next shorter prefix
  var n: int := |s|;
  assert n >= 2 ==> s[..n-1][..n-2] == s[..n-2];
  assert n >= 3 ==> s[..n-2][..n-3] == s[..n-3];
  assert n >= 4 ==> s[..n-3][..n-4] == s[..n-4];
  assert n >= 5 ==> s[..n-4][..n-5] == s[..n-5];
  assert n >= 6 ==> s[..n-5][..n-6] == s[..n-6];
}
