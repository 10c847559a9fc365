"""The command line: the same cores as the DAGs, without Airflow.

A command is a module of `include/commands` with `add_parser(subparsers)`; it imports nothing heavy until its handler runs,
so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

# In the order in which --help lists them.
COMMANDS = (
    "ask",
    "incidents",
    "trace",
    "fleet",
    "owners",
    "audit",
    "intake",
    "triage",
    "runbooks",
    "sources",
    "contracts",
    "keys",
    "plans",
    "holds",
    "templates",
    "change",
    "scripts",
    "reviews",
    "doctor",
    "reconcile",
    "ledger",
    "store",
)


def parser() -> argparse.ArgumentParser:
    """The whole command tree."""
    top = argparse.ArgumentParser(
        prog="holdpoint",
        description="Gathers evidence and drafts; a person owns everything that changes state.",
        epilog="Exit status: 0 done, 1 unexpected, 2 bad input, 3 configuration, 4 denied, 5 not found, 7 read failed, "
        "9 store, 10 ledger does not verify, 12 findings at or above --fail-on. HOLDPOINT_CONFIG names the catalogue, "
        "HOLDPOINT_STORE the database.",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"include.commands.{name}").add_parser(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors go to stderr as one line, or as JSON where `--json` was given."""
    args = parser().parse_args(argv)
    try:
        return int(args.handler(args))
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away: `holdpoint … | head`
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _report(error, as_json=bool(getattr(args, "json", False)))


def _report(error: Exception, *, as_json: bool) -> int:
    from include.contracts.errors import HoldpointError

    if not isinstance(error, HoldpointError):
        raise error
    if as_json:
        print(json.dumps({"error": error.diagnostics()}), file=sys.stderr)
    else:
        print(f"holdpoint: {error}", file=sys.stderr)
    return error.exit_status


if __name__ == "__main__":
    sys.exit(main())
