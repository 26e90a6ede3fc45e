# make lab    install into .venv and open the course in JupyterLab
# make test   run everything that CI runs
# make help   the rest
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help install lab test sync outputs readme checks lessons stored anycpu browser wheel site bench clean

# the first one that is new enough
PYTHON ?= $(or $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
  $(if $(shell $(p) -c 'import sys; print("ok" * (sys.version_info >= (3, 11)))' 2>/dev/null),$(p)))),python3)
VENV ?= .venv
# an extra package index for torch, for example https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
PORT ?= 8888
# lessons to work on, for example NB=nbs/103_parallel_scan.ipynb
NB ?=

BIN := $(abspath $(VENV))/bin
STAMP := $(VENV)/.installed
TESTER := $(VENV)/.tester
PIP = $(BIN)/python -m pip install -q --disable-pip-version-check \
  $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -c constraints.txt
SCRATCH := .make
LIB := hybridcourse
# the lessons are small: one thread each and two at a time is the fastest way through them
TESTING := IN_TEST=1 OMP_NUM_THREADS=1 PATH="$(BIN):$$PATH"
# for a lesson that hangs, not for one that is slow; macOS has no timeout command
LIMIT := $(if $(shell command -v timeout),timeout 7200)
PYTEST := $(BIN)/python -m pytest -q -n 2 -p no:cacheprovider
STORED := $(PYTEST) --dist loadfile --nbval --nbval-sanitize-with sanitize.cfg --nbval-current-env --nbval-cell-timeout 3600
# Other processors, as far as this one can play them. The first is older than AVX and has two threads; the second
# has AVX2, and other ways to multiply matrices. ATEN: PyTorch's own kernels; MKL, ONEDNN, OPENBLAS: libraries
# below PyTorch and NumPy (MKL heeds the first of its two on Intel, the second on AMD); NPY: NumPy's kernels;
# TORCHINDUCTOR: what torch.compile made for another processor must not be found.
OLD_CPU := IN_TEST=1 OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive ATEN_CPU_CAPABILITY=default \
  MKL_ENABLE_INSTRUCTIONS=SSE4_2 MKL_CBWR=COMPATIBLE ONEDNN_MAX_CPU_ISA=SSE41 OPENBLAS_CORETYPE=Prescott \
  NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR" \
  TORCHINDUCTOR_CACHE_DIR="$(abspath $(SCRATCH))/compiled/old" PATH="$(BIN):$$PATH"
OTHER_CPU := $(TESTING) ATEN_CPU_CAPABILITY=avx2 MKL_ENABLE_INSTRUCTIONS=AVX2 MKL_CBWR=COMPATIBLE \
  ONEDNN_MAX_CPU_ISA=AVX2 OPENBLAS_CORETYPE=Sandybridge TORCHINDUCTOR_CACHE_DIR="$(abspath $(SCRATCH))/compiled/other"
# lessons that asked for more than a minute: two thirds of the work
LONG = $(shell grep -lE '"#\| time-limit: [0-9]+' nbs/[1-9]*.ipynb)
# lessons whose numbers come from PyTorch, NumPy or a model
COMPUTING = $(shell grep -lE '(import|from) (torch|numpy)|hybridcourse\.(lm|rag)' nbs/[0-9]*.ipynb)

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

# ---------------------------------------------------------------- install

install: $(STAMP)  ## create .venv with the course, its tests and its site, as constraints.txt pins them

$(STAMP): settings.ini setup.py constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The course needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo not there)."; \
	  echo "Install one, or name another: make $(or $(firstword $(MAKECMDGOALS)),install) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing into $(VENV); the first time takes a few minutes."
	$(PIP) -e '.[dev]'
	@touch $(STAMP)

$(TESTER): $(STAMP)
	$(PIP) -e '.[test,dense]'
	@touch $(TESTER)

# ---------------------------------------------------------------- learn

