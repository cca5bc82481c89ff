// The output is 1 if the bits so far read the same in both directions: the bit at any
// place from the start equals the bit at the same place from the end.

predicate Palindrome(s: seq<int>)
{
  forall i: int :: 0 <= i < |s| ==> s[i] == s[|s|-1-i]
}

predicate Task(s: seq<int>, y: int) { y == (if Palindrome(s) then 1 else 0) }

// the bits as a binary number, least significant bit first
function Number(s: seq<int>): int { if |s| == 0 then 0 else s[0] + 2 * Number(s[1..]) }

function Power(n: nat): int { if n == 0 then 1 else 2 * Power(n - 1) }

function Reverse(s: seq<int>): seq<int>
  ensures |Reverse(s)| == |s|
{
  if |s| == 0 then [] else [s[|s|-1]] + Reverse(s[..|s|-1])
}

lemma ReverseAt(s: seq<int>, i: int)
  requires 0 <= i < |s|
  ensures Reverse(s)[i] == s[|s|-1-i]
{
  if i > 0 {
    ReverseAt(s[..|s|-1], i - 1);
  }
}

lemma NumberOfOneMore(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Number(s) == Number(s[..|s|-1]) + (if s[|s|-1] == 1 then Power(|s|-1) else 0)
{
  assert Dom(s[|s|-1]);
  if |s| > 1 {
    NumberOfOneMore(s[1..]);
    assert s[1..][..|s|-2] == s[..|s|-1][1..];
  }
}

lemma BitTimes(power: int, bit: int)
  requires 0 <= bit <= 1
  ensures power * bit == (if bit == 1 then power else 0)
{
}

lemma PowIsPower(s: seq<int>)
  ensures Spec_pow(s) == Power(|s|)
{
  if |s| > 0 {
    PowIsPower(s[..|s|-1]);
  }
}

lemma RevIsNumber(s: seq<int>)
  requires InDom(s)
  ensures Spec_rev(s) == Number(s)
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    RevIsNumber(p);
    NumberOfOneMore(s);
    PowIsPower(p);
    assert Dom(s[|s|-1]);
    BitTimes(Spec_pow(p), s[|s|-1]);
  }
}

lemma FwdIsNumberOfReverse(s: seq<int>)
  ensures Spec_fwd(s) == Number(Reverse(s))
{
  if |s| > 0 {
    var p: seq<int> := s[..|s|-1];
    FwdIsNumberOfReverse(p);
    assert Reverse(s)[1..] == Reverse(p);
  }
}

lemma EqualNumbers(a: seq<int>, b: seq<int>)
  requires |a| == |b| && InDom(a) && InDom(b) && Number(a) == Number(b)
  ensures a == b
{
  if |a| > 0 {
    assert Dom(a[0]) && Dom(b[0]);
    assert a[0] + 2 * Number(a[1..]) == b[0] + 2 * Number(b[1..]);
    EqualNumbers(a[1..], b[1..]);
    assert a == [a[0]] + a[1..];
    assert b == [b[0]] + b[1..];
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var r: seq<int> := Reverse(s);
  RevIsNumber(s);
  FwdIsNumberOfReverse(s);
  forall i: int | 0 <= i < |s|
    ensures r[i] == s[|s|-1-i]
  {
    ReverseAt(s, i);
  }
  if Number(r) == Number(s) {
    assert InDom(r);
    EqualNumbers(r, s);
    assert Palindrome(s);
  }
  if Palindrome(s) {
    assert r == s;
  }
}
