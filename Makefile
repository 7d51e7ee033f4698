# Each command does its own set-up: a virtual environment in .venv with the versions that
# constraints.txt pins. Another Python: make test PYTHON=python3.12

.DEFAULT_GOAL := help
.NOTPARALLEL:
# The tests start hundreds of processes, which would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
.DELETE_ON_ERROR:
.PHONY: help demo test test-all test-cupy test-long environment student lint types notebooks unit site slides release \
    image screenshots bench constraints clean

PYTHON ?= python3.13 python3.12 python3.11 python3 python
PY := .venv/bin/python
# The packages are installed when one of these is newer than the last installation.
PINS := pyproject.toml constraints.txt

help:
	@echo "make demo         build a problem set, make a sample class, grade it, show the table"
	@echo "make test         lint, types, notebooks, unit: all that any machine can try (minutes)"
	@echo "make test-all     the rest: sandbox, browser, PyTorch and whole notebooks, as far as the"
	@echo "                  machine has them; REQUIRE=sandbox,browser fails where one is missing"
	@echo "make test-cupy    the library on the real CuPy, on the processor (needs g++, a download once)"
	@echo "make test-long    200 seeds, all hostile submissions, claims on other seeds (hours; PS=ps06)"
	@echo "make lint | types | notebooks | unit    one of these alone"
	@echo "make site         the notebooks, the guides and the reference of course_lib, as pages in"
	@echo "                  build/site (notebooks run once: minutes); PS=ps12: of notebooks only ps12"
	@echo "make slides       slides from the notebooks' figures, one file each in build/slides (runs what"
	@echo "                  the site has not run yet); PS=ps12: of notebooks only ps12"
	@echo "make release      packages, trees for students and the site, with checksums, in build/release"
	@echo "make image        a container image that opens the course (needs docker or podman)"
	@echo "make screenshots  the notebooks in a browser, as pictures in build/screenshots"
	@echo "make bench        speed and memory beside PyTorch, one thread (needs torch; idle machine);"
	@echo "make environment  only the set-up for the above"
	@echo "make student      JupyterLab and the library alone, for those who solve the notebooks"
	@echo "make constraints  new pins in constraints.txt"
	@echo "make clean        remove what the commands made, .venv included"

# The sample class is our own and harmless, so the demo runs without a sandbox where none can be
# made (neither bubblewrap nor a container), and says so. A real class is never graded like that unasked.
demo: .venv/installed-demo
	@$(PY) -m grader demo --or-unsafe

# unit is last, so that the last lines are pytest's summary.
test: lint types notebooks unit

lint: .venv/installed-dev
	@echo "==> lint"
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/codespell
	@.venv/bin/lint-imports --no-logo

types: .venv/installed-dev
	@echo "==> types"
	@.venv/bin/mypy

notebooks: .venv/installed-dev
	@echo "==> notebooks: rebuild and compare with notebooks/"
	@$(PY) -m grader build --check

# One process runs all tests of a file, or all that are about one problem set.
PYTEST := $(PY) -m pytest
# A process that dies ends the run, with the name of its test.
WORKERS := --max-worker-restart=0 -n

unit: .venv/installed-dev
	@echo "==> tests"
	@$(PYTEST) $(WORKERS) logical -m "not rest"

test-all: .venv/installed-dev
	@$(PYTEST) $(WORKERS) auto -m "rest and not long" --require="$(REQUIRE)"
	@echo "==> in a random order"
	@$(PYTEST) $(WORKERS) logical -p randomly -m "not rest" --ignore=tests/checking/test_experiments.py \
	    tests/checking tests/course_lib/fast tests/course_lib/training

# CuPy comes into build/cupy, and its kernels are compiled into the user's cache folder (a minute).
test-cupy: .venv/installed-dev
	@$(PY) -m tests.cupy.environment
	@LONG=1 $(PY) -m pytest -n 2 --require=cupy tests/cupy

# 200 seeds, every kind of hostile submission on every problem set.
test-long: .venv/installed-dev
	@LONG=1 $(PYTEST) $(WORKERS) auto -k "$(PS)" tests/authoring tests/classroom tests/cli tests/colab tests/cupy \
	    tests/extras tests/gates tests/grading tests/hostile tests/site

site: .venv/installed-dev
	@$(PY) -m docs.site --ps="$(PS)"

slides: .venv/installed-dev
	@$(PY) -m docs.slides --ps="$(PS)"

release: .venv/installed-dev
	@$(PY) -m grader release

image:
	@engine=$$(command -v docker || command -v podman) || { \
	    echo "docker or podman is needed; neither is on PATH" >&2; exit 2; }; \
	"$$engine" build --tag training-neural-networks .

screenshots: .venv/installed-dev
	@$(PY) -m tests.browser.screenshots

bench: .venv/installed-dev
	@$(PY) -m benchmarks.speed --write

environment: .venv/installed-dev

student: .venv/installed-student
	@echo "==> ready: .venv/bin/jupyter lab"

# --- Set-up -------------------------------------------------------------------------------

$(PY):
	@for candidate in $(PYTHON); do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then found=$$(command -v "$$candidate"); break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "Python 3.11 or newer is needed; looked for: $(PYTHON)." >&2; \
	    echo "Install one (python.org, apt, brew, conda), or say: make test PYTHON=/path/to/python" >&2; \
	    exit 2; \
	fi; \
	rm -rf .venv; \
	echo "==> virtual environment .venv with $$("$$found" --version)"; \
	if command -v uv >/dev/null; then uv venv --quiet --seed --python "$$found" .venv; \
	else "$$found" -m venv .venv || { \
	    rm -rf .venv; echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }; \
	fi

# Each includes the one before: when it is installed, those are up to date as well.
STUDENT := .[notebooks]
DEMO := .[grader,notebooks]
DEV := .[dev]

.venv/installed-student: $(PY) $(PINS)
	@$(call install,$(STUDENT))
	@touch $@

.venv/installed-demo: $(PY) $(PINS)
	@$(call install,$(DEMO))
	@touch .venv/installed-student $@

.venv/installed-dev: $(PY) $(PINS)
	@$(call install,$(DEV))
	@touch .venv/installed-student .venv/installed-demo $@

# uv needs a tenth of pip's time, but does not know an index that the settings of pip name.
PIP := $(PY) -m pip install -qq --disable-pip-version-check --constraint constraints.txt
define install
echo "==> installing $(1), versions from constraints.txt (once)"; \
{ $(PIP) uv && .venv/bin/uv pip install --quiet --python $(PY) --constraint constraints.txt --editable "$(1)"; } || \
{ echo "==> uv could not; now with pip"; $(PIP) --editable "$(1)"; }
endef

# --universal: valid for every supported Python and system. No extras that depend on the
# machine's hardware (gpu, torch).
constraints: .venv/installed-dev
	@.venv/bin/uv pip compile --quiet --universal --upgrade --python-version 3.11 --extra dev \
	    --no-header --no-annotate --output-file constraints.txt pyproject.toml
	@echo "==> constraints.txt written"

clean:
	rm -rf .venv build *.egg-info .*_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
