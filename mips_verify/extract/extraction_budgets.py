"""Every number that bounds the work of extraction.

A comment says what the number bounds, what a larger number would find, and what it would cost. A
``Budget`` bounds one regression: the leaves of the expression and the expressions tried; a larger
budget finds longer formulas and takes time in proportion. Numbers that decide what counts as found,
such as a share or a length, are defined in the files that use them.
"""

from __future__ import annotations

from typing import Final

from mips_verify.regress.regression_budgets import Budget

# --- for all methods
# Sequences that every method sees. More include rarer cases and slow every method down.
EVIDENCE: Final = 1_000
# Sequences that programs are compared on. More reveal rarer errors and slow every comparison down.
FRESH: Final = 8_000
# Variants of counterexamples. More delimit a rare case more exactly and enlarge the evidence.
NEIGHBOURS: Final = 400
# Tries of one method. More find rarer programs and repeat searches that fail.
ROUNDS: Final = 3
# Counterexamples added per try. More save tries and enlarge the evidence.
COUNTEREXAMPLES: Final = 100
# Largest alphabet listed in full. A larger one leaves fewer letters out of long tables.
LISTED_LETTERS: Final = 4_096
# For the formula of one column. A larger budget found nothing more on a hundred machines.
FORMULA: Final = Budget(6, 100_000)

# --- networks that err
# Rows of each sample, and samples after whose success no more are drawn. More samples find formulas
# in spite of more errors, and take longer; more rows include rarer cases and more errors.
CONSENSUS_ROWS: Final = (300, 100, 100, 40, 40)
CONSENSUS_AGREED: Final = 3
# Prefixes that get a row, states, steps in total and for each state and letter. More show rarer
# states, and decide steps more surely.
FREQUENT_ROWS: Final = 2_000
FREQUENT_STATES: Final = 48
FREQUENT_STEPS: Final = 6_000
FREQUENT_LEAST: Final = 3

# --- observation tables: larger tables learn larger machines, and take longer to fail on others
TABLE_LETTERS: Final = 256  # letters in the alphabet; each is read in every state
TABLE_STATES: Final = 700  # rows of a table
TABLE_STEPS: Final = 3_000_000  # network steps for one table, a few seconds
# Rounds of counterexamples. More separate states that differ late; each fills the table again.
TABLE_ROUNDS: Final = 10
# Initial suffix words, and words added per round. More save rounds and widen the table.
SUFFIXES: Final = 90
NEW_SUFFIXES: Final = 4
# Letters of an initial suffix. Longer suffixes separate more states and leave less depth.
SHORT_SUFFIX: Final = 3

# --- closed partitions: more of them give more cascades, and a longer list to search
MERGED_STATES: Final = 24  # in a larger machine, only pairs with the start state are merged
MERGES: Final = 200_000  # table entries read while merging pairs
JOINS: Final = 64  # partitions in total, joins included

# --- cascade: larger limits admit larger machines and rarer cascades; the search grows with each
CASCADE_STATES: Final = 64  # states of the machine
CASCADE_LETTERS: Final = 16  # letters of the alphabet
CASCADE_REGISTERS: Final = 3
CASCADE_WIDTH: Final = 12  # values of one register
CASCADE_SEARCHES: Final = 24  # searches, each for the numbers and the step of one register
CASCADE_FIRST: Final = 8  # partitions tried as the first register
CASCADE_KEPT: Final = 2  # numberings of one register that are extended
CASCADE_READ: Final = 4  # complete cascades whose outputs are fitted
CASCADE_STEP: Final = Budget(5, 12_000)
CASCADE_OUTPUT: Final = Budget(5, 20_000)

# --- state assignment and state table: larger limits admit larger machines and longer formulas
ASSIGNED_STATES: Final = 64  # states of the machine; the search then takes seconds
ALL_STARTS: Final = 12  # with at most this many states, the start may get any number
ASSIGN_QUICK: Final = Budget(3, 20_000)  # for a step, if a formula is known already
ASSIGN_FIRST: Final = Budget(4, 100_000)  # for a step, in the first attempts
ASSIGN_LAST: Final = Budget(6, 400_000)  # for a step, in the last attempt, which takes seconds
ASSIGN_OUTPUT: Final = Budget(6, 60_000)
MEANT: Final = 5  # numberings that mean something; each is fitted anew
TABLE_ENTRIES: Final = 4_096  # entries of the table in which a program looks up its step

# --- counters and accumulators: larger limits admit larger alphabets, moduli and machines
COUNTED_LETTERS: Final = 32  # letters; reducing the lattice of their counts takes cubic time
PARIKH_LETTERS: Final = 8  # letters with a counter each; a counter is a column of the regression
OCCURRENCE_LETTERS: Final = 8  # letters with a register each; a register is such a column
WEIGHT_STEPS: Final = 200  # steps to a basis of small weights; far more than it takes
COUNTER_STEP: Final = Budget(4, 50_000)
LARGEST_MODULUS: Final = 64  # modulus of an accumulator
INNER_STATES: Final = 64  # states of a machine whose outputs are summed

# --- affine systems
# Letters observed, and states that each is read in. More make the matrices more certain; the number
# of network steps is their product.
AFFINE_LETTERS: Final = 200
AFFINE_SOURCES: Final = 48
# States that span the lattice. More include rarer states; each is reduced.
AFFINE_ROWS: Final = 4_000
# Walks to a readable basis, random moves before a walk, and moves of a walk, which never needs
# all of them. More find shorter programs, in time proportional to the walks.
WALKS: Final = 8
SCRAMBLE: Final = 6
WALK_STEPS: Final = 400
# Sizes of fields. Each costs one elimination.
PRIMES: Final = (2, 3, 5, 7)
# Resting letters read over a field. More admit longer shift registers, with wider matrices.
FIELD_COORDINATES: Final = 12
# Shifts of the origin tried over a field. More find shorter programs for larger systems.
FIELD_STARTS: Final = 256

