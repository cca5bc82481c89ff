// The output is the parity of the number of steps at which both inputs were 1.
// The steps are counted as a set: the places i of the sequence s where x and w are 1.

function BothOne(s: seq<Input>): int
{
  |set i: int | 0 <= i < |s| && s[i].x == 1 && s[i].w == 1|
}

predicate Task(s: seq<Input>, y: int) { y == BothOne(s) % 2 }

lemma OneMore(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures BothOne(s) == BothOne(s[..|s|-1]) + s[|s|-1].x * s[|s|-1].w
{
  var p: seq<Input> := s[..|s|-1];
  var last: Input := s[|s|-1];
  var before: set<int> := set i: int | 0 <= i < |p| && p[i].x == 1 && p[i].w == 1;
  var now: set<int> := set i: int | 0 <= i < |s| && s[i].x == 1 && s[i].w == 1;
  assert Dom(last.x, last.w);
  if last.x == 1 && last.w == 1 {
    assert now == before + {|s|-1};
    assert last.x * last.w == 1;
  } else {
    assert now == before;
    assert last.x * last.w == 0;
  }
}

lemma StateIsParity(s: seq<Input>)
  requires InDom(s)
  ensures Spec_p(s) == BothOne(s) % 2
{
  if |s| > 0 {
    StateIsParity(s[..|s|-1]);
    OneMore(s);
  }
}

lemma SpecMeetsTask(s: seq<Input>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsParity(s);
}
