"""Every number that bounds the work of extraction, in one place.

Each comment says what a larger number finds and what it costs. Numbers that decide what counts
as found (a share, a length at which a formula is clear) stand where they are used.
"""

from __future__ import annotations

from typing import Final

from mips_verify.regress.fit import Budget

# sequences and evidence
EVIDENCE: Final = 1_000  # sequences every method sees; more: rarer cases, every method slower
FRESH: Final = 8_000  # sequences candidates are judged on; more: rarer errors seen, slower verdicts
NEIGHBOURS: Final = 400  # variants of counterexamples; more: where they end, larger evidence
ROUNDS: Final = 3  # tries with counterexamples as evidence; more: rarer cases, repeated searches
COUNTEREXAMPLES: Final = 100  # added a round; more: fewer rounds, larger evidence
LISTED_LETTERS: Final = 4_096  # alphabets listed in full; more: exact letters, longer tables
FORMULA: Final = Budget(6, 100_000)  # of a regression; a larger one found nothing more

# observation tables
TABLE_LETTERS: Final = 256  # of an alphabet that is learned; more: larger alphabets, wide tables
TABLE_STATES: Final = 700  # rows of a table; more: larger machines, slower where there is none
TABLE_STEPS: Final = 3_000_000  # network steps a table; more: larger machines, seconds each
TABLE_ROUNDS: Final = 10  # rounds of counterexamples; more: states that differ late, new tables
SUFFIXES: Final = 90  # suffix words at first; more: fewer rounds, wider tables
NEW_SUFFIXES: Final = 4  # suffixes added a round; more: fewer rounds, wider tables
SHORT_SUFFIX: Final = 3  # letters of a suffix in the first table; more: finer, less depth left

# closed partitions and cascades
MERGED_STATES: Final = 24  # states of which every pair is merged; more: all partitions, quadratic
MERGES: Final = 200_000  # steps looked at for merging; more: partitions of larger machines
JOINS: Final = 64  # partitions in all; more: joins of many small ones, a longer list to search
CASCADE_STATES: Final = 64  # of a machine; more: larger machines, slow searches
CASCADE_LETTERS: Final = 16  # of an alphabet; more: larger alphabets, slow searches
CASCADE_REGISTERS: Final = 3  # more: longer cascades, a deeper search
CASCADE_WIDTH: Final = 12  # values of a register; more: wider registers, slow searches
CASCADE_SEARCHES: Final = 24  # for one register each; more: rarer cascades, time in proportion
CASCADE_FIRST: Final = 8  # partitions tried as first register; more: rarer ones, fewer second ones
CASCADE_KEPT: Final = 2  # numberings of a register kept; more: shorter outputs, more branches
CASCADE_READ: Final = 4  # cascades whose outputs are fitted; more: shorter programs, regressions
CASCADE_STEP: Final = Budget(5, 12_000)  # of a step
CASCADE_OUTPUT: Final = Budget(5, 20_000)  # of an output

# numbers for states
ASSIGNED_STATES: Final = 64  # of a machine; more: larger machines, slow searches
ALL_STARTS: Final = 12  # states up to which every number is tried for the start; more: time
ASSIGN_QUICK: Final = Budget(3, 20_000)  # of a step, where a formula is at hand
ASSIGN_FIRST: Final = Budget(4, 100_000)  # of a step, on the first two ranges of numbers
ASSIGN_LAST: Final = Budget(6, 400_000)  # of a step, at last: longer steps, seconds
ASSIGN_OUTPUT: Final = Budget(6, 60_000)  # of an output
TABLE_ENTRIES: Final = 4_096  # of a program that looks its step up; more: long programs

# counters and accumulators
COUNTED_LETTERS: Final = 32  # of an alphabet with a Smith form; more: larger ones, cubic work
PARIKH_LETTERS: Final = 8  # with a counter each; more: larger alphabets, many columns to fit
OCCURRENCE_LETTERS: Final = 8  # with a register each; more: larger alphabets, many columns to fit
WEIGHT_STEPS: Final = 200  # steps to small weights; it ends by itself long before
COUNTER_STEP: Final = Budget(4, 50_000)  # of what a letter adds
LARGEST_MODULUS: Final = 64  # of an accumulator; more: larger moduli, one more study
INNER_STATES: Final = 64  # of a machine whose outputs are summed; more: larger ones, tables

# affine systems
AFFINE_LETTERS: Final = 200  # letters watched; more: exact offsets of large alphabets, steps
AFFINE_SOURCES: Final = 48  # states each letter is watched from; more: surer matrices, steps
AFFINE_ROWS: Final = 4_000  # states that span the lattice; more: rarer states, Hermite forms
WALKS: Final = 8  # searches for a readable basis; more: shorter programs, time in proportion
SCRAMBLE: Final = 6  # elementary moves to the start of a walk; more: farther starts, longer walks
WALK_STEPS: Final = 400  # moves of a walk; it ends by itself long before
PRIMES: Final = (2, 3, 5, 7)  # of fields; more: larger fields, one elimination each
FIELD_COORDINATES: Final = 12  # resting letters watched; more: longer registers, wider matrices
FIELD_STARTS: Final = 256  # shifts of the start; more: shorter programs of large systems, time

