# Setting up and starting. `make help` lists the targets; what trains, measures or indexes is `python -m kd_core`.
# Each environment carries a stamp, `installed`, so that a target does no work that is up to date.

STUDY ?= showcase
# Each worker of the suite loads TensorFlow, which takes a gigabyte; 0 runs it in one process, as --pdb needs it.
WORKERS ?= 2
# The interpreter is looked for, not assumed; KD_PYTHON=/path/to/python overrides.
CANDIDATES = $(or $(KD_PYTHON),$(PYTHON),python3.13 python3.12 python3.11 python3)
FITS = import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
FOUND = $(shell for p in $(CANDIDATES); do "$$p" -c '$(FITS)' 2>/dev/null && { echo "$$p"; break; }; done)

ALL := .venv/installed
DEMO := .venv-dashboard/installed
KD := .venv/bin/python -m kd_core

# An environment whose interpreter is gone counts as not installed.
$(foreach v,.venv .venv-dashboard,$(shell [ -x $(v)/bin/python ] || rm -f $(v)/installed))

.PHONY: help demo test lint train teacher students compress evaluate benchmark robustness check report smoke status data \
	published bench-dashboard clean

help:  ## list the targets (the default)
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "%-24s%s\n", $$1, $$2}'

demo: $(DEMO)  ## serve the shipped artifacts on http://localhost:8501; installs what the dashboard needs, no more
	.venv-dashboard/bin/python -m streamlit run dashboard/streamlit_app.py

test: $(ALL)  ## run the whole suite; installs a browser for the browser tests where it can
	@sh tests/browser/install.sh
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(ALL)  ## check style, format, types and the border between core and dashboard
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/lint-imports

train: $(ALL)  ## bring all runs of STUDY up to date; ONLY=run picks one, FORCE=1 replaces a finished one
	$(KD) run $(STUDY) $(if $(ONLY),--only $(ONLY)) $(if $(FORCE),--force)

teacher students compress: $(ALL)
	$(KD) run $(STUDY) --stage $@ $(if $(FORCE),--force)
teacher:  ## bring the teachers of STUDY up to date
students:  ## bring the students of STUDY up to date, without and with a teacher
compress:  ## bring the pruned, clustered and quantized variants of STUDY up to date

status evaluate benchmark robustness check report: $(ALL)
	$(KD) $@ $(STUDY)
status:  ## list the runs of STUDY and which are complete
evaluate:  ## give loss and accuracy of all runs of STUDY, with and without leaked pictures
benchmark:  ## measure latency and memory of all runs of STUDY on this machine, interleaved
robustness:  ## measure all runs of STUDY on test pictures with noise, blur and other corruptions
check:  ## look for what makes the figures of STUDY doubtful: leaks, missing twins, stale runs, and more
report:  ## write the report on STUDY into reports/STUDY: a page that needs no network, and its numbers as CSV

smoke: $(ALL)  ## train the small study on generated pictures, in minutes
	$(KD) run smoke

data: $(ALL)  ## fetch the photos (or go on with it), and index them
	$(KD) data fetch
	$(KD) data index

published: $(ALL)  ## write the original's stated figures as artifacts
	$(KD) published

bench-dashboard: $(ALL) $(DEMO)  ## measure the dashboard in a browser; with 500 runs also TensorBoard and MLflow, from the package index
	@sh tests/browser/install.sh
	PYTHONPATH=. .venv/bin/python tests/browser/bench_dashboard.py
	PYTHONPATH=. .venv/bin/python tests/browser/bench_many.py

clean:  ## remove the environments and the tools' caches; data, artifacts and trainings stay
	rm -rf .venv .venv-dashboard .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find kd_core dashboard tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(ALL): tests/requirements.txt requirements.txt requirements-dashboard.txt
$(DEMO): requirements-dashboard.txt

# A finished environment follows changed requirements; one without its stamp was never finished and is made anew.
# The stamp goes first and comes back last, so that an interruption at any moment is mended by the next call.
$(ALL) $(DEMO):
	@[ -n "$(FOUND)" ] || { echo "Python 3.11, 3.12 or 3.13 with its venv module is needed; tried: $(CANDIDATES). \
	Install one (Debian: apt-get install python3 python3-venv), or name it: make KD_PYTHON=/path/to/python" >&2; exit 1; }
	@if [ -e $@ ]; then rm $@; else echo "Making $(@D) with $(FOUND)"; "$(FOUND)" -m venv --clear $(@D); fi
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
