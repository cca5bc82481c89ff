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

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  // every prefix, less its last bit, is the next shorter prefix
  var n: int := |s|;
  assert n >= 2 ==> s[..n-1][..n-2] == s[..n-2];
  assert n >= 3 ==> s[..n-2][..n-3] == s[..n-3];
  assert 0 <= Back(s, 0) <= 1;
  assert 0 <= Back(s, 1) <= 1;
  assert 0 <= Back(s, 2) <= 1;
}
