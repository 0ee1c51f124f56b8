# `make demo` and `make test` do all set-up themselves. They need make and a Python >= 3.12, nothing else.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-from-$(shell cat pyproject.toml constraints.txt | cksum | tr ' ' '-')
REPLICATES := 10

.PHONY: demo test lint long bench clean

demo: $(STAMP)
	$(BIN)/ecrm compare scenario=cdnow replicates=$(REPLICATES)

# the model is compiled beside the linters, once, not in each process of the tests
test: $(STAMP)
	@$(BIN)/python -m tests.warm & warm=$$!; $(MAKE) lint || { kill $$warm; exit 1; }; wait $$warm
	$(BIN)/python -m pytest -n 2 -q

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

long: $(STAMP)
	$(BIN)/python -m pytest -m long -q

bench: $(STAMP)
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.call_center
	$(BIN)/python -m benchmarks.mind

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

# The stamp's name changes with the pins, so an edited pin installs again and a second `make` finds nothing to do.
$(STAMP):
	@set -e; python=; \
	for candidate in python3.13 python3.12 python3; do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "No Python 3.12 or newer was found (tried python3.13, python3.12, python3). Install one and run make again." >&2; \
	  exit 2; \
	fi; \
	echo "Installing into $(VENV) with $$($$python --version)"; \
	if command -v uv >/dev/null 2>&1; then \
	  export UV_PYTHON_DOWNLOADS=never; \
	  [ -x $(BIN)/python ] || uv venv --quiet --python "$$($$python -c 'import sys; print(sys.executable)')" $(VENV); \
	  uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[demo,dev]'; \
	else \
	  [ -x $(BIN)/pip ] || $$python -m venv $(VENV); \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo,dev]'; \
	fi
	@rm -f $(VENV)/.installed-from-*
	@touch $@
