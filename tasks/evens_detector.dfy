// The output is 1 if the last input is twice some number.

predicate Twice(x: int, half: int) { x == 2 * half }

predicate Even(x: int) { exists half: int :: 0 <= half <= x && Twice(x, half) }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == (if Even(s[|s|-1]) then 1 else 0)
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var x: int := s[|s|-1];
  assert Dom(x) && x == 2 * (x / 2) + x % 2;
  if x % 2 == 0 {
    assert Twice(x, x / 2);
  }
}
