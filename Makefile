# Everything one does here. It needs Python 3.11+ and make, and writes nothing outside this folder.
# `make` alone lists the targets.

VENV := .venv
PY := $(VENV)/bin/python
NPM = PATH="$(CURDIR)/$(VENV)/node:$$PATH" npm --prefix widgets --loglevel=error
STAMPS := $(VENV)/.stamps
ARGS ?=

# The first Python that is new enough; `make PYTHON=/path/to/python3.12 …` overrides it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Caches of the installers stay in here too; point these elsewhere to share them between clones.
export UV_CACHE_DIR ?= $(CURDIR)/$(VENV)/.cache/uv
export npm_config_cache ?= $(CURDIR)/$(VENV)/.cache/npm
# Settings of other environments must not reach ours.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_USER
UV := $(VENV)/bin/uv --quiet --no-python-downloads pip
UV_INTO := --python $(PY)
LOCK := $(UV) compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

WIDGET_SOURCES := $(shell find widgets/src widgets/build.mjs widgets/tsconfig.json -type f ! -name '*.gen.ts' 2>/dev/null)
MESSAGES := $(shell find server -name 'messages.py' 2>/dev/null) $(wildcard server/wire.py server/core/typescript.py)
WIRE := widgets/src/wire/protocol.gen.ts

.DELETE_ON_ERROR:
.PHONY: help chaos soak demo demo-reset test check abuse bench-drop bench-fanout bench-votes bench-chat fuzz fuzz-api screenshots format lock widgets clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(STAMPS)/demo $(STAMPS)/widgets ## set up what is missing, then start the demo shop (Ctrl-C ends it)
	@$(PY) -m server demo $(ARGS)

demo-reset: $(STAMPS)/demo $(STAMPS)/widgets ## throw away the demo's data, then start it anew
	@$(PY) -m server demo --reset $(ARGS)

test: $(STAMPS)/dev $(STAMPS)/widgets ## run every test (ARGS="-k pin" picks some)
	@$(NPM) test
	$(PY) -m pytest $(ARGS)

check: $(STAMPS)/dev $(STAMPS)/node_modules $(WIRE) ## ruff, mypy --strict, the import contract, tsc, the size budget
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	@$(NPM) run check

bench-drop: $(STAMPS)/dev ## 2,000 buyers for 100 units, over real sockets (ARGS=--help tells more)
	$(PY) benchmarks/drop.py $(ARGS)

bench-votes: $(STAMPS)/dev ## 1,000 viewers vote 20 times each, over real sockets (ARGS=--help tells more)
	$(PY) benchmarks/votes.py $(ARGS)

bench-chat: $(STAMPS)/dev ## 1,000 viewers talk at once, over real sockets (ARGS=--help tells more)
	$(PY) benchmarks/chat.py $(ARGS)

soak: $(STAMPS)/dev ## 5,000 viewers for ten minutes: memory, and that nobody misses anything (ARGS=--help tells more)
	$(PY) benchmarks/soak.py $(ARGS)

abuse: $(STAMPS)/dev ## 10,000 sockets from one address, floods, large frames, beside a viewer (ARGS=--help)
	$(PY) benchmarks/abuse.py $(ARGS)

bench-fanout: $(STAMPS)/dev $(STAMPS)/bench_node ## one event to thousands of viewers, beside other servers (ARGS=--help)
	$(PY) benchmarks/fanout.py $(ARGS)

fuzz: $(STAMPS)/dev $(STAMPS)/fuzz ## any bytes to the socket's code (ARGS="frames --minutes 10"; also head, line, packets)
	$(PY) -m tests.fuzz.run $(ARGS)

fuzz-api: $(STAMPS)/dev ## the API and the socket's commands, fed by their own descriptions (ARGS="-k commands")
	PROOFCAST_FUZZ_EXAMPLES=$${PROOFCAST_FUZZ_EXAMPLES:-200} $(PY) -m pytest tests/faults/test_api.py tests/faults/test_commands.py $(ARGS)

