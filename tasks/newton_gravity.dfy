// The output, the position, is that of the body without gravity less the fall. A push moves
// the body in its own step and in every later one; the fall after n steps is the sum
// 1 + 2 + ... + n.

function Position(s: seq<int>): int
{
  if |s| == 0 then 0 else |s| * s[0] + Position(s[1..])
}

predicate Task(s: seq<int>, y: int) { y == Position(s) - |s| * (|s| + 1) / 2 }

// the velocity without gravity
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

lemma Fall(n: int)
  ensures n * (n + 1) / 2 == (n - 1) * n / 2 + n
{
  assert n * (n + 1) == (n - 1) * n + 2 * n;
}

lemma StatesAreSums(s: seq<int>)
  ensures Spec_v(s) == Sum(s) - |s|
  ensures Spec_r(s) == Position(s) - |s| * (|s| + 1) / 2
{
  if |s| > 0 {
    StatesAreSums(s[..|s|-1]);
    OneMore(s);
    Fall(|s|);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StatesAreSums(s);
}
