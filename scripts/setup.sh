#!/bin/sh
# Make .venv with everything pinned, bytecode compiled. Says what it does; does nothing where nothing changed.
set -eu
cd "$(dirname -- "$0")/.."
say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\nsetup: next: %s\n' "$1" "$2" >&2; exit 1; }

# This variable makes every later start pay for compiling again.
unset PYTHONDONTWRITEBYTECODE VIRTUAL_ENV PYTHONHOME

find_python() {
  for name in python3.11 python3 python3.12 python3.13; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
  return 1
}

python=$(find_python) || fail "no Python 3.11 to 3.13 was found" "install python3 (Debian: apt-get install python3 python3-venv)"
stamp=$("$python" -c '
import hashlib, pathlib, sys
files = ["requirements.txt", "requirements-dev.txt", "scripts/setup.sh"]
print(hashlib.sha256("".join([sys.version, *(pathlib.Path(f).read_text() for f in files)]).encode()).hexdigest())')
if [ -x .venv/bin/python ] && [ "$(cat .venv/holdpoint-stamp 2>/dev/null || true)" = "$stamp" ]; then
  say "up to date (.venv)"
  exit 0
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  say "making .venv with $python"
  rm -rf .venv
  if ! "$python" -m venv .venv >/dev/null 2>&1; then
    # Debian keeps the part that puts pip into a venv in a package of its own.
    rm -rf .venv
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
      say "python3-venv is missing; installing it from Debian's packages"
      { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } >/dev/null 2>&1 ||
        fail "python3-venv could not be installed" "run: apt-get install python3-venv"
      "$python" -m venv .venv || fail "the virtual environment could not be made" "read the lines above"
    else
      fail "this Python cannot make a virtual environment" "as root: apt-get install python3-venv"
    fi
  fi
fi

say "installing uv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.*' ||
  fail "uv could not be installed" "check that the package index can be reached"

# uv reads neither pip's configuration nor, by itself, the system's certificates.
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
[ -z "$index" ] || UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
[ -z "${UV_DEFAULT_INDEX:-}" ] || export UV_DEFAULT_INDEX
export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true} UV_LINK_MODE=${UV_LINK_MODE:-copy} UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180}

say "installing $(grep -c '^[a-z].*==' requirements-dev.txt) pinned packages, compiling bytecode (about half a minute)"
.venv/bin/uv pip sync --quiet --python .venv/bin/python --compile-bytecode requirements-dev.txt ||
  fail "the packages could not be installed" "read the lines above; check that the package index can be reached"
.venv/bin/python -m compileall -q include plugins dags lab >/dev/null || true
printf '%s\n' "$stamp" >.venv/holdpoint-stamp
say "done: .venv with $(.venv/bin/python --version)"
