# The everyday commands. `make help` lists them with the text after ##.
#
# A fresh machine needs python3 (3.11 or newer), make and git; the first use installs the rest into .venv.

VENV   := .venv
OLDEST := .venv-oldest
PY     := $(VENV)/bin/python
# Set-up runs again only when setup.cfg or pyproject.toml has changed: the stamp is the time of the last one.
STAMP  := $(VENV)/.set-up
CODE   := connector tests migrations wsgi.py

# A flag is on when its variable has a value other than 0.
flag       = $(if $(filter-out 0,$($(1))),$(2))
demo_flags = $(call flag,ONCE,--once) $(call flag,KEEP,--keep) $(call flag,JSON,--json) \
             $(if $(N),--people $(N)) $(if $(PORT),--port $(PORT))

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help bench dev hooks hosts fix check test test-oldest coverage demo sandbox requirements chaos oracle faults rotations migration docs clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name words; do \
		printf '  \033[1mmake %-14s\033[0m %s\n' "$$name" "$$words"; done

dev: $(STAMP) ## Set up .venv with the connector and every tool

$(STAMP): setup.cfg pyproject.toml
	@.ci/set-up $(VENV)
	@touch $@

hooks: $(STAMP) ## Run the checks at every commit
	@$(VENV)/bin/pre-commit install

fix: $(STAMP) ## Format, and fix what a tool can fix
	@$(VENV)/bin/ruff check --fix $(CODE)
	@$(VENV)/bin/ruff format $(CODE)

check: $(STAMP) ## Format, lint, types and import contracts, without tests
	@$(VENV)/bin/ruff format --check $(CODE)
	@$(VENV)/bin/ruff check $(CODE)
	@$(VENV)/bin/mypy $(CODE)
	@$(VENV)/bin/lint-imports --no-cache

ifdef T
test: $(STAMP)
	@$(PY) -m pytest $(T)
else
test: $(STAMP) check ## Every check that CI runs; T=tests/core runs one folder
	@.ci/chromium
	@$(PY) -m tests.project.requirements >/dev/null
	@$(PY) -m pytest -n 2 --dist loadfile
endif

test-oldest: $(OLDEST)/.set-up ## The suite on the oldest versions that setup.cfg allows
	@$(OLDEST)/bin/python -m pytest -n 2 --dist loadfile -m "not browser and not wheel"

$(OLDEST)/.set-up: setup.cfg pyproject.toml tests/oldest.txt
	@.ci/set-up $(OLDEST) -c tests/oldest.txt
	@touch $@

coverage: $(STAMP) ## Lines and branches that the tests do not reach
	@$(PY) -m pytest -n 2 --dist loadfile --cov

demo: $(STAMP) ## Consent, first sync, report, then the pages; ONCE=1 KEEP=1 JSON=1 N=people PORT=port
	@$(PY) -m connector.sandbox.demo $(demo_flags)

sandbox: $(STAMP) ## A sandbox Paycor on its own port; N=people PORT=port
	@$(PY) -m connector.sandbox.paycor $(if $(N),--people $(N)) $(if $(PORT),--port $(PORT))

faults: $(STAMP) ## The result of every fault of Paycor, as a table; ONLY=token
	@$(PY) -m tests.faults $(if $(ONLY),--only "$(ONLY)")

rotations: $(STAMP) ## Eight processes renew the tokens of one connection a thousand times; N=rotations
	@$(PY) -m tests.rotations $(if $(N),--rotations $(N))

chaos: $(STAMP) ## Thirty days with killed runs, compared with thirty days without; KILLS=200 SEED=n
	@$(PY) -m tests.chaos $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

oracle: $(STAMP) ## Thirty days of a company, each compared with a model of the requirements; SEED=n DAYS=30 ONLY=swapped
	@$(PY) -m tests.oracle $(if $(SEED),--seed $(SEED)) $(if $(DAYS),--days $(DAYS)) $(foreach kind,$(ONLY),--only $(kind))

hosts: $(STAMP) ## What each kind of LMS supports
	@$(VENV)/bin/flask connector hosts

ifneq ($(call flag,HOSTS,1),)
bench: $(STAMP)
	@$(PY) -m tests.bench_hosts $(if $(N),--people $(N))
else
bench: $(STAMP) ## What a sync costs, one JSON line per figure; N=people D=sqlite|postgresql UNCHANGED=1 HOSTS=1 (remote ones)
	@$(PY) -m connector.sandbox.bench $(if $(N),--people $(N)) $(if $(D),--database $(D)) \
		$(call flag,UNCHANGED,--unchanged)
endif

requirements: $(STAMP) ## What the connector promises, row by row, with the tests
	@$(PY) -m tests.project.requirements

migration: $(STAMP) ## A new migration from the models; m="add a lease"
	@$(PY) -m tests.migrations.new_migration "$(m)"

docs: $(STAMP) ## Write the generated tables of docs/
	@$(PY) -m tests.project.docs_tables

clean: ## Remove the files of builds, checks and tests
	@rm -rf build dist *.egg-info .coverage* htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache test-results .demo
	@find connector migrations tests -name __pycache__ -prune -exec rm -rf {} +
