# What people and CI call. `make help` lists it; every target works from a clean clone.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))))
PYTHON_PATHS := app demo infra tests
OPTIONS := # of make run, such as OPTIONS="--product-port 8001"

# A stamp says "installed from exactly these locks"; the one for tests includes the one for running.
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test
NODE_RUN_STAMP := node_modules/.installed-run
NODE_TEST_STAMP := node_modules/.installed-test

# What a person has set for their own Python and Node does not reach ours.
unexport PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONSTARTUP PYTHONWARNINGS PYTHONINSPECT NODE_OPTIONS
unexport PYTHONDONTWRITEBYTECODE # else each process compiles all tests and all of the product anew

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run check test lint format types contracts collected misreadings failures walkthrough simulate soak coverage faults defects laws mutants race replays load \
  switches bench docs package clean browser locks

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Packages of Python, of Node, and the browser come at once: each waits for the network and the disk.
setup: | $(VENV)/pyvenv.cfg ## install everything (run and test do it by themselves)
	@$(MAKE) $(INSTALL) $(TEST_STAMP) $(NODE_TEST_STAMP)

run: | $(VENV)/pyvenv.cfg ## the whole PBX on this machine: no account, no internet
	@$(MAKE) $(INSTALL) $(RUN_STAMP) $(NODE_RUN_STAMP)
	@exec $(BIN)/python -m infra.local.run $(OPTIONS)

# The inner loop leaves out the exchange, the simulation, what is built, browsers, stories on the wire.
check: $(TEST_STAMP) ## the inner loop, 2 minutes: lint, types, layers; domain, service, adapters, stories
	@rm -f $(PHASES)
	@$(TIMED) "lint, types, layers" $(MAKE) $(AT_ONCE) lint types contracts
	@$(TIMED) "tests of the product, without a browser" $(PYTEST) $(SPREAD) -m "not wire" $(INNER)
	@echo "make check took:" && $(TOOK)

test: | $(VENV)/pyvenv.cfg ## lint, types, layers, then every test once
	@rm -f $(PHASES)
	@$(TIMED) "set-up, lint, types, layers" $(MAKE) $(AT_ONCE) $(TEST_STAMP) $(NODE_TEST_STAMP) \
		browser lint types contracts collected
	@$(TIMED) "tests side by side" $(PYTEST) $(SPREAD_BROWSERS) -m "not alone and not beside" $(LISTED)
	@$(TIMED) "tests alone: real sound, real time; beside them those that only compute" \
		sh tests/beside.sh build/beside.log "$(PYTEST) $(SPREAD) -m beside $(LISTED) $(COMPUTING)" \
		$(PYTEST) -m alone $(LISTED) $(HEARING)
	@echo "make test took:" && $(TOOK)
PHASES := build/phases
TIMED := sh tests/timed.sh $(PHASES)
TOOK := awk '{ print; all += $$1 } END { printf "%5d s  in all\n", all }' $(PHASES)
INSTALL := --no-print-directory --jobs=3
AT_ONCE := --no-print-directory --jobs=3 --output-sync=target
PYTEST := $(BIN)/python -m pytest
SPREAD := --numprocesses=auto --dist=loadfile
# One process more than the two cores of CI: tests with a browser wait as long as they work.
SPREAD_BROWSERS := --numprocesses=3 --dist=loadfile
HEARING := tests/e2e tests/exchange/sound
COMPUTING := tests/domain tests/simulation tests/adapters/twilio
LISTED := --expected-skips=tests/skips.txt
INNER := tests/domain tests/service tests/adapters tests/stories

lint: $(TEST_STAMP) ## ruff: rules and format
	$(BIN)/ruff check $(PYTHON_PATHS)
	$(BIN)/ruff format --check $(PYTHON_PATHS)

format: $(TEST_STAMP) ## ruff: write the format
	$(BIN)/ruff check --fix $(PYTHON_PATHS)
	$(BIN)/ruff format $(PYTHON_PATHS)

types: $(TEST_STAMP) ## mypy, strict
	$(BIN)/mypy

contracts: $(TEST_STAMP) ## the layers (import-linter)
	$(BIN)/lint-imports --no-cache

# pytest compiles the tests in its own way: once here, not once more in each of the processes.
collected: $(TEST_STAMP) $(NODE_TEST_STAMP)
	@$(PYTEST) --collect-only --quiet --quiet >/dev/null || $(PYTEST) --collect-only --quiet --quiet

simulate: $(TEST_STAMP) ## simulated worlds of 50 calls and one hour, SEEDS=0-19 PROFILE=no-crashes
	$(BIN)/python -m tests.simulation simulate --seeds $(SEEDS) --profile $(PROFILE)

soak: PROFILE := all-faults
soak: $(TEST_STAMP) ## 100,000 simulated calls with faults, HASHSEEDS=0,1: twice, and compared
	$(BIN)/python -m tests.simulation soak --calls $(CALLS) --profile $(PROFILE) --hash-seeds $(HASHSEEDS)

