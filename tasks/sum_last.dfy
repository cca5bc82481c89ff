// The output is the sum of the last {k} inputs; at the start, of all there are.

function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

function Last(s: seq<int>, k: int): seq<int>
  requires 0 <= k
{
  if |s| <= k then s else s[|s|-k..]
}

predicate Task(s: seq<int>, y: int) { y == Sum(Last(s, {k})) }

// the input j steps ago, 0 before the start
function Back(s: seq<int>, j: int): int
  requires 0 <= j
{
  if j < |s| then s[|s|-1-j] else 0
}

lemma WiderByOne(s: seq<int>, j: int)
  requires 0 <= j
  ensures Sum(Last(s, j + 1)) == Sum(Last(s, j)) + Back(s, j)
{
  if j < |s| {
    assert Last(s, j + 1)[1..] == Last(s, j);
  }
}

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
  assert n >= 7 ==> s[..n-6][..n-7] == s[..n-7];
  // the window grows from none to {k} inputs
  assert Sum(Last(s, 0)) == 0;
  WiderByOne(s, 0);
  WiderByOne(s, 1);
  WiderByOne(s, 2);
  WiderByOne(s, 3);
  WiderByOne(s, 4);
  WiderByOne(s, 5);
  WiderByOne(s, 6);
}
