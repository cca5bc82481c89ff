// A push x changes the velocity by x for good, so that it moves the body by x in its own
// step and in every later one. The output, the position, is the sum of the pushes, each as
// many times as there are steps since then, its own included.

function Position(s: seq<int>): int
{
  if |s| == 0 then 0 else |s| * s[0] + Position(s[1..])
}

predicate Task(s: seq<int>, y: int) { y == Position(s) }

// the velocity
function Sum(s: seq<int>): int { if |s| == 0 then 0 else s[0] + Sum(s[1..]) }

lemma OneMore(s: seq<int>)
  requires |s| > 0
  ensures Sum(s) == Sum(s[..|s|-1]) + s[|s|-1]
  ensures Position(s) == Position(s[..|s|-1]) + Sum(s)
{
  assert |s| * s[0] == (|s| - 1) * s[0] + s[0];
  if |s| > 1 {
    OneMore(s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma StatesAreSums(s: seq<int>)
  ensures Spec_v(s) == Sum(s)
  ensures Spec_r(s) == Position(s)
{
  if |s| > 0 {
    StatesAreSums(s[..|s|-1]);
    OneMore(s);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StatesAreSums(s);
}
