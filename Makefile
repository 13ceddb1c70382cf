# Two commands: `make run` serves the product with a demo county, `make test` tests it.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: help run test faults shapes bench check wheel bundle bundle-check container-check lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

# Every file that is installed has an exact version and a known hash; the project itself is built by a hashed backend.
.venv/installed: pyproject.toml requirements/build.txt requirements/runtime.txt
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

.venv/installed-dev: .venv/installed requirements/dev.txt
	$(PIP) --require-hashes -r requirements/dev.txt
	touch $@

# The demonstration, whose passwords are public, runs on SQLite only; a PostgreSQL database is a real bureau's.
ifneq ($(filter postgresql%,$(WORKFLOW_APP_DATABASE_URL)),)
RUN = $(BIN)/workflow-app upgrade && $(BIN)/workflow-app serve
else
RUN = $(BIN)/workflow-app demo run
endif

run: .venv/installed ## serve on http://127.0.0.1:8000 with the demo county; a PostgreSQL database without it
	$(RUN)

# Each process takes half of the files and helps the other at the end: what a file's tests share is made once.
test: .venv/installed-dev ## run all tests, on SQLite and on PostgreSQL
	$(BIN)/pytest -n 2 --dist worksteal
	$(BIN)/pytest -n 2 --dist worksteal --database postgresql

faults: .venv/installed-dev ## the long fault runs on both databases; two hours and more; results belong in docs/reliability.md
	$(BIN)/python -m tests.faults kills --kills 500 --database sqlite --seed 7
	$(BIN)/python -m tests.faults kills --kills 500 --database postgresql --seed 7
	$(BIN)/python -m tests.faults races --times 10000 --clicks 1000 --others 1000 --database sqlite
	$(BIN)/python -m tests.faults races --times 10000 --clicks 1000 --others 1000 --database postgresql
	$(BIN)/python -m tests.faults losses --cuts 500 --restarts 50

shapes: .venv/installed-dev ## 20,000 generated drawings and 2,000 random acts, each from a new seed that is printed
	WORKFLOW_APP_SHAPES=20000 $(BIN)/pytest tests/engine/shapes
	WORKFLOW_APP_ACTS=2000 $(BIN)/pytest tests/cases/sequences/test_random_acts.py

check: .venv/installed-dev ## ruff, mypy, import-linter, template lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

wheel: .venv/installed ## build the wheel that works alone, in dist/
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

bundle: .venv/installed-dev ## build the offline bundle, in dist/ (fetches the wheels of all dependencies)
	$(BIN)/python -m tools.bundle

bundle-check: bundle ## install the bundle without a network, load the demo county, serve a page
	$(BIN)/python -m tools.try_bundle

# CONTAINER_BASE names another image with Python to build on; CONTAINER_BUILD and CONTAINER_RUN are further options.
container-check: .venv/installed-dev ## build the image and run it, with podman or docker; without, follow the Containerfile
	$(BIN)/python -m tools.try_container

lock: .venv/installed-dev ## write requirements/*.txt anew from the pins in pyproject.toml
	$(BIN)/python -m tools.lock

.venv-bench/installed: bench/neighbours/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

bench: .venv/installed-dev .venv-bench/installed ## measure beside the neighbours; results in docs/performance.md
	$(BIN)/python -m bench --write

clean: ## remove the environment and the demo data
	rm -rf .venv .venv-bench data
