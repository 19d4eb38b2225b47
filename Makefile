# make audit: build the environment and run the main job on a sample.
# make test:  what every change must pass, in minutes.
# make slow:  the tests that start programs and fit many models; continuous integration runs both.
# make audit DATA=your.csv audits your own data.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= sample_data/hiring.csv

.PHONY: audit test lint types layers unit slow docs bench clean

audit: $(VENV)/installed
	$(BIN)/dataaudit run $(DATA) --exit-zero

test: lint types layers unit

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-test
	$(BIN)/mypy

layers: $(VENV)/installed-test
	$(BIN)/lint-imports

unit: $(VENV)/installed-test
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow"

slow: $(VENV)/installed-test
	$(BIN)/pytest -n 2 --dist loadfile -m slow

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
