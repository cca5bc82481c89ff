// The output is 1 if the last input is some number times itself.

predicate SquareOf(x: int, root: int) { x == root * root }

predicate Square(x: int) { exists root: int :: 0 <= root <= x && SquareOf(x, root) }

predicate Task(s: seq<int>, y: int)
  requires |s| > 0
{
  y == (if Square(s[|s|-1]) then 1 else 0)
}

lemma SquareIsLarge(root: int)
  requires root >= 5
  ensures root * root >= 25
{
  if root > 5 {
    SquareIsLarge(root - 1);
    assert root * root == (root - 1) * (root - 1) + 2 * root - 1;
  }
}

lemma RootIsSmall(x: int, root: int)
  requires Dom(x) && 0 <= root && SquareOf(x, root)
  ensures 0 <= root <= 4
{
  if root >= 5 {
    SquareIsLarge(root);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  var x: int := s[|s|-1];
  assert Dom(x);
  assert SquareOf(0, 0) && SquareOf(1, 1) && SquareOf(4, 2) && SquareOf(9, 3) && SquareOf(16, 4);
  if Square(x) {
    var root: int :| 0 <= root <= x && SquareOf(x, root);
    RootIsSmall(x, root);
    assert root == 0 || root == 1 || root == 2 || root == 3 || root == 4;
  }
}
