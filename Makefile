# Everything by one word. Each target sets up what it needs in .venv; `make` alone lists them.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
ROWS ?= 100000
# What pytest gets besides: make test TESTS=tests/backoffice
TESTS ?=
LOCKS := requirements.txt requirements-dev.txt

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres lint check bench lock lock-guard
.SILENT:
.DELETE_ON_ERROR:

help:
	echo "make run     a demonstração inteira nesta máquina (PORT=8000)"
	echo "make test    todos os testes, em SQLite, com os de navegador"
	echo "make lint    estilo do código e dos modelos de página, migrações, travas"
	echo "make check   lint, testes em SQLite e em PostgreSQL, verificação de produção"
	echo "make bench   medidas com 100.000 reclamações (ROWS=...)"
	echo "make lock    refaz requirements*.txt de pyproject.toml (LOCK_FLAGS=--upgrade)"

# --- What the others stand on ---------------------------------------------------------------------------------

define NO_PYTHON
Falta o Python 3.11 ou mais novo. No Debian ou Ubuntu:
    apt install python3 python3-venv
Está em outro lugar? make PYTHON=/caminho/python3.11 $(MAKECMDGOALS)
endef
define NO_VENV
O Python desta máquina está sem o módulo venv. No Debian ou Ubuntu:
    apt install python3-venv
endef
export NO_PYTHON NO_VENV

# The environment alone. Where the interpreter it was made from is gone, this file is gone too: made anew.
$(PY):
	"$(or $(PYTHON),false)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$$NO_PYTHON" >&2; exit 1; }
	"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$$NO_VENV" >&2; exit 1; }
	echo "Preparando $(VENV)..."
	"$(PYTHON)" -m venv --clear $(VENV)

$(VENV)/.run-ready: requirements.txt | $(PY)
	echo "Instalando o que a aplicação usa..."
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev-ready: requirements-dev.txt | $(PY)
	echo "Instalando o que os testes usam..."
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@ $(VENV)/.run-ready

# --- What people type -----------------------------------------------------------------------------------------

run: $(VENV)/.run-ready
	exec $(PY) -m backoffice.demo --port "$(PORT)"

# Whatever database an .env names, the suite makes SQLite files of its own (tests/conftest.py); this one never exists.
test: export DATABASE_URL = sqlite:////nowhere/never-made.sqlite3
test: $(VENV)/.dev-ready
	$(PY) -m pytest -n auto $(TESTS)

# On the server named by DATABASE_URL_TEST_POSTGRES, else on one of this machine.
test-postgres: $(VENV)/.dev-ready
	url=$$($(PY) -m tests.postgres) && DATABASE_URL="$$url" $(PY) -m pytest -n auto --create-db $(TESTS)

# A database in memory: these two look at models and settings only.
lint: export DJANGO_SETTINGS_MODULE = tests.settings
lint: export DATABASE_URL = sqlite://:memory:
lint: $(VENV)/.dev-ready lock-guard
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djlint --lint --quiet templates
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING

check: lint test
	key=$$($(PY) -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())') && \
	SECRET_KEY="$$key$$key" FIELD_ENCRYPTION_KEYS="$$key" DEBUG=0 PUBLIC_URL=https://sac.example.com.br TRUSTED_PROXIES=1 \
	DATABASE_URL=postgres://sac@127.0.0.1/sac EMAIL_URL=smtp+tls://sac:senha@mail.example.com.br:587 \
	$(PY) manage.py check --deploy --fail-level WARNING
	if $(PY) -m tests.postgres >/dev/null; then $(MAKE) --no-print-directory test-postgres; fi

bench: $(VENV)/.dev-ready
	$(PY) -m tests.bench --rows "$(ROWS)"

# --- Locks: exact versions and hashes, and no address (each machine has its own registry) --------------------

# uv does not read pip's configuration.
PIP_SETTING = $$($(PY) -m pip config get $(1) 2>/dev/null || true)
COMPILE = $(VENV)/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(LOCK_FLAGS) pyproject.toml

lock: $(VENV)/.dev-ready
	UV_DEFAULT_INDEX="$(call PIP_SETTING,global.index-url)"; \
	if [ -n "$$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi; \
	$(COMPILE) --extra dev -o requirements-dev.txt && \
	$(COMPILE) -c requirements-dev.txt -o requirements.txt
	$(MAKE) --no-print-directory lock-guard

lock-guard:
	if grep -nE '[a-z]+://|file:|(^|[[:space:]])(-i|-f|--(extra-)?index(-url)?|--find-links)' $(LOCKS); then \
		echo "Um arquivo de travas aponta para um endereço; ele só pode ter versões e hashes." >&2; exit 1; \
	fi
