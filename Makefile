# Works with nothing but Python 3.11+, git and make: everything else goes into .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PO     := $(wildcard src/projledger/locale/*/LC_MESSAGES/*.po)
MO     := $(PO:.po=.mo)

.PHONY: status test lint docs mo messages bench fuzz clean setup

status: setup
	@$(BIN)/projledger --workspace ledgers status

setup: $(VENV)/.ready mo

$(VENV)/.ready: pyproject.toml scripts/hatch_build.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

mo: $(MO)

%.mo: %.po
	@$(BIN)/python scripts/catalogue.py compile

test: setup lint
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

docs: setup
	@$(BIN)/python scripts/docs.py

messages: setup
	@$(BIN)/python scripts/catalogue.py update

bench: setup
	@$(BIN)/python scripts/bench.py

fuzz: setup
	@$(BIN)/python -m pytest -n auto -m fuzz --override-ini addopts='--strict-config --strict-markers --import-mode=importlib'

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
