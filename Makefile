# Every target works on a fresh Debian 12 with make and python3, as root or with sudo, with and without a terminal.
# The same commands run in CI: .ci/run and .github/workflows/.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
ROWS ?= 500
JOBS ?= 2
PORT ?= 8420

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input
export PYTHON

.PHONY: help setup setup-test demo serve test lint format transcripts bench lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/stamp-run  ## install what is needed to issue, into .venv (a second run is instant)
	@$(BIN)/python -m issuer.artwork.text.install_fonts

setup-test: setup $(VENV)/stamp-test  ## install what the tests need as well

demo: setup  ## issue, publish, mail and verify 530 sample certificates (ROWS=5000 for more)
	@$(BIN)/issuer demo --rows $(ROWS) --port $(PORT)

serve: setup  ## show the site of the last demo in a browser
	@$(BIN)/issuer demo --serve-only

test: setup-test lint  ## check the code and run every test
	$(BIN)/python -m pytest -n $(JOBS) $(PYTEST)

lint: setup-test  ## check style, types, imports and workflows
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet --no-progress --persona=auditor .github

format: setup-test  ## write the code in the project's style
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

transcripts: setup-test  ## write the transcripts of commands anew, after a change that was meant
	WRITE_TRANSCRIPTS=1 $(BIN)/python -m pytest -q -n $(JOBS) tests/test_transcripts.py

bench: setup-test  ## measure certificates per second, stage by stage, beside the naive way
	@$(BIN)/python -m tests.bench

clean:  ## remove what was built and installed
	rm -rf build node_modules $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# A stamp is newer than the files that decide what is installed: a changed lock installs again, an unchanged one costs nothing.
$(VENV)/stamp-run: requirements/run.txt pyproject.toml .ci/packages
	@.ci/packages run
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "installing the Python packages of requirements/run.txt into $(VENV)"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/stamp-test: requirements/test.txt package-lock.json $(VENV)/stamp-run
	@.ci/packages test
	@echo "installing the tools of requirements/test.txt and package-lock.json"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Write the locks again. No registry host gets into them, and every file is pinned by its hash. What runs is what is tested.
COMPILE := build/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

lock:  ## write the lock files again (UPGRADE=1 for newer versions)
	@.ci/packages run
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/lock.txt
	$(COMPILE) requirements/lock.in --output-file requirements/lock.txt
	$(COMPILE) --group test pyproject.toml --output-file requirements/test.txt
	$(COMPILE) --group build pyproject.toml --constraint requirements/test.txt --output-file requirements/run.txt
