"""Every number that bounds the work of extraction.

A comment says what the number bounds, what a larger one would find, and what it would cost. A
``Budget`` bounds one regression: the leaves of the expression and the expressions tried; a larger
one finds longer formulas and takes time in proportion. Numbers that decide what counts as found,
such as a share or a length, stand where they are used.
"""

from __future__ import annotations

from typing import Final

from mips_verify.regress.regression_budgets import Budget

# --- for all methods
# Sequences that every method sees. More show rarer cases and slow every method down.
EVIDENCE: Final = 1_000
# Sequences that programs are compared on. More show rarer errors and slow every comparison down.
FRESH: Final = 8_000
# Variants of counterexamples. More show better where a rare case ends, in a larger evidence.
NEIGHBOURS: Final = 400
# Tries of one method. More include rarer cases and repeat searches that fail.
ROUNDS: Final = 3
# Counterexamples added for a try. More save tries and enlarge the evidence.
COUNTEREXAMPLES: Final = 100
# Letters of an alphabet that is listed in full. More leave fewer letters out of long tables.
LISTED_LETTERS: Final = 4_096
# A formula for a column. A larger budget found nothing more on a hundred machines.
FORMULA: Final = Budget(6, 100_000)

# --- observation tables: larger ones learn larger machines, and take longer to fail on others
TABLE_LETTERS: Final = 256  # of the alphabet, each of which is read in every state
TABLE_STATES: Final = 700  # rows of a table
TABLE_STEPS: Final = 3_000_000  # network steps for one table, a few seconds
# Rounds of counterexamples. More separate states that differ late; each fills the table again.
TABLE_ROUNDS: Final = 10
# Suffix words at first, and words added in a round. More save rounds and widen the table.
SUFFIXES: Final = 90
NEW_SUFFIXES: Final = 4
# Letters of a suffix in the first table. Longer ones separate more states and leave less depth.
SHORT_SUFFIX: Final = 3

# --- closed partitions: more of them give more cascades, and a longer list to search
MERGED_STATES: Final = 24  # of a machine of which every pair of states is merged
MERGES: Final = 200_000  # table entries read while merging pairs
JOINS: Final = 64  # partitions in all, with joins

# --- cascade: larger limits admit larger machines and rarer cascades; the search grows with each
CASCADE_STATES: Final = 64  # of a machine
CASCADE_LETTERS: Final = 16  # of an alphabet
CASCADE_REGISTERS: Final = 3
CASCADE_WIDTH: Final = 12  # values of one register
CASCADE_SEARCHES: Final = 24  # each for the numbers and the step of one register
CASCADE_FIRST: Final = 8  # partitions tried as the first register
CASCADE_KEPT: Final = 2  # numberings of one register that are extended
CASCADE_READ: Final = 4  # complete cascades whose outputs are fitted
CASCADE_STEP: Final = Budget(5, 12_000)
CASCADE_OUTPUT: Final = Budget(5, 20_000)

# --- state assignment and state table: larger limits admit larger machines and longer formulas
ASSIGNED_STATES: Final = 64  # of a machine; the search takes seconds there
ALL_STARTS: Final = 12  # states of a machine whose start may get every number
ASSIGN_QUICK: Final = Budget(3, 20_000)  # a step, where a formula is at hand
ASSIGN_FIRST: Final = Budget(4, 100_000)  # a step, in the first attempts
ASSIGN_LAST: Final = Budget(6, 400_000)  # a step, in the last attempt, which takes seconds
ASSIGN_OUTPUT: Final = Budget(6, 60_000)
TABLE_ENTRIES: Final = 4_096  # of a program that looks its step up

# --- counters and accumulators: larger limits admit larger alphabets, moduli and machines
COUNTED_LETTERS: Final = 32  # whose lattice of counts is reduced, which is cubic in them
PARIKH_LETTERS: Final = 8  # with a counter each; every counter is a column of the regression
OCCURRENCE_LETTERS: Final = 8  # with a register each; every register is such a column
WEIGHT_STEPS: Final = 200  # to a basis of small weights; it ends by itself long before
COUNTER_STEP: Final = Budget(4, 50_000)
LARGEST_MODULUS: Final = 64  # of an accumulator
INNER_STATES: Final = 64  # of a machine whose outputs are summed

# --- affine systems
# Letters watched, and states that each is watched from. More make the matrices surer; the network
# steps are their product.
AFFINE_LETTERS: Final = 200
AFFINE_SOURCES: Final = 48
# States that span the lattice. More include rarer ones; each is reduced.
AFFINE_ROWS: Final = 4_000
# Walks to a readable basis, moves to the start of one, and its own moves, of which it never needs
# all. More find shorter programs, in time proportional to the walks.
WALKS: Final = 8
SCRAMBLE: Final = 6
WALK_STEPS: Final = 400
# Sizes of fields. Each is one elimination.
PRIMES: Final = (2, 3, 5, 7)
# Resting letters watched over a field. More admit longer registers, with wider matrices.
FIELD_COORDINATES: Final = 12
# Shifts of the start over a field. More find shorter programs for larger systems.
FIELD_STARTS: Final = 256

