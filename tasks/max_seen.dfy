// The output is the largest input so far: it is one of the inputs that were read, and no
// input is larger.

predicate IsMaximum(s: seq<int>, y: int)
{
  (exists i: int :: 0 <= i < |s| && s[i] == y) &&
  (forall i: int :: 0 <= i < |s| ==> s[i] <= y)
}

predicate Task(s: seq<int>, y: int) { IsMaximum(s, y) }

lemma StateIsMaximum(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures IsMaximum(s, Spec_m(s))
{
  var p: seq<int> := s[..|s|-1];
  assert Dom(s[|s|-1]);
  if |s| > 1 {
    StateIsMaximum(p);
    var i: int :| 0 <= i < |p| && p[i] == Spec_m(p);
    assert s[i] == Spec_m(p);
    assert forall j: int :: 0 <= j < |p| ==> s[j] == p[j] <= Spec_m(p);
  }
  assert s[|s|-1] <= Spec_m(s);
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsMaximum(s);
}

lemma TaskIsUnique(s: seq<int>, y: int, z: int)
  requires Task(s, y) && Task(s, z)
  ensures y == z
{
}
