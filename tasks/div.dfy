// The bits so far are a binary number, most significant bit first. The output is the last
// binary digit of that number divided by {k} and rounded down. So the outputs, read as a
// number in the same way, are the quotient.

function Number(s: seq<int>): int
{
  if |s| == 0 then 0 else 2 * Number(s[..|s|-1]) + s[|s|-1]
}

predicate Task(s: seq<int>, y: int) { y == Number(s) / {k} % 2 }

lemma StateIsRemainder(s: seq<int>)
  ensures Spec_r(s) == Number(s) % {k}
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    StateIsRemainder(p);
    assert Number(p) == {k} * (Number(p) / {k}) + Number(p) % {k};
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var p: seq<int> := s[..|s|-1];
  var x: int := s[|s|-1];
  assert Dom(x);
  StateIsRemainder(p);
  var q: int := Number(p) / {k};
  var v: int := 2 * Spec_r(p) + x;
  assert Number(p) == {k} * q + Spec_r(p);
  assert Number(s) == {k} * (2 * q) + v;
  assert 0 <= v < 2 * {k};
  assert Number(s) / {k} == 2 * q + v / {k};
}
