# Every target is `python3 run.py`, so that it works the same without make: see run.py.
PYTHON ?= python3
ARGS ?=

.PHONY: run setup test check bench torture studio probe train lock sbom licences audit screenshots
run:
	@$(PYTHON) run.py $(ARGS)
setup test check bench torture studio probe train lock sbom licences audit screenshots:
	@$(PYTHON) run.py --$@ $(ARGS)