coverage: $(TEST_STAMP) ## which moves, gates, deadlines, outcomes and ways of nodes 120 worlds reach
	$(BIN)/python -m tests.simulation coverage

faults: $(TEST_STAMP) ## every fault at every port call of every story, pairs for the shortest
	$(BIN)/python -m tests.simulation faults

defects: $(TEST_STAMP) ## planted defects: which invariant finds each (docs/invariants.md), DEFECTS=--quick without shrinking
	$(BIN)/python -m tests.simulation.defects $(DEFECTS)

laws: $(TEST_STAMP) ## planted defects again: of all ordinary tests, each turns red its laws alone
	$(BIN)/python -m tests.simulation.ordinary $(LAWS)

mutants: $(TEST_STAMP) ## 300 small changes of the core, 30 minutes: a test or a world must see each, MUTANTS=--all
	$(BIN)/python -m tests.mutation $(MUTANTS)

race: $(TEST_STAMP) ## 64 threads in 4 processes for one agent and for one caller, on ministack
	$(BIN)/python -m tests.simulation.race
SEEDS := 0-19
DEFECTS :=# --quick, or words of their names
LAWS :=# words of their names
MUTANTS :=# --seed 1, --only app/domain/agent.py, --all, --survivors
CALLS := 100000
HASHSEEDS := 0
PROFILE := no-crashes# or faultless, all-faults

load: $(TEST_STAMP) ## cost does not grow: 3 against 300 desks, 5 against 500 live calls, eight hours
	$(BIN)/python -m tests.load

replays: $(TEST_STAMP) ## 1,000 simulated calls folded again from what their saves put down
	$(BIN)/python -m tests.simulation.replays

misreadings: $(TEST_STAMP) ## the contract misread on purpose, one line at a time: a test must fail for each
	$(BIN)/python -m tests.exchange.misreadings

failures: $(TEST_STAMP) ## each failure of docs/failures.md planted in a copy: its test must turn red
	$(BIN)/python -m tests.failures

switches: $(TEST_STAMP) ## every story with each switch of the carrier in its other setting
	$(BIN)/python -m tests.stories.all_switches

walkthrough: browser ## the five calls of the street phone in Chromium, at three hours of the day, pictured
	$(BIN)/python -m tests.e2e.walkthrough $(if $(PICTURES),--pictures $(PICTURES))

bench: setup ## processor time per webhook, and per browser leg with sound
	$(BIN)/python -m tests.bench

docs: setup ## write what docs/ draws anew: states, failures, invariants, operations, the company's file, what is not emulated
	$(BIN)/python -m tests.domain.diagram
	$(BIN)/python -m tests.adapters.operations
	$(BIN)/python -m tests.failures --page
	$(BIN)/python -m tests.simulation.invariants_page
	$(BIN)/python -m tests.console.rights_page
	$(BIN)/python -m tests.domain.strategies_page
	$(BIN)/python -m tests.domain.outcomes_page
	$(BIN)/python -m tests.adapters.plan.pages
	$(BIN)/python -m tests.exchange.edges_page

package: setup ## what goes to AWS, offline: osls and zappa, into build/
	$(BIN)/python -m infra.aws.package

locks: $(TEST_STAMP) ## write requirements/*.txt anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra local --extra dev $(LOCK) -o requirements/dev.txt
	uv pip compile pyproject.toml --extra local -c requirements/dev.txt $(LOCK) -o requirements/local.txt
	uv pip compile pyproject.toml -c requirements/dev.txt $(LOCK) -o requirements/lambda.txt
LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 -q

browser: ## a Chromium for the tests
	@sh infra/local/browser.sh

clean: ## remove what was built and installed, and the local company's state
	rm -rf $(VENV) node_modules build var .serverless .mypy_cache .ruff_cache .pytest_cache \
	  .hypothesis .import_linter_cache

$(VENV)/pyvenv.cfg:
	@sh infra/local/prerequisites.sh "$(PYTHON)"
	@"$(PYTHON)" -m venv $(VENV)

$(RUN_STAMP): requirements/local.txt | $(VENV)/pyvenv.cfg
	@echo "Installing the Python packages (about a minute, once)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(TEST_STAMP): requirements/dev.txt requirements/local.txt | $(VENV)/pyvenv.cfg
	@echo "Installing the Python and development packages (about a minute, once)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $(RUN_STAMP) $@

# npm ci empties node_modules first, stamps and all: one of the two rules runs, never both.
$(NODE_RUN_STAMP): package-lock.json package.json
	@sh infra/local/prerequisites.sh "$(PYTHON)"
	@npm ci --omit=dev --no-audit --no-fund --loglevel=error >/dev/null
	@"$(PYTHON)" app/console/vendor.py
	@touch $@

$(NODE_TEST_STAMP): package-lock.json package.json
	@sh infra/local/prerequisites.sh "$(PYTHON)"
	@npm ci --no-audit --no-fund --loglevel=error >/dev/null
	@"$(PYTHON)" app/console/vendor.py
	@touch $(NODE_RUN_STAMP) $@
