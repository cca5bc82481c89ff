// Two numbers in base 2 are read digit by digit, the least significant one first. The output
// after n digits is digit n of their sum: the last one when n - 1 digits are dropped.

function NumberX(s: seq<Input>): int { if |s| == 0 then 0 else s[0].x + 2 * NumberX(s[1..]) }

function NumberW(s: seq<Input>): int { if |s| == 0 then 0 else s[0].w + 2 * NumberW(s[1..]) }

function Drop(number: int, digits: int): int
  decreases digits
{
  if digits <= 0 then number else Drop(number / 2, digits - 1)
}

predicate Task(s: seq<Input>, y: int)
{
  y == Drop(NumberX(s) + NumberW(s), |s| - 1) % 2
}

// the carry after s, where the one before s is c
function Carry(c: int, s: seq<Input>): int
  decreases |s|
{
  if |s| == 0 then c else Carry((s[0].x + s[0].w + c) / 2, s[1..])
}

lemma CarryOfOneMore(c: int, s: seq<Input>)
  requires |s| > 0
  ensures Carry(c, s) == (s[|s|-1].x + s[|s|-1].w + Carry(c, s[..|s|-1])) / 2
  decreases |s|
{
  if |s| > 1 {
    CarryOfOneMore((s[0].x + s[0].w + c) / 2, s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma StateIsCarry(s: seq<Input>)
  ensures Spec_carry(s) == Carry(0, s)
{
  if |s| > 0 {
    StateIsCarry(s[..|s|-1]);
    CarryOfOneMore(0, s);
  }
}

lemma Divided(digit: int, rest: int)
  ensures (digit + 2 * rest) / 2 == digit / 2 + rest
{
  assert digit == 2 * (digit / 2) + digit % 2;
}

// dropping digits from the sum leaves the last two digits and their carry
lemma DropLeaves(c: int, s: seq<Input>)
  requires |s| > 0
  ensures Drop(NumberX(s) + NumberW(s) + c, |s| - 1)
       == s[|s|-1].x + s[|s|-1].w + Carry(c, s[..|s|-1])
  decreases |s|
{
  if |s| > 1 {
    var first: int := s[0].x + s[0].w + c;
    Divided(first, NumberX(s[1..]) + NumberW(s[1..]));
    DropLeaves(first / 2, s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsCarry(s[..|s|-1]);
  DropLeaves(0, s);
}
