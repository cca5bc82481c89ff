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

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  // every prefix, less its last bit, is the next shorter prefix
  var n: int := |s|;
  assert n >= 2 ==> s[..n-1][..n-2] == s[..n-2];
  assert n >= 3 ==> s[..n-2][..n-3] == s[..n-3];
  assert n >= 4 ==> s[..n-3][..n-4] == s[..n-4];
  // the window grows from none to {k} bits
  var none: set<int> := set i: int | 0 <= i < |s| && |s| <= i && s[i] == 1;
  assert OnesInLast(s, 0) == |none| == 0;
  WiderByOne(s, 0);
  WiderByOne(s, 1);
  WiderByOne(s, 2);
  WiderByOne(s, 3);
}
