#!/bin/sh
# Resolve requirements*.in anew: requirements.txt (everything), requirements-overlay.txt (what an existing Airflow 3.3 lacks),
# requirements-dev.txt (everything and the checkers).
set -eu
cd "$(dirname -- "$0")/.."
compile() { .venv/bin/uv pip compile --quiet --python-version 3.11 --no-header --annotation-style line "$@"; }
compile requirements.in -o requirements.txt
compile requirements-dev.in -c requirements.txt -o requirements-dev.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What Airflow, with the providers it and we need, brings along: those pins stay the host's.
grep '^apache-airflow' requirements.in >"$work/airflow.in"
compile "$work/airflow.in" -c requirements.txt -o "$work/airflow.txt" 2>/dev/null
.venv/bin/python scripts/overlay.py requirements.txt "$work/airflow.txt" >requirements-overlay.txt
printf 'lock: %s pinned, %s of them beyond Airflow\n' "$(grep -c == requirements.txt)" "$(grep -c == requirements-overlay.txt)"
