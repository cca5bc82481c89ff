# Everything sets up what it needs: `make prove TASK=Sum_Last3` works in a bare clone.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip install --quiet --disable-pip-version-check
TASK   ?= Sum_Last3

.PHONY: setup prove test test-all check trial lint bench benchmarks docs clean

setup: $(VENV)/.ready

# torch comes first and alone, at the pinned version, so that pip never resolves it to another build
$(VENV)/.ready: pyproject.toml constraints.txt
	@echo "setting up $(VENV), once; a few minutes: torch, the largest part"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) $$(grep '^torch==' constraints.txt)
	@echo "... then Z3 and the rest"
	@$(PIP) --constraint constraints.txt --editable '.[train,onnx,dev]'
	@touch $@

prove: setup
	$(BIN)/mips-verify synth-and-prove $(TASK)

# every bundle by Z3, cvc5, the z3 on the PATH, Dafny and Rocq, which must be there
check: setup
	$(BIN)/mips-verify check proofs --cvc5 --z3 --dafny --rocq

# the trials of the prover, the kernels, check, and of networks and examples of others: four hours on
# two cores
trial: setup
	$(BIN)/python -m tests.quality.prover --count 10000 --seed 0
	$(BIN)/python -m tests.quality.stability
	$(BIN)/python -m tests.quality.tampering --count 500
	$(BIN)/python -m tests.quality.lies
	$(BIN)/python -m tests.quality.kernel
	$(BIN)/python -m tests.quality.network_mutants
	$(BIN)/python -m tests.quality.outside
	$(BIN)/python -m tests.quality.sequence_models
	$(BIN)/python -m tests.quality.examples
	$(BIN)/python -m tests.quality.normalizers
	$(BIN)/python -m tests.quality.hostile
	$(BIN)/python -m tests.quality.ordinary
	$(BIN)/python -m tests.quality.reader --count 20000

bench: setup
	$(BIN)/mips-verify bench --seed 0 --fresh --out bench.json

# where CPU seconds go, and how they grow: the tables of docs/performance.md; twenty minutes
benchmarks: export OMP_NUM_THREADS = 1
benchmarks: setup
	$(BIN)/python -m pytest benchmarks -q -o addopts= -o python_files='bench_*.py' -o python_functions='bench_*' \
	  --benchmark-timer=benchmarks.cpu_clock.cpu_seconds --benchmark-json=tests/results/benchmarks.json
	$(BIN)/python -m benchmarks.growth --out tests/results/growth.json --plot docs/growth.svg
	$(BIN)/python -m benchmarks.reference_loop --out tests/results/reference_loop.json
	$(BIN)/python -m tests.record

# tests start hundreds of processes: each would compile the package anew if no bytecode were kept, and
# threads of numpy and torch would compete with the other workers
PYTEST := $(BIN)/python -m pytest -q -n auto --dist worksteal
test test-all: export PYTHONDONTWRITEBYTECODE =
test test-all: export OMP_NUM_THREADS = 1

test: setup
	$(PYTEST) -m "not slow"

test-all: export MIPS_VERIFY_TESTS = thorough
test-all: setup
	$(PYTEST)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# the pages of docs/ as a site
docs: setup
	$(BIN)/python -m sphinx --fail-on-warning --quiet docs build/site
	@echo "build/site/index.html"

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