# --- definite memory
# Letters of a window. Longer windows admit longer memories and leave less past to compare.
WINDOW: Final = 12
# The fewest letters of the past of a window. More tell windows from other memories more surely.
WINDOW_PAST: Final = 3
# Words that follow different pasts. More reveal rarer effects of old letters.
WINDOW_PAIRS: Final = 2_000
# Windows sampled, windows taken from the evidence, and the most windows that are all listed. More
# include rarer cases and slow the regression down.
WINDOW_ROWS: Final = 3_000
WINDOW_EVIDENCE: Final = 6_000
ALL_WINDOWS: Final = 4_096
# Letters tried as the ones before the start, and words that each is checked on. More find a start
# in a larger alphabet, with network steps for each.
WINDOW_LETTERS: Final = 256
WINDOW_CHECKED: Final = 200

# --- output feedback and full history
FEEDBACK_MEMORIES: Final = (1, 2)  # letters stored with the last answer; each costs a regression
FEEDBACK_ROWS: Final = 6_000  # steps fitted; more include rarer cases and slow the regression down
FEEDBACK_STEP: Final = Budget(5, 20_000)
# Values tried for the answer before the first, for one output and for each of several. More find
# unusual starts; each is run on the checked sequences.
FEEDBACK_STARTS: Final = 40
FEEDBACK_MANY_STARTS: Final = 12
FEEDBACK_CHECKED: Final = 400
HISTORY_LETTERS: Final = 16  # letters of the alphabet; with more, fewer digits fit into 40 bits
HISTORY_ROWS: Final = 6_000  # words fitted; more include rarer cases and slow the regression down
HISTORY_OUTPUT: Final = Budget(5, 20_000)

# --- registers visible in answers: more words and readings find registers that are rarely visible
PROBED_ROWS: Final = 4_000  # steps at which registers are read; each is followed by every word
PROBE_PAIRS: Final = 40  # words of two letters for observable registers
OBSERVABLE: Final = 3  # registers of one machine; each is a column of the regression
OBSERVABLE_READINGS: Final = 4  # words tried as the only register
CLOSED_REGISTERS: Final = Budget(5, 20_000)  # for a closed machine, which has a table anyway
SPREAD_LETTERS: Final = 24  # letters of a large alphabet, each a word for a serial decomposition
SERIAL_PAIRS: Final = 36  # words of two letters for a serial decomposition
SERIAL_RAY: Final = 5  # letters of a word that repeats one letter; longer words leave less depth
SERIAL_COLUMNS: Final = 36  # readings whose differences are read too; they grow quadratically
SERIAL_REGISTERS: Final = 4
# Budget of a step and the number of readings it is tried on: first a small budget for many.
SERIAL_SEARCHES: Final = ((Budget(4, 1_500), 10), (Budget(5, 10_000), 2))
SERIAL_MORE: Final = 2  # readings tried after the first with a step, to find a shorter step

# --- registers visible only at some steps: more observations find rarer ones, in proportional time
PARTIAL_LETTERS: Final = 64  # letters of the alphabet
PARTIAL_SEQUENCES: Final = 500  # sequences of the evidence that are observed
PARTIAL_WORD: Final = 7  # letters of a word after each state
REPEATS: Final = (4, 7)  # repetitions of a letter while 1s are counted; more show larger distances
SHIFTS: Final = 3  # letters before a forgetful letter; more show larger distances
FORGETFUL: Final = 2  # letters that are used as forgetful
COUNTS: Final = 40  # counts of 1s that are kept
# Steps that the action of letters is fitted to. More include rarer letters.
FITTED_STEPS: Final = 3_000
# Frequent shifts and bounds tried per letter. More explain observations with more exceptions.
COMMON: Final = 3
# Bounds tried beyond the observed values. More find bounds farther away; each costs a run.
BOUND_REACH: Final = 40
# Sequences added to the evidence. More reveal rarer registers and slow everything here down.
LATENT_SEQUENCES: Final = 3_000
LATENT_CANDIDATES: Final = 16  # registers that only letters change; they are compared in pairs
LATENT_BRANCHES: Final = (5, 3)  # first and second registers that the search tries to extend
LATENT_LOOKED: Final = 10  # registers considered per branch
LATENT_PROGRAMS: Final = 3  # programs after which the search ends even if none is right
LATENT_OUTPUT: Final = Budget(5, 20_000)
SCALED_SEQUENCES: Final = 1_000  # sequences of the evidence that show the scale of a hidden unit
UNIT_PARTS: Final = 60  # the largest move of a unit, in multiples of its scale
MIXED_UNITS: Final = 3  # units whose mixtures are looked at; sets of letters grow as a power of it
HIDDEN_TRIED: Final = 3  # sets of hidden registers of each size for which formulas are searched
ACTION_STEP: Final = Budget(4, 1_500)  # for a part of a step given by the actions of letters
COUPLED_STEP: Final = Budget(5, 10_000)  # for a step that also depends on other registers

# --- rewriting: larger limits find clearer forms of longer programs; each form is compared
REWRITTEN: Final = 3  # programs that are rewritten
REWRITE_LETTERS: Final = 16  # letters of the alphabet, the columns of a printed table
REWRITE_STATES: Final = 8  # states of the machine, the rows of a printed table
ORDERED_STATES: Final = 5  # states that are numbered in every order; the orders are factorial
REFITTED: Final = 8  # values of a register on each side of a bound, for refitting a step
REFIT: Final = Budget(4, 20_000)
