// The output is 1 if the last three bits, in the order in which they came, read 010 or 101;
// before the start there are zeros.

// the bit j steps ago
function Back(s: seq<int>, j: int): int
  requires 0 <= j
{
  if j < |s| then s[|s|-1-j] else 0
}

predicate Reads(s: seq<int>, a: int, b: int, c: int)
{
  Back(s, 2) == a && Back(s, 1) == b && Back(s, 0) == c
}

predicate Task(s: seq<int>, y: int)
{
  y == (if Reads(s, 0, 1, 0) || Reads(s, 1, 0, 1) then 1 else 0)
}

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
  assert 0 <= Back(s, 0) <= 1;
  assert 0 <= Back(s, 1) <= 1;
  assert 0 <= Back(s, 2) <= 1;
}
