"""Bounds on the work of training that are in no plan of the ladder, and what larger ones give.

Bounds count steps, sequences or parameters, never seconds, so that a busy machine gives the same
network as an idle one.
"""

from __future__ import annotations

# The ladder. Higher: fewer wrong programs are read out of networks that are nearly right, but the
# slow rungs run more often.
ENOUGH = 0.95  # share of sequences right from which a network is good enough for extraction
PROMISE = 0.3  # share above which the slowest rung is tried with another seed

# Ensembles trained by Adam. More frequent checks end runs earlier, more frequent mining finds rarer
# errors; each costs about as much as a few steps.
ADAM_CHECK = 50  # steps between checks of the share of labels right
ADAM_LEARNED = 0.999  # share of labels right at which a member has learned a prefix
ADAM_MINE = 15  # steps between searches for hard sequences
ADAM_POOL = 2048  # sequences searched
ADAM_WORST = 8  # hard sequences kept per member and search
ADAM_ADDED = 48  # hard sequences that one search adds
ADAM_KEPT = 256  # hard sequences kept in total
ONE_HOT_STATE_COLUMNS = 24  # more: larger alphabets, at proportionally slower Adam steps

# Levenberg-Marquardt. More tries and iterations: closer to a minimum; each solves a linear system
# in the parameters of a member.
LM_TRIES = 4  # dampings tried in one iteration
LM_RESAMPLE = 5  # iterations on one batch
LM_GATE = 0.94  # a run ends if no member gets this share of labels right; lower: fewer runs end
POLISHED_PARAMETERS = 200  # the largest network from Adam that is polished

# Further training of a given network. More: networks with more errors are repaired, more slowly.
RESUME_STEPS = 1500  # steps of Adam
RESUME_BATCH = 256
RESUME_LOOK = 50  # steps between searches for wrong sequences

# Subspace identification. More sequences: better conditioned fits. More columns: larger alphabets;
# the cost grows with the cube of columns times length.
SPARE_SEQUENCES = 64  # sequences in addition to two for each unknown
ONE_HOT_COLUMNS = 64  # one-hot columns, all channels together
SUBSPACE_LETTERS = 1024  # letters with a column each; the columns are never stored densely
SEQUENCES_A_LETTER = 64
RESPONSE_ITERATIONS = 60  # conjugate gradient iterations; random letters need few
RESPONSE_PATIENCE = 15  # iterations after which a response that fits badly is given up
RESPONSE_HOPELESS = 0.02  # a response fits badly if it leaves this share of the labels' norm

# Spectral identification. More words, columns and rounds: automata whose states need longer words
# to be told apart; the cost grows with columns times the square of the rank.
SPECTRAL_LETTERS = 512
SPECTRAL_UNFOLDED = 6  # letters for machines that never close; states multiply with each step
SPECTRAL_VALUES = 64  # different labels of one output, each with an indicator
SPECTRAL_SHORT = 150  # letters that are initial columns
SPECTRAL_COLUMNS = 40  # words of a length above 1 that are initial columns
SPECTRAL_ROUNDS = 12  # rounds in which columns are added
SPECTRAL_SHORTEST = 12  # wrongly predicted words that give columns per round
SPECTRAL_SAMPLE = 8192  # sequences that an automaton is compared on
SPECTRAL_WIDEST = 6000  # most columns times features
SPECTRAL_WITNESSES = 64  # words kept per state that they lead to
SPECTRAL_SPARSE = 64  # word lengths with more words than this times the sequences are left out

# Teacher forcing. More: finer lattices and longer tables are found; each try runs the data once.
LATTICE_LARGEST = 8  # the largest input weight tried
LATTICE_DENOMINATOR = 12
LATTICE_POINTS = 2000  # lattice points visited
LATTICE_KINKS = 40  # hidden units of the read-out
LATTICE_SAMPLE = 4096  # sequences that the table is made from
CLOSED_LOOP_LENGTHS = 4  # a closed loop must stay near integers for this multiple of the length

# Delay lines. More members and iterations: harder read-outs, at a proportional cost.
DELAY_SEQUENCES = 4096
DELAY_MEMBERS = 24
DELAY_BATCH = 256
DELAY_FIRST = 15  # iterations of all members
DELAY_SECOND = 40  # iterations of the better quarter
DELAY_HOPELESS = 0.6  # share of labels that some member must get right after DELAY_FIRST

# Counts of letters. More: larger alphabets and more classes; a Newton step solves a system with
# letters times values unknowns.
COUNTS_LETTERS = 16
COUNTS_VALUES = 12
COUNTS_SEQUENCES = 8192
COUNTS_POINTS = 20_000  # distinct counts that the scores are fitted to
COUNTS_NEWTON = 60
COUNTS_LARGEST = 8  # the largest integer weight of a score

