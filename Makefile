# `make demo` and `make test` set everything up by themselves. They need Python 3.11, make, and the package index.
SHELL := /bin/sh
PY := .venv/bin/python
SPREAD := -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder
export PYTHONPATH := $(CURDIR)
unexport PYTHONDONTWRITEBYTECODE
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help setup demo up down test check test-stack soak bench lock clean

help: ## what there is to make
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' Makefile

setup: ## .venv with everything pinned
	@sh scripts/setup.sh

demo: setup ## a real fault, its alert, a live Airflow, a cited brief; ends everything it started
	@"$(PY)" -m lab.demo

up: setup ## the same estate and Airflow, left running to look at
	@"$(PY)" -m lab.demo up

down: ## end what `make up` started
	@"$(PY)" -m lab.demo down

test: setup ## the tests
	@"$(PY)" -m pytest $(SPREAD) -m "not stack and not soak"

check: setup ## ruff, mypy --strict, architecture tests
	@echo "check: ruff"; "$(PY)" -m ruff check . && "$(PY)" -m ruff format --check --quiet .
	@echo "check: mypy"; "$(PY)" -m mypy include plugins dags lab
	@echo "check: architecture"; "$(PY)" -m pytest tests/architecture

test-stack: setup ## the same rules on real PostgreSQL, Prometheus, Alertmanager …
	@"$(PY)" -m pytest $(SPREAD) -m stack -rs

soak: setup ## long fault campaigns
	@"$(PY)" -m pytest -m soak -rs

bench: setup ## every ratio against its floor, in one run
	@"$(PY)" -m benchmarks

lock: setup ## resolve requirements*.in anew
	@sh scripts/lock.sh

clean: ## remove what the commands made
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache
