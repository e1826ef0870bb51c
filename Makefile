# make run     install what is missing, then start: Discord when DISCORD_TOKEN is set, else a chat in this terminal
# make test    the tests, real models included
# make check   all that must hold before a change is accepted
# make bench   measure speed on this computer, which should have nothing else to do: about three quarters of an hour
# make soak    20 minutes of 200 people over the wire: does anything grow?
# make audit   known faults in what is installed, and its licences
# make lock    write locks/ anew after a change of pyproject.toml; with UPGRADE=1 the newest versions that fit
# make clean   remove .venv and the caches; data/ stays

HERE := $(shell cd "$$(dirname "$(strip $(MAKEFILE_LIST))")" && pwd -P)
TARGETS := run test check bench soak audit lock clean
.PHONY: $(TARGETS)

ifneq ($(CURDIR),$(HERE))

$(TARGETS):
	@$(MAKE) --no-print-directory -C "$(HERE)" $@

else

run:
	@sh .ci/install
	@.venv/bin/oldfriend run

test:
	@sh .ci/install dev
	.venv/bin/oldfriend models pull --yes tiny tiny-moe bge-small
	.venv/bin/python -m pytest

check:
	@sh .ci/install dev
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	@$(MAKE) --no-print-directory test

# endurance, scale, foresight and fuzz take longer: python -m tests.bench.NAME
bench:
	@sh .ci/install dev
	.venv/bin/oldfriend models pull --yes tiny tiny-moe small bge-small
	@for part in engine belief store reach_out wire; do echo "== $$part"; .venv/bin/python -m tests.bench.$$part || exit 1; done

soak:
	@sh .ci/install dev
	.venv/bin/oldfriend models pull --yes bge-small
	.venv/bin/python -m tests.evals.soak

audit:
	@sh .ci/install dev
	@[ -x .venv/audit/bin/pip-audit ] || { .venv/bin/python -m venv .venv/audit && .venv/audit/bin/python -m pip install -q --disable-pip-version-check pip-audit==2.10.1; }
	@.venv/bin/python .ci/licences.py
	@.venv/bin/python .ci/audit.py

lock:
	@sh .ci/install dev
	@[ -x .venv/lock/bin/uv ] || { .venv/bin/python -m venv .venv/lock && .venv/lock/bin/python -m pip install -q --disable-pip-version-check uv==0.13.8; }
	@.venv/bin/python .ci/lock.py $(if $(UPGRADE),--upgrade)

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find bot plugins personas tests -name __pycache__ -type d -prune -exec rm -rf {} +

endif