# Saturating units. More rounds and a larger pool: rarer errors are found and repaired, at a
# proportional cost; the letter tables make large alphabets expensive.
UNITS_LETTERS = 48
UNITS_NEAR = 0.02  # share of wrong sequences below which rounding may remove the other errors
UNITS_NEARER = 0.5  # rounding is tried again once the share of wrong sequences fell by this factor
UNITS_TRIED = 3  # rounds with a third unit after which UNITS_HOPELESS is checked
UNITS_HOPELESS = 0.9  # the search ends if a larger share of sequences is wrong
UNITS_PATIENCE = 3  # consecutive rounds without a better network after which the search ends
UNITS_SEQUENCES = 8192  # sequences from which initial increments and ranges are taken
UNITS_POOL = 8192  # sequences searched for wrong ones
UNITS_BATCH = 100
UNITS_REPAIRS = 4  # iterations on the wrong sequences of one search
UNITS_STALE = 4  # consecutive searches without clearly fewer wrong sequences that end the repair
UNITS_BETTER = 0.9  # clearly fewer means below this share of the fewest before
UNITS_SETTLING = 3  # rounds of polishing and rounding
UNITS_KEPT = 16_384  # random sequences, in addition to the wrong ones, that rounding is tested on
UNITS_STATES = 8192  # sequences whose states bound the values that a gate must pass
READOUT_STARTS = 60
READOUT_SEQUENCES = 400
READOUT_LABELS = 1500
READOUT_FIRST = 9  # iterations of all starts
READOUT_SECOND = 16  # iterations of the better fifth

# Snapping to integers. More: networks with more states and inputs become exact, at a proportional
# cost for every network.
SNAP_SEQUENCES = 4096  # sequences on which the states are seen
SNAP_STATES = 20_000  # distinct states of a network with one hidden value
SNAP_INTERVALS = 64  # intervals of states that become one integer each
SNAP_POINTS = 4096  # points of a table that layers are fitted to
SNAP_PAIRS = 512  # pairs of state and letter that are numbered
SNAP_DIRECTIONS = 40  # directions along which a function may bend
SNAP_MULTIPLE = 4  # the largest entry of a direction taken from a unit
SNAP_LARGEST = 10_000  # the largest integer weight

# Labels that look like names. More: merging, which finds no formulas, comes first more often.
NAMES_FEWEST = 4  # different labels
NAMES_MOST = 64
OPAQUE_BENDS = 0.6  # share of bends in labels as functions of the letter, from which none is simple

# State merging. More columns and depth: states are told apart by longer words; more sequences: by
# rarer ones. The cost of a step grows with states times columns.
MERGING_LETTERS = 512
MERGING_COLUMNS = 8192  # words of one length after a state
MERGING_DEPTH = 6  # letters of a word after a state
MERGING_RUN = 64  # letters of a word of equal letters after a state
MERGING_SEQUENCES = 4096  # sequences from which it is decided where a step leads
MERGING_AGAIN = 8  # searches, each with the words that contradict the one before
MERGING_CONTRADICTIONS = 8  # sequences whose ends are looked at in addition
MERGING_GROWN = 2  # by which factor the sequences must grow before it is looked again

# Machines whose labels are asked for. More: states are told apart that differ on rarer words.
ASKED_FIRST = 16  # letters that are endings from the beginning
ASKED_WORDS = 8  # wrong words that give an ending each, in one round
ASKED_STATES = 160  # where merging finds too many
ASKED_ROUNDS = 100

# Tables of a linear index. More: larger weights, longer tables, finer stairs.
INDEX_SEQUENCES = 8192
INDEX_WEIGHT = 12  # the largest integer weight
INDEX_EVIDENCE = 8  # labels for each value of the sum, on average
INDEX_DENOMINATOR = 64  # the longest step of a staircase
INDEX_KINKS = 1024  # units of the read-out

# Outputs as state. More: larger weights in sums, longer tables.
RULE_SEQUENCES = 8192
RULE_LETTERS = 512
RULE_WEIGHTS = 2500  # combinations of last outputs and inputs that are tried, twice as many
RULE_EVIDENCE = 8  # steps for each point of a table, on average
RULE_WIDENINGS = 16  # times that stairs go on beyond the outputs seen
RULE_KINKS = 2048  # units of a table

# Affine cases. More: longer lists, larger sums, rarer cases.
CASES_MOST = 6  # cases of a list
CASES_SUMS = 150  # sums and conditions that are tried
CASES_STEPS = 2048  # steps from which a list is found
CASES_ROUNDS = 8  # lists, each with steps that contradict the one before
CASES_EVIDENCE = 8  # steps in which a case holds
CASES_MARGIN = 64  # how many times larger sums may be than in the data

# The larger of two tables. More: larger weights, rarer exceptions.
EXTREME_SUMS = 24  # sums that are tried in pairs
EXTREME_STEPS = 2048  # steps on which most pairs are refuted
