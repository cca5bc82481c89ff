// A push x makes the body swing through x, x, 0, -x, -x, 0, and so on for ever. The output,
// the position, is the sum of the places to which all the pushes so far have it swing.

function Swing(x: int, age: int): int
{
  var phase: int := age % 6;
  if phase < 2 then x else if phase == 2 || phase == 5 then 0 else -x
}

function Position(s: seq<int>): int
{
  if |s| == 0 then 0 else Swing(s[0], |s| - 1) + Position(s[1..])
}

predicate Task(s: seq<int>, y: int) { y == Position(s) }

// a swing obeys the equation of the spring
lemma SwingSteps(x: int, age: int)
  ensures Swing(x, age) == Swing(x, age - 1) - Swing(x, age - 2)
{
}

lemma PositionSteps(s: seq<int>)
  requires |s| >= 2
  ensures Position(s) == Position(s[..|s|-1]) - Position(s[..|s|-2]) + s[|s|-1]
{
  var n: int := |s|;
  assert s[..n-1][1..] == s[1..][..n-2];
  SwingSteps(s[0], n - 1);
  if n > 2 {
    PositionSteps(s[1..]);
    assert s[..n-2][1..] == s[1..][..n-3];
  } else {
    assert Position(s[..1]) == Swing(s[0], 0) == s[0];
    assert Position(s[1..]) == Swing(s[1], 0) == s[1];
  }
}

lemma StatesArePositions(s: seq<int>)
  ensures Spec_r(s) == Position(s)
  ensures |s| > 0 ==> Spec_v(s) == Position(s) - Position(s[..|s|-1])
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    StatesArePositions(p);
    if |s| > 1 {
      assert p[..|p|-1] == s[..|s|-2];
      PositionSteps(s);
    }
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StatesArePositions(s);
}
