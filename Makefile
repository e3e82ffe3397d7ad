# All a newcomer needs. Wants sh, make and Python 3.11 or newer with venv; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install -qq --require-hashes
AND_STOP_ITS_SERVERS = ended=$$?; $(BIN)/python -m onetimeshare.engines stop --fast --unless-used; exit $$ended
LOCKED := base embedded test dev

.PHONY: help run admin test test-all check bench lock clean

help:
	@echo "make run       the whole product on http://localhost:8000, until Ctrl-C (PORT=8001 make run)"
	@echo "make admin     the first administrator, while make run goes on beside it"
	@echo "make test      all tests, with short counts where a test is about many"
	@echo "make test-all  all tests, with full counts and big files"
	@echo "make check     style, types, the floors, migrations"
	@echo "make bench     how fast it is, measured here"
	@echo "make lock      resolve requirements/*.in anew into *.txt"
	@echo "make clean     stop the servers, remove .venv and caches; what was shared stays in var/"

run: .venv/.stamp-run
	@$(BIN)/python -m onetimeshare.serve

admin: .venv/.stamp-run
	@eval "$$($(BIN)/python -m onetimeshare.engines env)" && \
	    MODE=development SECRET_KEY_FILE="$${DATA_DIR:-var}/secret_key" $(BIN)/python manage.py createsuperuser

test: .venv/.stamp-test
	@$(BIN)/python -m pytest -n 2 -m "not full"; $(AND_STOP_ITS_SERVERS)

test-all: .venv/.stamp-test
	@OTS_FULL=1 $(BIN)/python -m pytest -n 2; $(AND_STOP_ITS_SERVERS)

check: .venv/.stamp-test .venv/.stamp-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@MODE=development SECRET_KEY=for-this-check-only $(BIN)/python manage.py check
	@# Without a database it warns that it cannot compare with one; what it compares here is code with code.
	@MODE=development SECRET_KEY=for-this-check-only \
	    $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

bench: .venv/.stamp-test
	@$(BIN)/python -m bench

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

# A stamp is newer than the files it was installed from, so pip runs only when those change.
.venv/.stamp-run: requirements/base.txt requirements/embedded.txt
.venv/.stamp-test: requirements/test.txt
.venv/.stamp-dev: requirements/dev.txt
.venv/.stamp-%: | $(BIN)/python
	@echo "Installing $(^F) into .venv, this once ..."
	@$(PIP) $(^:%=-r %)
	@touch $@

# pip comes last in a new venv: one that was interrupted before is finished here.
$(BIN)/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	    echo "OneTimeShare needs Python 3.11 or newer; name one: make PYTHON=python3.12 run" >&2; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { \
	    echo "This Python cannot make a venv: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv-lock/bin/uv:
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip --disable-pip-version-check install -qq uv
