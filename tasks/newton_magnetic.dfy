// The field turns and stretches the velocity (a, b) into (a - b, a + b) in every step. A push
// (x, w) gives the body this velocity at once and moves it, in its own step and in every later
// one, by what has become of it. The outputs, the position, are the sum of what all the pushes
// so far have done.

// velocity and way of one push, so many steps later
function Turned0(x: int, w: int, steps: nat): int
  decreases steps
{
  if steps == 0 then x else Turned0(x, w, steps - 1) - Turned1(x, w, steps - 1)
}

function Turned1(x: int, w: int, steps: nat): int
  decreases steps
{
  if steps == 0 then w else Turned0(x, w, steps - 1) + Turned1(x, w, steps - 1)
}

function Way0(x: int, w: int, steps: nat): int
  decreases steps
{
  Turned0(x, w, steps) + (if steps == 0 then 0 else Way0(x, w, steps - 1))
}

function Way1(x: int, w: int, steps: nat): int
  decreases steps
{
  Turned1(x, w, steps) + (if steps == 0 then 0 else Way1(x, w, steps - 1))
}

function Position0(s: seq<Input>): int
{
  if |s| == 0 then 0 else Way0(s[0].x, s[0].w, |s| - 1) + Position0(s[1..])
}

function Position1(s: seq<Input>): int
{
  if |s| == 0 then 0 else Way1(s[0].x, s[0].w, |s| - 1) + Position1(s[1..])
}

predicate Task(s: seq<Input>, y0: int, y1: int) { y0 == Position0(s) && y1 == Position1(s) }

function Velocity0(s: seq<Input>): int
{
  if |s| == 0 then 0 else Turned0(s[0].x, s[0].w, |s| - 1) + Velocity0(s[1..])
}

function Velocity1(s: seq<Input>): int
{
  if |s| == 0 then 0 else Turned1(s[0].x, s[0].w, |s| - 1) + Velocity1(s[1..])
}

lemma VelocitySteps(s: seq<Input>)
  requires |s| > 0
  ensures Velocity0(s) == Velocity0(s[..|s|-1]) - Velocity1(s[..|s|-1]) + s[|s|-1].x
  ensures Velocity1(s) == Velocity1(s[..|s|-1]) + Velocity0(s[..|s|-1]) + s[|s|-1].w
{
  if |s| > 1 {
    VelocitySteps(s[1..]);
    assert s[..|s|-1][1..] == s[1..][..|s|-2];
  }
}

lemma PositionSteps(s: seq<Input>)
  requires |s| > 0
  ensures Position0(s) == Position0(s[..|s|-1]) + Velocity0(s)
  ensures Position1(s) == Position1(s[..|s|-1]) + Velocity1(s)
{
  if |s| > 1 {
    PositionSteps(s[1..]);
    assert s[..|s|-1][1..] == s[1..][..|s|-2];
  }
}

lemma StatesAreSums(s: seq<Input>)
  ensures Spec_v0(s) == Velocity0(s) && Spec_v1(s) == Velocity1(s)
  ensures Spec_p0(s) == Position0(s) && Spec_p1(s) == Position1(s)
{
  if |s| > 0 {
    StatesAreSums(s[..|s|-1]);
    VelocitySteps(s);
    PositionSteps(s);
  }
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec0(s), Spec1(s))
{
  StatesAreSums(s);
}
