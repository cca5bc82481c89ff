// The output is the parity of the number of ones among the last {k} bits; at the start
// there are fewer bits. The ones are counted as a set: the places i, at most {k} before
// the end of the sequence s, where s[i] is 1.

function OnesInLast(s: seq<int>, k: int): int
{
  |set i: int | 0 <= i < |s| && |s| - k <= i && s[i] == 1|
}

predicate Task(s: seq<int>, y: int) { y == OnesInLast(s, {k}) % 2 }

// the bit j steps ago, 0 before the start
function Back(s: seq<int>, j: int): int
  requires 0 <= j
{
  if j < |s| then s[|s|-1-j] else 0
}

lemma WiderByOne(s: seq<int>, j: int)
  requires 0 <= j && InDom(s)
  ensures OnesInLast(s, j + 1) == OnesInLast(s, j) + Back(s, j)
{
  var few: set<int> := set i: int | 0 <= i < |s| && |s| - j <= i && s[i] == 1;
  var more: set<int> := set i: int | 0 <= i < |s| && |s| - (j + 1) <= i && s[i] == 1;
  assert Dom(Back(s, j));
  assert more == (if Back(s, j) == 1 then few + {|s|-1-j} else few);
}

// the same number, counted from the end
function CountFromEnd(s: seq<int>, k: nat): int
  decreases k
{
  if k == 0 then 0 else CountFromEnd(s, k - 1) + Back(s, k - 1)
}

lemma CountsAgree(s: seq<int>, k: nat)
  requires InDom(s)
  ensures OnesInLast(s, k) == CountFromEnd(s, k)
  decreases k
{
  if k > 0 {
    CountsAgree(s, k - 1);
    WiderByOne(s, k - 1);
  } else {
    var none: set<int> := set i: int | 0 <= i < |s| && |s| - k <= i && s[i] == 1;
    assert |none| == 0;
  }
}

// a prefix without its last input is the next shorter prefix
lemma Shorter(s: seq<int>, n: int)
  ensures 0 <= n < |s| ==> s[..n+1][..n] == s[..n]
{
}

lemma SpecIsParity(s: seq<int>)
  requires |s| > 0
  ensures Spec(s) == CountFromEnd(s, {k}) % 2
{
  Shorter(s, |s| - 2);
  Shorter(s, |s| - 3);
  Shorter(s, |s| - 4);
  assert CountFromEnd(s, 1) == CountFromEnd(s, 0) + Back(s, 0);
  assert CountFromEnd(s, 2) == CountFromEnd(s, 1) + Back(s, 1);
  assert CountFromEnd(s, 3) == CountFromEnd(s, 2) + Back(s, 2);
  assert CountFromEnd(s, 4) == CountFromEnd(s, 3) + Back(s, 3);
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  SpecIsParity(s);
  CountsAgree(s, {k});
}
