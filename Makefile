# Everything a newcomer runs. Each target gets ready what it needs; ARGS go to the command behind it:
#   make demo ARGS="--port 9000"     make test ARGS="-k gradebook"     make lock ARGS=--upgrade
# The work is done by the scripts in .ci, because a recipe that must survive interruption, missing
# parts and two runs at once is no longer readable as a recipe.

VENV := $(or $(INFOLIT_VENV),.venv)

.DEFAULT_GOAL := help
.PHONY: help demo test venv venv-test chromium lock format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: venv ## Start the tool with a demo LMS and a seeded district; Ctrl-C ends it
	@exec $(VENV)/bin/infolit demo $(ARGS)

test: venv-test ## Run every check and all tests
	@INFOLIT_CHROMIUM=$$(.ci/chromium) && PLAYWRIGHT_NODEJS_PATH=$$(.ci/driver) && \
		export INFOLIT_CHROMIUM PLAYWRIGHT_NODEJS_PATH && .ci/check $(ARGS)

venv: ## Install what running needs
	@.ci/venv

venv-test: ## Install what the tests need as well
	@.ci/venv test

chromium: ## Find or install the browser of the tests, print its path
	@.ci/chromium

lock: venv-test ## Write requirements.lock and requirements-test.lock anew
	@.ci/lock $(ARGS)

format: venv-test ## Bring the code into its standard form
	@$(VENV)/bin/ruff check --fix --quiet . ; $(VENV)/bin/ruff format .

clean: ## Remove what these commands made (not the data folder)
	@[ ! -e "$(VENV)/pyvenv.cfg" ] || rm -rf "$(VENV)"
	@rm -rf .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
