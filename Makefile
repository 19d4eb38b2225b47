# make audit: build the environment and run the main job on a sample.
# make test:  what every change must pass, in minutes.
# make slow:  the tests that start programs, fit many models or simulate, and those of properties with more examples;
#             continuous integration runs both.
# make audit DATA=your.csv audits your own data.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= sample_data/hiring.csv

# Where bytecode must not be written, every process compiles every module anew: a test run has dozens.
export PYTHONDONTWRITEBYTECODE =

.PHONY: audit test lint types layers unit slow docs bench clean

audit: $(VENV)/installed
	$(BIN)/dataaudit run $(DATA) --exit-zero

test: lint types layers unit

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-test
	$(BIN)/mypy --num-workers 2

layers: $(VENV)/installed-test
	$(BIN)/lint-imports

unit: $(VENV)/installed-test
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

slow: $(VENV)/installed-test
	$(BIN)/pytest -n 2 --dist worksteal -m "slow or hypothesis" --hypothesis-profile thorough

docs: $(VENV)/installed-test
	$(BIN)/python docs/generate.py

bench: $(VENV)/installed-test
	$(BIN)/python benchmarks/speed.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dataaudit needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# Markers of what is installed, so that a second call does nothing. Bytecode is made once, here.
$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[contracts]'
	touch $@

$(VENV)/installed-test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
