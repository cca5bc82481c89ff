// The output is the smallest input so far: it is one of the inputs that were read, and no
// input is smaller.

predicate IsMinimum(s: seq<int>, y: int)
{
  (exists i: int :: 0 <= i < |s| && s[i] == y) &&
  (forall i: int :: 0 <= i < |s| ==> s[i] >= y)
}

predicate Task(s: seq<int>, y: int) { IsMinimum(s, y) }

lemma StateIsMinimum(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures IsMinimum(s, Spec_m(s))
{
  var p: seq<int> := s[..|s|-1];
  assert Dom(s[|s|-1]);
  if |s| > 1 {
    StateIsMinimum(p);
    var i: int :| 0 <= i < |p| && p[i] == Spec_m(p);
    assert s[i] == Spec_m(p);
    assert forall j: int :: 0 <= j < |p| ==> s[j] == p[j] >= Spec_m(p);
  }
  assert s[|s|-1] >= Spec_m(s);
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsMinimum(s);
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires Task(s, y) && Task(s, z)
  ensures y == z
{
}
