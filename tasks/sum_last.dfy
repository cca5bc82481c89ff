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

// the same sum, taken from the end
function SumFromEnd(s: seq<int>, k: nat): int
  decreases k
{
  if k == 0 then 0 else SumFromEnd(s, k - 1) + Back(s, k - 1)
}

lemma SumsAgree(s: seq<int>, k: nat)
  ensures Sum(Last(s, k)) == SumFromEnd(s, k)
  decreases k
{
  if k > 0 {
    SumsAgree(s, k - 1);
    WiderByOne(s, k - 1);
  }
}

// a prefix without its last input is the next shorter prefix
lemma Shorter(s: seq<int>, n: int)
  ensures 0 <= n < |s| ==> s[..n+1][..n] == s[..n]
{
}

lemma SpecIsSumFromEnd(s: seq<int>)
  requires |s| > 0
  ensures Spec(s) == SumFromEnd(s, {k})
{
  Shorter(s, |s| - 2);
  Shorter(s, |s| - 3);
  Shorter(s, |s| - 4);
  Shorter(s, |s| - 5);
  Shorter(s, |s| - 6);
  Shorter(s, |s| - 7);
  assert SumFromEnd(s, 1) == SumFromEnd(s, 0) + Back(s, 0);
  assert SumFromEnd(s, 2) == SumFromEnd(s, 1) + Back(s, 1);
  assert SumFromEnd(s, 3) == SumFromEnd(s, 2) + Back(s, 2);
  assert SumFromEnd(s, 4) == SumFromEnd(s, 3) + Back(s, 3);
  assert SumFromEnd(s, 5) == SumFromEnd(s, 4) + Back(s, 4);
  assert SumFromEnd(s, 6) == SumFromEnd(s, 5) + Back(s, 5);
  assert SumFromEnd(s, 7) == SumFromEnd(s, 6) + Back(s, 6);
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  SpecIsSumFromEnd(s);
  SumsAgree(s, {k});
}
