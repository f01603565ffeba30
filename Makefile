# Everything a person does here. `make demo` and `make test` need Python 3.11, make and package registries.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench lock sample clean

help: ## what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install everything and build the board and the sample region (seconds when done already)
	@$(PYTHON) scripts/setup.py

demo: setup ## the sample region alive on http://127.0.0.1:8000, logins printed
	@$(BIN)/dispatch demo

check: setup ## format, lint, types, layers, fast tests
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 8
	@$(PYTHON) scripts/setup.py check && $(PYTHON) scripts/setup.py test
	@$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not browser"

test: setup ## the whole suite: SQLite, PostgreSQL, real regions, a real browser
	@DISPATCH_CHROMIUM="$$(scripts/find_chromium.sh | head -n 1)" $(BIN)/pytest -q -n 2 --dist loadfile

bench: setup ## measurements beside named peers; results go to docs/benchmarks.md
	@$(BIN)/python -m bench

lock: ## resolve pyproject.toml into requirements/*.txt
	@scripts/lock.sh

sample: setup ## generate fixtures/marlow again from its seed
	@$(BIN)/dispatch sample generate --seed 7 -o fixtures/marlow

clean: ## remove what setup and runs have made
	rm -rf .venv .setup var dispatch/static web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
