# The commands of a working day. Everything runs from .venv, which holds exactly what requirements.lock names.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: run test check format bench lock migration clean

run: $(STAMP)  ## a demonstration country, served on this machine
	$(BIN)/hub demo

test: $(STAMP)
	$(BIN)/pytest -n auto --dist loadfile

check: $(STAMP)  ## what CI checks beside the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hub schema print --check

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)
	$(BIN)/python -m tests.benchmarks

migration: $(STAMP)  ## make migration m="what it does": drafts a migration from the models
	$(BIN)/python -c 'import sys; from hub.store.migrate import draft; draft(sys.argv[1])' "$(m)"
	$(BIN)/ruff format --quiet migrations

# Names, versions and the hashes of every file of each release, for every Python and platform; no index address.
lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/pip install --quiet 'uv>=0.9'
	echo 'setuptools>=77' | .venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--extra dev --output-file requirements.lock pyproject.toml -
	! grep -nE '://|^ *--(index|extra-index|find-links)' requirements.lock

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	touch $@