chaos: $(STAMPS)/dev ## processes die and are cut off for 15 s each; a drop of 500 buyers where all goes wrong
	CHAOS_SECONDS=15 PROOFCAST_BUYERS=500 $(PY) -m pytest tests/faults/test_same_in_the_end.py tests/faults/test_drop.py $(ARGS)

screenshots: $(STAMPS)/dev $(STAMPS)/widgets ## write pictures of every page to docs/screenshots
	PROOFCAST_SCREENSHOTS=docs/screenshots $(PY) -m pytest tests/browser $(ARGS)

format: $(STAMPS)/dev ## lay the Python code out as `make check` wants it
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

lock: $(VENV)/bin/uv $(VENV)/node/npm ## resolve requirements/*.in and widgets/package.json anew (ARGS=-U upgrades)
	cd requirements && ../$(LOCK) $(ARGS) tools.in -o tools.txt
	cd requirements && ../$(LOCK) $(ARGS) node.in -o node.txt
	cd requirements && ../$(LOCK) $(ARGS) base.in -o base.txt
	cd requirements && ../$(LOCK) $(ARGS) base.in demo.in -c base.txt -o demo.txt
	cd requirements && ../$(LOCK) $(ARGS) base.in demo.in otel.in dev.in -c demo.txt -o dev.txt
	cd requirements && ../$(LOCK) $(ARGS) fuzz.in -o fuzz.txt
	@$(NPM) install --package-lock-only

widgets: $(STAMPS)/widgets ## build what the browsers load

clean: ## remove all that was installed or built; the demo's data stays
	rm -rf $(VENV) widgets/node_modules benchmarks/fan/node_modules static/build $(WIRE) proofcast.egg-info server/core/realtime/*.so
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# What the above stands on. A stamp is newer than all that it was made from.

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed, and none is on the path (Debian: apt install python3-venv)." >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/bin/uv: requirements/tools.txt $(PY)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r requirements/tools.txt
	@mkdir -p $(STAMPS) && touch $@

# The environment for the tests contains the one for the demo: never take the smaller one for the larger.
$(STAMPS)/demo: requirements/demo.txt pyproject.toml server/core/realtime/_send.c $(VENV)/bin/uv
	@echo "Installing Python packages"
	@$(UV) sync $(UV_INTO) --require-hashes requirements/$(if $(wildcard $(STAMPS)/dev),dev,demo).txt
	@$(UV) install $(UV_INTO) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements/dev.txt pyproject.toml server/core/realtime/_send.c $(VENV)/bin/uv
	@echo "Installing Python packages, those for tests among them"
	@$(UV) sync $(UV_INTO) --require-hashes requirements/dev.txt
	@$(UV) install $(UV_INTO) --no-deps --no-build-isolation --editable .
	@touch $@ $(STAMPS)/demo

$(STAMPS)/fuzz: requirements/fuzz.txt $(STAMPS)/dev
	@$(UV) install $(UV_INTO) --require-hashes -r requirements/fuzz.txt
	@touch $@

$(VENV)/node/npm: requirements/node.txt tools/node.sh $(VENV)/bin/uv
	@tools/node.sh $(VENV)

$(STAMPS)/node_modules: widgets/package.json widgets/package-lock.json widgets/.npmrc $(VENV)/node/npm
	@echo "Installing what the widgets are built with"
	@$(NPM) ci
	@touch $@

$(STAMPS)/bench_node: benchmarks/fan/package.json benchmarks/fan/package-lock.json $(VENV)/node/npm
	@echo "Installing the server that the benchmark compares with"
	@PATH="$(CURDIR)/$(VENV)/node:$$PATH" npm --prefix benchmarks/fan --silent ci
	@touch $@

$(WIRE): $(MESSAGES) | $(STAMPS)/demo
	@$(PY) -m server types > $@.new
	@mv $@.new $@

$(STAMPS)/widgets: $(WIDGET_SOURCES) $(WIRE) $(STAMPS)/node_modules
	@$(NPM) run build
	@touch $@
