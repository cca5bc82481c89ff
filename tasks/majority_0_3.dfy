// The output is the value, from 0 to 3, that was seen most often so far; the smallest one
// where several were. Count(s, v) counts the places i of the sequence s where s[i] is v.

function Count(s: seq<int>, v: int): int { |set i: int | 0 <= i < |s| && s[i] == v| }

predicate Task(s: seq<int>, y: int)
{
  0 <= y <= 3 &&
  (forall v: int :: 0 <= v <= 3 ==> Count(s, v) <= Count(s, y)) &&
  (forall v: int :: 0 <= v < y ==> Count(s, v) < Count(s, y))
}

lemma OneMore(s: seq<int>, v: int)
  requires |s| > 0
  ensures Count(s, v) == Count(s[..|s|-1], v) + (if s[|s|-1] == v then 1 else 0)
{
  var p: seq<int> := s[..|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i] == v;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i] == v;
  assert now == (if s[|s|-1] == v then before + {|s|-1} else before);
}

lemma StatesAreCounts(s: seq<int>)
  requires InDom(s)
  ensures Spec_c0(s) == Count(s, 0)
  ensures Spec_c1(s) == Count(s, 1)
  ensures Spec_c2(s) == Count(s, 2)
  ensures Spec_c3(s) == Count(s, 3)
{
  if |s| > 0 {
    StatesAreCounts(s[..|s|-1]);
    assert Dom(s[|s|-1]);
    OneMore(s, 0);
    OneMore(s, 1);
    OneMore(s, 2);
    OneMore(s, 3);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StatesAreCounts(s);
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires Task(s, y) && Task(s, z)
  ensures y == z
{
  assert Count(s, y) == Count(s, z);
}
