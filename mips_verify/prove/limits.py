"""All budgets of the prover: how much work each part may do before it gives up.

A larger budget proves or refutes more and takes longer; none of them can make a verdict wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

# --- refutation ------------------------------------------------------------------------------
MOST_CELLS: Final = 8_000_000  # values of sampled states: memory against sequences tried
MOST_REPLAYS: Final = 50  # differences seen in int64 that are replayed: most are real
MOST_EXACT_RUNS: Final = 16  # sequences run in exact integers, which is slow
MOST_BITS: Final = 100_000  # of a state in an exact run: larger numbers take too long
MOST_SHRINKING_LETTERS: Final = 5_000  # replayed while shrinking: a simpler counterexample

# --- the search through the product of the states --------------------------------------------
MOST_PRODUCT_LETTERS: Final = 100_000  # of the domain: each is a step from every state
DEEPER: Final = 20  # times as many steps where nothing else decided, and the wait pays

# --- what miners guess: every guess may be the one that is needed, and costs Z3 questions -----
MOST_TERMS: Final = 24  # mined from the texts, the shortest first
MOST_GUARDS: Final = 16  # likewise
MOST_SPLITS: Final = 40  # cases of one stage: each guard and its negation
MOST_VALUES: Final = 12  # of a variable whose set of values is guessed
MOST_MODES: Final = 8  # values of a variable on which cases are split
MOST_MACHINE_STATES: Final = 200  # of one machine: each gets a box of the other's variables
MOST_JOINT_STATES: Final = 1_500  # listed one by one; Z3 slows down with long lists
MOST_EXTREME_VARIABLES: Final = 12  # of which one may always be at its bound
MOST_OCTAGON_VARIABLES: Final = 10  # each pair of them gets four bounds
SHORT_TABLE: Final = 64  # entries where the key is a variable or a remainder
LONG_TABLE: Final = 256  # entries where any term may be the key
MOST_TABLE_KEYS: Final = 12  # candidates; where no one will do, each pair is tried
MOST_OFFSET_KEYS: Final = 8  # variables of few values on which an offset may depend
MOST_OFFSET_COLUMNS: Final = 12  # variables that a relation with an offset may hold
LONGEST_OFFSET_TABLE: Final = 256  # entries

# --- affine hulls ----------------------------------------------------------------------------
MOST_POINTS: Final = 200  # that span a hull; Houdini joins others at a question each
MOST_JOINS: Final = 100  # samples joined to a hull that must hold as it stands
LARGEST_COEFFICIENT: Final = 10**9  # larger ones come from too few points
LARGEST_MODULUS: Final = 1_000  # likewise, of a congruence under a guard or between terms
LARGEST_STATE_MODULUS: Final = 1_000_000  # between variables chance makes up few congruences

# --- proofs ----------------------------------------------------------------------------------
MOST_DELETIONS: Final = 200  # conditions tried to be left out: a shorter invariant
BEST_GUESSES: Final = 2  # of those that hold as they stand, that get much of Z3's work
FIRST_SHARE: Final = 20  # each such guess first gets one part in so many of an obligation's work
SECOND_SHARE: Final = 2  # and the best ones then one part in so many


@dataclass(frozen=True, slots=True)
class Limits:
    """The budgets that a caller may change.

    Every one counts work, never time, so that the same seed gives the same verdict.

    Attributes:
        sequences: random and extreme sequences that try to refute.
        length: letters in each.
        far: further sequences that try to refute what could not be proved.
        far_length: letters in each of these.
        samples: sequences whose joint states invariants are guessed from.
        product_steps: steps of the two machines together that the search through the product
            of their states may take; :data:`DEEPER` times as many where the text shows that the
            search ends, where nothing else decided, and where a shorter counterexample is sought.
        search_rlimit: Z3's work for one question during the search for an invariant.
        proof_rlimit: Z3's work for each of the three obligations.
        bounded_length: letters to which bounded model checking unrolls.
        bounded_rlimit: Z3's work for each such length.
        candidates: conditions kept at each stage of the search.
    """

    sequences: int = 2_000
    length: int = 48
    far: int = 200
    far_length: int = 1_000
    samples: int = 400
    product_steps: int = 200_000
    search_rlimit: int = 2_000_000
    proof_rlimit: int = 100_000_000
    bounded_length: int = 12
    bounded_rlimit: int = 4_000_000
    candidates: int = 400

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(f"the limit {field.name} must be at least 1")


DEFAULT: Final = Limits()
