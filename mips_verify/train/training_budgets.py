"""How much work training spends where no plan of the ladder says so, and what more would buy.

Counts are of steps, sequences or parameters, never of seconds, so that a busy machine gives the
same network as an idle one.
"""

from __future__ import annotations

# The ladder. Higher: fewer wrong programs are read out of networks that are nearly right, but the
# slow rungs run more often.
ENOUGH = 0.95  # share of sequences right above which a network is worth reading as it is
PROMISE = 0.3  # share above which the slowest rung gets another seed

# Ensembles trained by Adam. Looking and mining more often ends runs earlier and finds rare errors,
# but every look costs about as much as a few steps.
ADAM_CHECK = 50  # steps between looks at the share of labels right
ADAM_LEARNED = 0.999  # share of labels right at which a member has learned a prefix
ADAM_MINE = 15  # steps between searches for hard sequences
ADAM_POOL = 2048  # sequences searched
ADAM_WORST = 8  # hard sequences kept from each member and search
ADAM_ADDED = 48  # hard sequences that one search adds
ADAM_KEPT = 256  # hard sequences in memory
ONE_HOT_STATE_COLUMNS = 24  # more: larger alphabets, at Adam steps that cost as much more

# Levenberg-Marquardt. More tries and iterations: closer to a minimum; each costs a solution of a
# linear system with as many unknowns as a member has parameters.
LM_TRIES = 4  # dampings tried in one iteration
LM_RESAMPLE = 5  # iterations on one batch
LM_GATE = 0.94  # a prefix that no member gets right more often ends the run: lower gives up less
POLISHED_PARAMETERS = 200  # the largest network from Adam that is polished

# Training on from a given network. More: networks further from right are mended, more slowly.
RESUME_STEPS = 1500  # of Adam
RESUME_BATCH = 256
RESUME_LOOK = 50  # steps between searches for wrong sequences

# Subspace identification. More sequences: better conditioned fits. More columns: larger alphabets;
# the cost grows with the cube of columns times length.
SPARE_SEQUENCES = 64  # sequences beyond two for each unknown
ONE_HOT_COLUMNS = 64  # one-hot columns, all channels together
SUBSPACE_LETTERS = 1024  # letters that have a column each; these are never stored densely
SEQUENCES_A_LETTER = 64
RESPONSE_ITERATIONS = 60  # of conjugate gradients; random letters need few
RESPONSE_PATIENCE = 15  # iterations after which a response that fits badly is given up
RESPONSE_HOPELESS = 0.02  # what counts as badly: this share of the labels' norm is left over

# Spectral identification. More words, columns and rounds: automata that need longer words to tell
# their states apart; the cost grows with columns times the square of the rank.
SPECTRAL_LETTERS = 512
SPECTRAL_UNFOLDED = 6  # letters for machines that never close, whose states multiply with each step
SPECTRAL_VALUES = 64  # different labels of one output that get an indicator each
SPECTRAL_SHORT = 150  # letters that are columns from the start
SPECTRAL_COLUMNS = 40  # words of one greater length that are columns from the start
SPECTRAL_ROUNDS = 12  # times that columns are added
SPECTRAL_SHORTEST = 12  # wrongly predicted words that give columns in one round
SPECTRAL_SAMPLE = 8192  # sequences that an automaton is compared on
SPECTRAL_WIDEST = 6000  # columns times features
SPECTRAL_WITNESSES = 64  # words kept that lead to one state
SPECTRAL_SPARSE = 64  # lengths of which fewer than one word in so many was seen are left out

# Teacher forcing. More: coarser lattices and longer tables are found; each try runs the data once.
LATTICE_LARGEST = 8  # the largest input weight tried
LATTICE_DENOMINATOR = 12
LATTICE_POINTS = 2000  # lattice points visited
LATTICE_KINKS = 40  # hidden units of the read-out
LATTICE_SAMPLE = 4096  # sequences that the table is made from
CLOSED_LOOP_LENGTHS = 4  # times the length that a closed loop must stay near integers

# Delay lines. More members and iterations: harder read-outs, at a proportional cost.
DELAY_SEQUENCES = 4096
DELAY_MEMBERS = 24
DELAY_BATCH = 256
DELAY_FIRST = 15  # iterations of all members
DELAY_SECOND = 40  # iterations of the better quarter
DELAY_HOPELESS = 0.6  # share of labels that some member must get right in the first part

# Counts of letters. More: larger alphabets and more classes; a Newton step solves a system with
# letters times values unknowns.
COUNTS_LETTERS = 16
COUNTS_VALUES = 12
COUNTS_SEQUENCES = 8192
COUNTS_POINTS = 20_000  # distinct counts that the scores are fitted to
COUNTS_NEWTON = 60

# Saturating units. More rounds and a larger pool: rarer errors are found and mended, at a
# proportional cost; the letter tables make large alphabets expensive.
UNITS_LETTERS = 48
UNITS_NEAR = 0.02  # share of sequences wrong below which rounding may do the rest
UNITS_NEARER = 0.5  # further share that must be gained before rounding is tried again
UNITS_TRIED = 3  # rounds with a third unit after which no more than the next may be wrong
UNITS_HOPELESS = 0.9
UNITS_PATIENCE = 3  # rounds in a row that find nothing better
UNITS_SEQUENCES = 8192  # from which first increments and ranges are taken
UNITS_POOL = 8192  # sequences searched for wrong ones
UNITS_BATCH = 100
UNITS_REPAIRS = 4  # iterations on what one search found
UNITS_STALE = 4  # searches in a row that find hardly fewer wrong sequences
UNITS_BETTER = 0.9  # what counts as fewer: at most this share of those before
UNITS_SETTLING = 3  # times polished and rounded
UNITS_KEPT = 16_384  # random sequences on which rounding must do no harm, beside all wrong ones
UNITS_STATES = 8192  # sequences whose states bound what a gate must let through
READOUT_STARTS = 60
READOUT_SEQUENCES = 400
READOUT_LABELS = 1500
READOUT_FIRST = 9  # iterations of all starts
READOUT_SECOND = 16  # iterations of the better fifth