# --- definite memory
# Letters of a window. Longer ones admit longer memories and leave less past to compare.
WINDOW: Final = 12
# Words that follow different pasts. More show rarer traces of old letters.
WINDOW_PAIRS: Final = 2_000
# Windows sampled, windows taken from the evidence, and windows of which all are listed. More
# include rarer cases and slow the regression down.
WINDOW_ROWS: Final = 3_000
WINDOW_EVIDENCE: Final = 6_000
ALL_WINDOWS: Final = 4_096
# Letters tried before the start, and words each is checked on. More find a start in a larger
# alphabet, with network steps for each.
WINDOW_LETTERS: Final = 256
WINDOW_CHECKED: Final = 200

# --- output feedback and full history
FEEDBACK_MEMORIES: Final = (1, 2)  # letters kept beside the answer; each is a regression
FEEDBACK_ROWS: Final = 6_000  # steps fitted; more include rarer cases in a slower regression
FEEDBACK_STEP: Final = Budget(5, 20_000)
# Answers tried before the first one, for one output and for each of several. More find unusual
# starts; each is run on the checked sequences.
FEEDBACK_STARTS: Final = 40
FEEDBACK_MANY_STARTS: Final = 12
FEEDBACK_CHECKED: Final = 400
HISTORY_LETTERS: Final = 16  # of the alphabet; more leave room for fewer digits in 40 bits
HISTORY_ROWS: Final = 6_000  # words fitted; more include rarer cases in a slower regression
HISTORY_OUTPUT: Final = Budget(5, 20_000)

# --- registers that answers show: more words and readings find registers that show more rarely
PROBED_ROWS: Final = 4_000  # steps that registers are read on; each is run on every word
PROBE_PAIRS: Final = 40  # words of two letters for observable registers
OBSERVABLE: Final = 3  # registers of one machine; each is a column of the regression
OBSERVABLE_READINGS: Final = 4  # words tried as the only register
CLOSED_REGISTERS: Final = Budget(5, 20_000)  # for a closed machine, which has a table anyway
SPREAD_LETTERS: Final = 24  # of a large alphabet, each a word for a serial decomposition
SERIAL_PAIRS: Final = 36  # words of two letters for a serial decomposition
SERIAL_RAY: Final = 5  # letters of a word that repeats one; longer ones leave less depth
SERIAL_COLUMNS: Final = 36  # readings whose differences are read too, which is quadratic in them
SERIAL_REGISTERS: Final = 4
# Budgets of a step with the readings it is tried on, first a small one for many of them.
SERIAL_SEARCHES: Final = ((Budget(4, 1_500), 10), (Budget(5, 10_000), 2))
SERIAL_MORE: Final = 2  # readings tried after one with a step, for a shorter step

# --- registers that show at times: more observations find rarer ones, in time in proportion
PARTIAL_LETTERS: Final = 64  # of the alphabet
PARTIAL_SEQUENCES: Final = 500  # of the evidence that are observed
PARTIAL_WORD: Final = 7  # letters of a word after each state
REPEATS: Final = (4, 7)  # letters repeated while 1s are counted; more show larger distances
SHIFTS: Final = 3  # letters before a forgetful one; more show larger distances
FORGETFUL: Final = 2  # letters taken as forgetful
COUNTS: Final = 40  # counts of 1s that are kept
# Steps that the action of letters is fitted to. More include rarer letters.
FITTED_STEPS: Final = 3_000
# Frequent shifts and bounds tried for a letter. More explain observations with more exceptions.
COMMON: Final = 3
# Bounds tried beyond what shows. More find bounds farther away, each by a run.
BOUND_REACH: Final = 40
# Sequences added to the evidence. More show rarer registers and slow everything here down.
LATENT_SEQUENCES: Final = 3_000
LATENT_CANDIDATES: Final = 16  # registers that only letters move, which are compared in pairs
LATENT_BRANCHES: Final = (5, 3)  # first and second registers to which a further one is sought
LATENT_LOOKED: Final = 10  # registers looked at in one branch
LATENT_PROGRAMS: Final = 3  # programs written before the search ends without a right one
LATENT_OUTPUT: Final = Budget(5, 20_000)
ACTION_STEP: Final = Budget(4, 1_500)  # parts of a step that the action of letters gives
COUPLED_STEP: Final = Budget(5, 10_000)  # a step that depends on other registers, too

# --- rewriting: larger limits find clearer words for longer programs; each one is compared
REWRITTEN: Final = 3  # programs that are rewritten
REWRITE_LETTERS: Final = 16  # of an alphabet, the columns of a printed table
REWRITE_STATES: Final = 8  # of a machine, the rows of a printed table
ORDERED_STATES: Final = 5  # that are numbered in every order, of which there are factorially many
REFITTED: Final = 8  # values of a register on each side of a bound, for a step found anew
REFIT: Final = Budget(4, 20_000)
