"""Work limits of the regression. Work is counted, never timed, so results are reproducible.

More work finds more and shorter expressions; less work is faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of one fit.

    Attributes:
        max_leaves: most leaves of an enumerated subexpression.
        max_expressions: most expressions kept by all enumerations of one fit together.
    """

    max_leaves: int = 6
    max_expressions: int = 400_000


DEFAULT: Final = Budget()

# fit: the searches after the shapes
SMALL_BANK: Final = 12_000  # expressions kept by the first searches; enough for most answers
AFFINE_BANK: Final = 4_000  # expressions kept to shorten an affine answer, which rarely works
COLUMN_BANK: Final = 4_000  # expressions kept per function of one column; there are many
LONG_ANSWER: Final = 20  # a large search pays if the answer has at least this many nodes
LIST_TESTS: Final = 3  # largest cost of a condition in a decision list
LIST_NODES: Final = 11  # decision lists are tried if the answer has at least this many nodes
LIST_VALUES: Final = 8  # decision lists come first for at most this many target values

# cases: formulas for each value of one column
CASES_NODES: Final = 18  # they are tried if nothing shorter was found
CASE_COLUMNS: Final = 3  # columns that are tried
CASE_VALUES: Final = 6  # most values of such a column
CASE_ROWS: Final = 8  # rows with each of them; a formula fits fewer rows by chance

# rows: the points at which a search compares expressions; few are fast but less reliable
ALL_POINTS: Final = 64  # a table with at most this many rows is searched as a whole
FIRST_POINTS: Final = 48  # random rows that the search starts from otherwise
POINT_LEVELS: Final = 16  # target values that are sure to occur among the first points
ROWS_PER_LEVEL: Final = 3

# cegis: rounds of counterexamples
ROUNDS: Final = 24  # searches; each uses the counterexamples of earlier ones
SHORTLIST: Final = 40  # candidates checked on all rows
LESSONS: Final = 8  # candidates whose counterexamples become points; more are slower
IMPROVING: Final = 10_000  # expressions kept once the search only shortens an answer
TINY_BANK: Final = 2_000  # largest bank in which equally short, clearer answers are sought

# bank: the enumeration
RAW_PER_EXPRESSION: Final = 16  # candidates formed per expression that may be kept
VALUE_MEMORY: Final = 1 << 28  # bytes for the values of expressions

# last_operator: joining two stored expressions
RIGHT_SETS: Final = 800  # sets of points on which an expression is right; all pairs are tried
BRANCH_LEVELS: Final = 16  # constant branches are offered for at most this many target values
BRANCH_PAIRS: Final = 10  # pairs of branches for which a condition is sought
THOROUGH: Final = 4  # pairs tried with every kind of condition, which is slow
MAX_MODULUS: Final = 64  # largest modulus guessed from the target or used for a last sum
FREE_DIVISORS: Final = range(2, 17)  # also tried, but only on the cheapest expressions

# conditions: the tests of conditionals
HITS: Final = 12  # answers kept per kind
OPERANDS: Final = 4_000  # cheapest expressions, to be compared with a constant or divided
SIDES: Final = 400  # cheapest expressions, all pairs of which are compared
CONJUNCTS: Final = 1_200  # cheapest conditions, all pairs of which are joined
COVER_STARTS: Final = 16  # conditions that a greedy cover may start with
COVER: Final = 8  # conditions in one cover

# decision_list: the beam search
BEAM: Final = 3  # lists kept per kind
DEPTH: Final = 8  # most branches of a list
LIST_LEAVES: Final = 300  # cheapest expressions, which may be branches
LIST_BRANCHES: Final = 6  # branches tried as the next one of a list
BRANCH_TESTS: Final = 3  # conditions tried per branch
PARTIAL_TESTS: Final = 4_000  # cheapest conditions, which may select a part of a branch

# shapes
SUPPORTS: Final = 600  # sets of at most three columns, tried if columns are dependent
AFFINE_ROUNDS: Final = 8  # solutions on some rows; each round adds rows that refuted the last
MAX_DIVISOR: Final = 64  # of a quotient
ROWS_A_COEFFICIENT: Final = 8  # of a quotient; fewer admit one that fits by chance
SEPARABLE_VALUES: Final = 64  # most values of the column a in `b + f(a)`
QUOTIENT_VALUES: Final = 4  # fewest values of a target that is fitted as a quotient
EXTREME_VALUES: Final = 256  # most values of the columns in `max(f(a), g(b))`
SYMMETRIC_COLUMNS: Final = 12  # most columns that are compared with one another

# state_assignment: numbers for the states of a machine
PATIENCE: Final = 2  # layers after the first answer, since subterms may cost less than their size
PATIENT_BANK: Final = 60_000  # these layers are not built for a larger bank
ALTERNATIVES: Final = 12  # expressions of one layer tried per numbering of the states
ORDERS: Final = 24  # all orders of the states are tried if there are at most this many
ORDER_BANK: Final = 2_500  # expressions kept in the enumeration that serves these orders
