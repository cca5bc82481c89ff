"""All budgets of the prover: how much work each part does before it gives up.

A larger budget proves or refutes more and takes longer; no budget can make a verdict wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

# --- refutation ------------------------------------------------------------------------------
MOST_CELLS: Final = 8_000_000  # values of sampled states; more need more memory
MOST_REPLAYS: Final = 50  # differences in int64 runs that are replayed; most are real
MOST_EXACT_RUNS: Final = 16  # sequences run in exact integers, which is slow
MOST_BITS: Final = 100_000  # bits of a state in an exact run; larger numbers take too long
MOST_SHRINKING_LETTERS: Final = 5_000  # replayed while shrinking; more shrink further

# --- the search through the product of the states --------------------------------------------
MOST_PRODUCT_LETTERS: Final = 100_000  # largest domain; each letter is one step from every state
DEEPER: Final = 20  # factor on `product_steps` in the cases named there

# --- guesses of miners: each may be the one that is needed, and costs questions to Z3 ----------
MOST_TERMS: Final = 24  # terms mined from the texts, the shortest first
MOST_SPLITS: Final = 40  # cases of one stage; a guard and its negation are two
MOST_VALUES: Final = 12  # values of a variable whose set of values is guessed
MOST_MODES: Final = 8  # values of a variable on which cases are split
MOST_MACHINE_STATES: Final = 200  # each state gets bounds on the other machine's variables
MOST_LISTED_STATES: Final = 200  # joint states that an invariant lists, one case each
MOST_EXTREME_VARIABLES: Final = 12  # variables in one condition `a == 0 or b == 0 ...`
MOST_OCTAGON_VARIABLES: Final = 10  # each pair gets four bounds
MOST_OFFSET_KEYS: Final = 8  # variables with few values on which an offset may depend
MOST_OFFSET_COLUMNS: Final = 12  # variables in a relation with an offset
LONGEST_OFFSET_TABLE: Final = 256  # entries

# --- affine hulls ----------------------------------------------------------------------------
MOST_POINTS: Final = 200  # points that span a hull; Houdini joins others, one question each
MOST_JOINS: Final = 100  # samples joined to the hull of an exact guess
LARGEST_COEFFICIENT: Final = 10**9  # larger coefficients come from too few points
LARGEST_MODULUS: Final = 1_000  # under a guard or between terms, larger moduli are chance
LARGEST_STATE_MODULUS: Final = 1_000_000  # between variables, larger moduli are chance

# --- proofs ----------------------------------------------------------------------------------
MOST_DELETIONS: Final = 200  # attempts to drop a condition; more give a shorter invariant
BEST_GUESSES: Final = 2  # exact guesses that get the larger share of Z3's work
FIRST_SHARE: Final = 20  # every exact guess first gets 1/20 of an obligation's work
SECOND_SHARE: Final = 2  # then each of the best gets 1/2 of it


@dataclass(frozen=True, slots=True)
class Limits:
    """The budgets that a caller may change.

    Budgets count work, never time, so the same seed gives the same verdict.

    Attributes:
        sequences: random and extreme sequences that try to refute.
        length: letters in each of these.
        far: further sequences that try to refute what could not be proved.
        far_length: letters in each of these.
        samples: sequences whose joint states are the samples for the miners.
        product_steps: joint steps of the two machines in the product search; multiplied by
            :data:`DEEPER` if the text shows that the search ends, if nothing else decided,
            and if a shorter counterexample is sought.
        search_rlimit: Z3's work limit per question during the search for an invariant.
        proof_rlimit: Z3's work limit for each of the three obligations.
        bounded_length: largest length for bounded model checking.
        bounded_rlimit: Z3's work limit per length.
        candidates: conditions taken from the guesses of each stage.
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