# definite memory, output feedback, full history
WINDOW: Final = 12  # letters of the longest window; more: longer delays, less room for a past
WINDOW_PAIRS: Final = 2_000  # pairs of pasts compared; more: rarer influence of old letters, steps
WINDOW_ROWS: Final = 3_000  # windows sampled; more: rarer windows, slower regression
WINDOW_EVIDENCE: Final = 6_000  # windows of the evidence; more: rarer ones, slower regression
WINDOW_CHECKED: Final = 200  # words for the letter before the start; more: surer, steps
WINDOW_LETTERS: Final = (
    256  # letters tried as that one; more: large alphabets, steps
)
ALL_WINDOWS: Final = 4_096  # windows listed in full; more: exact rows, slower regression
FEEDBACK_MEMORIES: Final = (1, 2)  # letters kept beside the answer; more: longer ones, regressions
FEEDBACK_ROWS: Final = 6_000  # steps fitted; more: rarer cases, slower regression
FEEDBACK_STEP: Final = Budget(5, 20_000)  # of the next answer
FEEDBACK_CHECKED: Final = 400  # sequences a start must be right on; more: fewer false starts, time
FEEDBACK_STARTS: Final = 40  # answers tried before the first one; more: odd starts, runs
FEEDBACK_MANY_STARTS: Final = 12  # the same for each of several outputs, which multiply
HISTORY_LETTERS: Final = 16  # digits of the past as a number; more: larger bases, fewer letters
HISTORY_ROWS: Final = 6_000  # words fitted; more: rarer cases, slower regression
HISTORY_OUTPUT: Final = Budget(5, 20_000)  # of an output over the whole past

# registers that answers show
PROBED_ROWS: Final = 4_000  # steps that registers are read on; more: rarer cases, slower fits
PROBE_PAIRS: Final = 40  # words of two letters, for observable registers; more: finer, wider rows
OBSERVABLE: Final = 3  # registers; more: larger machines, wider regressions
OBSERVABLE_READINGS: Final = 4  # single words tried as the register; more: clearer ones, fits
CLOSED_REGISTERS: Final = Budget(5, 20_000)  # of a finite machine, which has a table if need be
SPREAD_LETTERS: Final = 24  # of a large alphabet that are probed; more: rarer resets, wider rows
SERIAL_PAIRS: Final = 36  # words of two letters, for a serial decomposition
SERIAL_RAY: Final = 5  # times a letter is repeated; more: slower registers, less depth
SERIAL_COLUMNS: Final = 36  # numbers whose differences are read too; more: quadratic
SERIAL_REGISTERS: Final = 4  # more: larger machines, a longer search
SERIAL_SEARCHES: Final = ((Budget(4, 1_500), 10), (Budget(5, 10_000), 2))  # of a step, and readings
SERIAL_MORE: Final = 2  # readings tried after one with a step; more: shorter steps, searches

# registers that show at times
PARTIAL_LETTERS: Final = 64  # of an alphabet; more: larger alphabets, observations in proportion
PARTIAL_SEQUENCES: Final = 500  # observed; more: rarer sights, time in proportion
PARTIAL_WORD: Final = 7  # letters of a word after each state; more: slower registers, steps
REPEATS: Final = (4, 7)  # times a letter is repeated to count ones; more: larger gaps, less depth
SHIFTS: Final = 3  # letters before a forgetful one; more: larger gaps, states in proportion
FORGETFUL: Final = 2  # letters taken as forgetful; more: rarer resets, states in proportion
COUNTS: Final = 40  # counts of ones kept; more: rarer comparisons, completions in proportion
FITTED_STEPS: Final = 3_000  # from which the action of letters is fitted; more: rarer letters
COMMON: Final = 3  # most frequent shifts and bounds tried; more: noisier sights, time
BOUND_REACH: Final = 40  # bounds tried beyond what shows; more: farther bounds, runs
LATENT_SEQUENCES: Final = 3_000  # beside the evidence; more: rarer sights, everything slower
LATENT_CANDIDATES: Final = 16  # registers that letters alone move; more: rarer ones, pairs
LATENT_BRANCHES: Final = (5, 3)  # first and second ones built upon; more: rarer sets, a product
LATENT_LOOKED: Final = 10  # registers looked at after these; more: rarer ones, time
LATENT_PROGRAMS: Final = 3  # machines written out; more: a right one after wrong ones, time
LATENT_OUTPUT: Final = Budget(5, 20_000)  # of an output over registers
ACTION_STEP: Final = Budget(4, 1_500)  # of a step that the action of letters gives
COUPLED_STEP: Final = Budget(5, 10_000)  # of a step over several registers

# rewriting
REWRITTEN: Final = 3  # programs put in other words; more: clearer ones of longer programs, verdicts
REWRITE_LETTERS: Final = 16  # of an alphabet, columns of a printed table
REWRITE_STATES: Final = 8  # of a machine, rows of a printed table
ORDERED_STATES: Final = 5  # of which every order is tried as numbers; more: factorial
REFITTED: Final = 8  # values of a register on both sides of a bound; more: surer, time
REFIT: Final = Budget(4, 20_000)  # of a step found anew
