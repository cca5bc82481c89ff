// The output is 1 if the last four bits, in the order in which they came, read 0101 or 1010;
// before the start there are zeros.

// the bit j steps ago
function Back(s: seq<int>, j: int): int
  requires 0 <= j
{
  if j < |s| then s[|s|-1-j] else 0
}

predicate Reads(s: seq<int>, a: int, b: int, c: int, d: int)
{
  Back(s, 3) == a && Back(s, 2) == b && Back(s, 1) == c && Back(s, 0) == d
}

predicate Task(s: seq<int>, y: int)
{
  y == (if Reads(s, 0, 1, 0, 1) || Reads(s, 1, 0, 1, 0) then 1 else 0)
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  // every prefix, less its last bit, is the next shorter prefix
  var n: int := |s|;
  assert n >= 2 ==> s[..n-1][..n-2] == s[..n-2];
  assert n >= 3 ==> s[..n-2][..n-3] == s[..n-3];
  assert n >= 4 ==> s[..n-3][..n-4] == s[..n-4];
  assert 0 <= Back(s, 0) <= 1;
  assert 0 <= Back(s, 1) <= 1;
  assert 0 <= Back(s, 2) <= 1;
  assert 0 <= Back(s, 3) <= 1;
}
