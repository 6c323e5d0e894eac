# make run          install what the daemon needs, and start it for development
# make test         install what the tests need, and run them all
# make test-faults  play thousands of races, break the database and the daemon for half an hour, print what was lost
# make lint         types, style and import floors only
# make screenshots  play the page in a browser, and take the pictures in docs/screenshots anew
# make bench        measure the daemon under load (never part of the tests)
# make bench-engine measure the parts of a tick by themselves
# make schemas      write the published contract in docs/protocol and docs/admin anew, from the types

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# More options for the daemon: make run ARGS="--set bots.max=500"
ARGS ?=
# So many that a few are in the window of whoever steps in; the default is for worlds where players meet players.
CROWD ?= --set bots.target_per_cell=40 --set bots.max=1000
# More options for the benchmarks: make bench BENCH="--only json-1000 --seconds 10"
BENCH ?=
# More options for pytest: make test PYTEST="-k resume"
PYTEST ?=

# Compiled when it is installed, where there is a compiler.
COMPILED := $(shell find mmod -name '*.pyx')

# setuptools says at each look that it may change how pyproject.toml names what is to be compiled.
INSTALL = PYTHONWARNINGS='ignore:`[tool.setuptools.ext-modules]`' $(BIN)/python -m pip install --quiet

# Without its cache each of the hundred daemons that the tests start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

# These measure no time, so two processes halve it; 5 is pytest's status when PYTEST selects none of them.
PARALLEL = $(BIN)/python -m pytest -n 2 --dist worksteal

# What exists in Python and compiled, and what stands on it: tested with both.
TWICE = tests/unit/spatial tests/unit/world tests/unit/wire tests/unit/session tests/unit/shard tests/unit/net

# Daemons and writers played against each other by seed; the thorough profile plays thousands of seeds.
RACES = tests/unit/shard/test_races.py tests/unit/store/test_writer_interleavings.py

.PHONY: run test test-faults lint unit screenshots bench bench-engine schemas clean

run: $(VENV)/.run
	$(BIN)/twistd -n --pidfile= mmod --dev $(CROWD) $(ARGS)

test: $(VENV)/.test
	@$(BIN)/python -m tests.system_packages
	$(MAKE) --no-print-directory lint
	$(PARALLEL) tests/unit tests/contract $(PYTEST) || [ $$? = 5 ]
	MMOD_PURE=1 $(PARALLEL) $(TWICE) $(PYTEST) || [ $$? = 5 ]
	$(BIN)/python -m pytest tests/functional tests/faults $(PYTEST)

test-faults: $(VENV)/.test
	HYPOTHESIS_PROFILE=thorough $(PARALLEL) $(RACES) $(PYTEST) || [ $$? = 5 ]
	MMOD_FAULTS=long MMOD_FAULTS_JSON=build/faults.json $(BIN)/python -m pytest tests/faults $(PYTEST)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.test
	$(PARALLEL) tests/unit $(PYTEST)

screenshots: $(VENV)/.test
	MMOD_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/functional/browser $(PYTEST)

bench: $(VENV)/.test
	$(BIN)/python -m bench.table $(BENCH)

bench-engine: $(VENV)/.test
	$(BIN)/python -m pytest bench/test_engine.py --benchmark-sort=name $(PYTEST)

schemas: $(VENV)/.run
	$(BIN)/python -m mmod.contract docs

clean:
	find mmod \( -name '*.so' -o -name '*.c' \) -delete
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache _trial_temp

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "mmod needs Python 3.11 or newer; try: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

$(VENV)/.run: $(VENV)/.python setup.cfg pyproject.toml $(COMPILED)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.python setup.cfg pyproject.toml $(COMPILED)
	$(INSTALL) --editable '.[test]'
	@touch $@ $(VENV)/.run