lab: $(STAMP)  ## open the course in JupyterLab (on 127.0.0.1 only)
	@if [ "$$(uname)" = Darwin ] || [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then show=; else show=--no-browser; \
	  echo "No display here: open the address that JupyterLab prints in a browser on this machine."; fi; \
	exec $(BIN)/python -m jupyterlab $$show --ip=127.0.0.1 --port=$(PORT) --ServerApp.root_dir=. \
	  --LabApp.default_url=/lab/tree/nbs/index.ipynb $$([ "$$(id -u)" = 0 ] && echo --allow-root)

bench: $(STAMP)  ## time the selective scan against its peers
	$(BIN)/hc_bench scan

# ---------------------------------------------------------------- test

# In this order: the cheap answers first, and pytest's count at the end. Each lesson runs against its outputs either
# here or, if it computes, as another processor (part 1, the mixers, as two); the short ones run with nbdev_test, too.
# A long one runs once: nbval runs the same cells, so its assertions hold there or the cell fails.
test: $(TESTER)  ## run everything that CI runs
	@$(MAKE) --no-print-directory sync
	@$(MAKE) --no-print-directory checks
	@$(MAKE) --no-print-directory lessons NB='$(filter-out $(LONG),$(wildcard nbs/*.ipynb))'
	@$(MAKE) --no-print-directory site
	@$(MAKE) --no-print-directory wheel
	@$(MAKE) --no-print-directory browser
	@$(MAKE) --no-print-directory stored NB='$(filter-out $(COMPUTING),$(wildcard nbs/*.ipynb))'
	@$(MAKE) --no-print-directory anycpu

sync: $(STAMP)  ## are hybridcourse/, the notebooks and README.md as nbdev and nbconvert make them?
	@echo '== in sync'
	@rm -rf $(SCRATCH)/sync && mkdir -p $(SCRATCH)/sync/$(LIB)
	@cp -r settings.ini nbs $(SCRATCH)/sync/ && cp $(LIB)/__init__.py $(SCRATCH)/sync/$(LIB)/
	@find $(SCRATCH)/sync -name .ipynb_checkpoints -prune -exec rm -r {} +
	@cd $(SCRATCH)/sync && $(BIN)/nbdev_export && $(BIN)/nbdev_clean
	@diff -r -x __pycache__ -x '*.js' -x '*.css' $(SCRATCH)/sync/$(LIB) $(LIB) || { \
	  echo "$(LIB)/ is not what the notebooks export. Run: $(VENV)/bin/nbdev_export"; exit 1; }
	@diff -rq -x .ipynb_checkpoints -x __pycache__ $(SCRATCH)/sync/nbs nbs || { \
	  echo "These notebooks carry run counts or other noise. Run: $(VENV)/bin/nbdev_clean"; exit 1; }
	@$(MAKE) --no-print-directory $(SCRATCH)/README.md && diff $(SCRATCH)/README.md README.md || { \
	  echo "README.md is not what nbs/index.ipynb gives. Run: make readme"; exit 1; }
	@echo "The library, the notebooks and README.md are."

checks: $(STAMP)  ## read the lessons and the library for what CONTRIBUTING.md asks of them
	@echo '== what every lesson owes its reader'; $(BIN)/python -m $(LIB).checks nbs

lessons: $(STAMP)  ## run every lesson, all assertions included, within its limit (NB=... for one)
	@echo '== every lesson, assertions included (nbdev_test)'; $(TESTING) $(LIMIT) $(BIN)/python -m $(LIB).checks --test $(or $(NB),nbs)

stored: $(STAMP)  ## run every lesson in a kernel of its own and compare with the outputs it shows
	@echo '== every lesson against the outputs it shows (nbval)'; $(TESTING) $(STORED) $(or $(NB),nbs)

anycpu: $(STAMP)  ## the same for lessons that compute, as an older and as another processor would
	@echo '== the same on an old processor, with two threads'; $(OLD_CPU) $(BIN)/python -c 'import torch as t; \
	  seen = t.backends.cpu.get_cpu_capability(); assert seen == "DEFAULT", seen; assert t.get_num_threads() == 2'
	@$(OLD_CPU) $(STORED) $(or $(NB),$(COMPUTING))
	@echo '== the same on another processor'; $(OTHER_CPU) $(STORED) $(or $(NB),$(filter-out $(LONG),$(filter nbs/1%,$(COMPUTING))))

browser: $(STAMP)  ## open every lesson in JupyterLab, in a real browser, and run those with widgets (HC_BROWSER=all: all)
	@echo '== every lesson in JupyterLab in a browser'; $(TESTING) $(PYTEST) -rs test_browser.py

wheel: $(STAMP)  ## install the built wheel away from the clone, and ask it something
	@echo '== the wheel, away from the clone'; $(TESTING) $(PYTEST) -n 0 test_wheel.py

site: $(STAMP)  ## build the course site in _site/html
	@echo '== the site'; $(BIN)/python -m sphinx -q -W --keep-going -b html -d _site/doctrees nbs _site/html
	@echo "The site is built: _site/html/index.html"

# ---------------------------------------------------------------- write

outputs: $(STAMP)  ## run lessons and store what they print (NB=... for one)
	@$(BIN)/nbdev_export
	@$(TESTING) $(BIN)/python -m $(LIB).checks --run $(or $(NB),nbs)
	@$(BIN)/nbdev_clean

readme: $(STAMP)  ## make README.md from nbs/index.ipynb
	@$(MAKE) --no-print-directory $(SCRATCH)/README.md && cp $(SCRATCH)/README.md README.md

# links in the notebook start from nbs/, links in README.md from the top
$(SCRATCH)/README.md: nbs/index.ipynb Makefile
	@mkdir -p $(SCRATCH)
	@set -o pipefail; $(BIN)/python -m nbconvert --log-level WARN --to markdown --stdout nbs/index.ipynb \
	  | sed -E 's#\]\(([0-9]{3}_[a-z0-9_]+\.ipynb)#](nbs/\1#g; s#\]\(images/#](nbs/images/#g; s#\]\(\.\./#](#g' \
	  | cat -s | sed -e '1{/^$$/d}' -e '$${/^$$/d}' > $@

clean:  ## remove what the targets above leave behind, except .venv
	rm -rf $(SCRATCH) _site _proc
