"""How much work regression may do. Work is counted, never timed, so that results repeat.

More work finds shorter expressions, and finds some that would be missed; less is faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Budget:
    """The bounds of one fit.

    Attributes:
        max_leaves: leaves of an enumerated subexpression.
        max_expressions: expressions kept by all enumerations of one fit together.
    """

    max_leaves: int = 6
    max_expressions: int = 400_000


DEFAULT: Final = Budget()

# fit: the searches after the shapes
SMALL_BANK: Final = 12_000  # expressions kept by the first searches; most answers are that short
AFFINE_BANK: Final = 4_000  # expressions tried to shorten an affine answer, which rarely succeeds
COLUMN_BANK: Final = 4_000  # expressions kept for a function of one column, of which there are many
LONG_ANSWER: Final = 20  # nodes from which a large search for a shorter answer pays
LIST_TESTS: Final = 3  # cost up to which decision lists take their conditions
LIST_NODES: Final = 11  # nodes from which an answer may be longer than a decision list
LIST_VALUES: Final = 8  # target values up to which decision lists are tried first

# rows: the points at which a search compares expressions; few are fast, but mislead
ALL_POINTS: Final = 64  # rows up to which a search looks at all of them at once
FIRST_POINTS: Final = 48  # random rows that it starts from otherwise
POINT_LEVELS: Final = 16  # target values of which rows are sure to be among the first points
ROWS_PER_LEVEL: Final = 3

# cegis: rounds of counterexamples
ROUNDS: Final = 24  # searches, each with the counterexamples of those before it
SHORTLIST: Final = 40  # candidates that are checked on all rows
LESSONS: Final = 8  # candidates whose counterexamples become points; more slow all later rounds
IMPROVING: Final = 10_000  # expressions kept while an answer is only made shorter
TINY_BANK: Final = 2_000  # expressions up to which equally short, clearer answers are looked for

# bank: the enumeration
RAW_PER_EXPRESSION: Final = 16  # candidates formed for each expression that may be kept
VALUE_MEMORY: Final = 1 << 28  # bytes of values

# last_operator: the joins of two stored expressions
RIGHT_SETS: Final = 800  # sets of points on which an expression is right; pairs of them are joined
BRANCH_LEVELS: Final = 16  # target values offered as constant branches
BRANCH_PAIRS: Final = 10  # pairs of branches for which a condition is looked for
THOROUGH: Final = 4  # of them with every kind of condition, which is slow
MAX_MODULUS: Final = 64  # the largest modulus that is guessed from the target, or of a last sum
FREE_DIVISORS: Final = range(2, 17)  # tried on the cheapest expressions besides the given ones

# conditions: the tests of conditionals
HITS: Final = 12  # answers kept of each kind
OPERANDS: Final = 4_000  # cheapest expressions that are compared with a constant or divided
SIDES: Final = 400  # cheapest expressions that are compared with each other, all pairs of them
CONJUNCTS: Final = 1_200  # cheapest conditions that are joined, all pairs of them
COVER_STARTS: Final = 16  # first picks of the greedy cover
COVER: Final = 8  # conditions in one cover

# decision_list: the beam search
BEAM: Final = 3  # lists kept of each kind
DEPTH: Final = 8  # branches of a list
LIST_LEAVES: Final = 300  # cheapest expressions that may be branches
LIST_BRANCHES: Final = 6  # branches tried next in each list
BRANCH_TESTS: Final = 3  # conditions tried for each branch
PARTIAL_TESTS: Final = 4_000  # cheapest conditions that may hold for a part of a branch

# shapes
SUPPORTS: Final = 600  # sets of at most three columns tried when columns depend on each other
AFFINE_ROUNDS: Final = 8  # solutions on some rows, each with the rows that refuted the last one
SEPARABLE_VALUES: Final = 64  # values of the column of which a function is added
SYMMETRIC_COLUMNS: Final = 12  # columns that are compared with one another

# state_assignment: numbers for the states of a machine
PATIENCE: Final = 2  # layers after the first answer: a subterm may be offered below its size
PATIENT_BANK: Final = 60_000  # expressions up to which these layers are waited for
ALTERNATIVES: Final = 12  # expressions of one layer looked at for each numbering of the states
ORDERS: Final = 24  # orders of the states up to which all are tried
ORDER_BANK: Final = 2_500  # expressions of which a step is made for each of these orders
