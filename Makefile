# Two commands: `make run` serves the product with a demo county, `make test` tests it.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test check clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

run: .venv/installed ## serve on http://127.0.0.1:8000 with the demo county
	$(BIN)/workflow-app demo run

test: .venv/installed-dev ## run all tests
	$(BIN)/pytest -n 2

check: .venv/installed-dev ## ruff, mypy, import-linter, template lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

clean: ## remove the environment and the demo data
	rm -rf .venv data
