"""How much work follows the first program that agrees everywhere.

That program is the answer from then on. What follows looks for a shorter or clearer one, and is
bounded by a multiple of the steps that finding took (:mod:`mips_verify.work`). No method gets more
than half of what is left, so that one long search does not take the place of all others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from mips_verify.work import spent


class Effort(StrEnum):
    """How long to look for a better program once there is one."""

    QUICK = "quick"
    NORMAL = "normal"
    DEEP = "deep"


# the least steps of polishing, and the multiple of the steps that finding took; a million steps
# take about 0.1 s
_STEPS: Final = {
    Effort.QUICK: (1e6, 1.0),
    Effort.NORMAL: (3e7, 10.0),
    Effort.DEEP: (math.inf, math.inf),
}


@dataclass(slots=True)
class Polish:
    """The steps that the search for a better program may still make.

    Attributes:
        effort: how long to look.
        began: the work done before the search for any program began.
        ends: the work at which polishing ends; infinite until there is a program.
    """

    effort: Effort = Effort.NORMAL
    began: float = field(default_factory=spent)
    ends: float = math.inf

    def begin(self) -> Polish:
        """Start to count, as there is a program now; later calls change nothing."""
        if self.ends == math.inf:
            least, times = _STEPS[self.effort]
            self.ends = spent() + max(least, times * (spent() - self.began))
        return self

    @property
    def share(self) -> float:
        """The most steps that the next method may make."""
        return max(0.0, (self.ends - spent()) / 2)
