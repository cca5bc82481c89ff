"""Loops with a known number of rounds, executed round by round."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from mips_verify.kernel.expr import TRUE, Expr
from mips_verify.reader.operations.iteration import stream_of
from mips_verify.reader.statements.statements import BREAK, CONTINUE, NORMAL, Ends, Statements
from mips_verify.reader.symbols.values import Value

MAX_ROUNDS: Final = 5_000  # of one loop


class ConstantLoops(Statements):
    """Executes loops with a known number of rounds; the subclass executes the other loops."""

    def _do_For(self, s: ast.For) -> Ends:
        over = self.value(s.iter)
        self.where = s
        if stream_of(self, over) is not None:
            return self.loop_over_input(s, over)
        if self.is_prefix(over):
            return self.loop_over_prefix(s, over)
        elements, unchanged = iter(self.source_elements(over)), self.unchanged_sources(over)

        def again() -> bool:
            for e in elements:
                unchanged()
                self.bind(s.target, e)
                return True
            unchanged()
            return False

        return self._rounds(s, again)

    def _do_While(self, s: ast.While) -> Ends:
        if self.is_loop_over_input(s):
            return self.while_over_input(s)

        def again() -> bool:
            c = self.decide(self.truth(s.test))
            if c.op not in ("true", "false"):
                raise self.retry("the number of rounds of this loop is not known")
            return c is TRUE

        return self._rounds(s, again)

    def _rounds(self, s: ast.For | ast.While, again: Callable[[], bool]) -> Ends:
        """All rounds of a loop, one by one."""
        ends: Ends = {}
        running: Expr = TRUE
        for _ in range(MAX_ROUNDS):
            self.forks += running is not TRUE
            try:
                if not again():
                    break
                self.at(s)
                new = self.block(s.body)
            finally:
                self.forks -= running is not TRUE
            going: Ends = {}
            for kind in (NORMAL, CONTINUE):
                if kind in new:
                    self.add_ends(going, TRUE, {NORMAL: new.pop(kind)})
            self.add_ends(ends, running, new)
            if not going:
                return self._without_break(ends)
            c, self.state = going[NORMAL]
            running = self.terms.both(running, c)
        else:
            raise self.refuse(f"a loop of more than {MAX_ROUNDS} rounds")
        self.add_ends(ends, running, self.block(s.orelse))
        return self._without_break(ends)

    def _without_break(self, ends: Ends) -> Ends:
        if BREAK in ends:
            c, state = ends.pop(BREAK)
            self.add_ends(ends, TRUE, {NORMAL: (c, state)})
        return ends

    def is_prefix(self, v: Value) -> bool:
        """Whether a loop iterates over all letters so far."""
        raise NotImplementedError

    def is_loop_over_input(self, s: ast.While) -> bool:
        """Whether a while loop ends when the input ends."""
        raise NotImplementedError

    def loop_over_input(self, s: ast.For, over: Value) -> Ends:
        """One round of a for loop that ends when the input ends."""
        raise NotImplementedError

    def while_over_input(self, s: ast.While) -> Ends:
        """One round of a while loop that ends when the input ends."""
        raise NotImplementedError

    def loop_over_prefix(self, s: ast.For, over: Value) -> Ends:
        """A loop over all letters so far."""
        raise NotImplementedError
