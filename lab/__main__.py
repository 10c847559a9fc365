"""The lab's command line: `python -m lab up|down|status|facts|fault`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from include.contracts.errors import HoldpointError
from lab import faults
from lab.estate import Estate

_Answer = tuple[dict[str, Any], str, int]  # for --json, for a person, exit status
_Run = Callable[[argparse.Namespace], _Answer]


def _up(options: argparse.Namespace) -> _Answer:
    began = time.monotonic()
    estate = Estate.create(
        options.dir,
        base_port=options.base_port,
        alert_url=options.alert_url,
        alert_token_file=options.alert_token_file,
        alert_repeat=options.alert_repeat,
    )
    estate.start(timeout=options.timeout)
    facts = estate.facts()
    addresses = "\n".join(f"  {name:14} {each['url']}" for name, each in facts["services"].items())
    text = (
        f"The lab runs in {facts['directory']} ({time.monotonic() - began:.1f} s).\n{addresses}\n  logs           {facts['logs']}"
    )
    return facts, text, 0


def _down(options: argparse.Namespace) -> _Answer:
    estate = Estate.open(options.dir)
    was_running = estate.is_running()
    estate.stop()
    text = "The lab is stopped." if was_running else "The lab was not running."
    return {"running": False, "was_running": was_running}, text, 0


def _status(options: argparse.Namespace) -> _Answer:
    status = Estate.open(options.dir).status()
    lines = [f"  {name:14} {each['state']:9} {each['description']}" for name, each in status["programs"].items()]
    lines += [f"  {name:14} unhealthy: {each['reason']}" for name, each in status["services"].items() if not each["healthy"]]
    lines += [f"  fault on: {name}" for name in status["faults"]]
    well = status["running"] and all(each["healthy"] for each in status["services"].values())
    return status, "\n".join(["The lab runs." if status["running"] else "The lab does not run.", *lines]), 0 if well else 1


def _facts(options: argparse.Namespace) -> _Answer:
    facts = Estate.open(options.dir).facts()
    return facts, json.dumps(facts, indent=2), 0


def _fault(options: argparse.Namespace) -> _Answer:
    switch = faults.switch_on if options.action == "on" else faults.switch_off
    done = switch(Estate.open(options.dir), options.name)
    state = f"{options.name} is {'' if done['changed'] else 'already '}{options.action}"
    deployed = f" ({done['service']} {done['tag']}, commit {done['commit'][:12]})" if done.get("tag") else ""
    summary = f": {faults.FAULTS[options.name].summary}" if done["on"] else ""
    return done, f"{state}{summary}{deployed}", 0


def _fault_list(_: argparse.Namespace) -> _Answer:
    known = {
        name: {"service": fault.service, "summary": fault.summary, "traces": list(fault.traces)}
        for name, fault in faults.FAULTS.items()
    }
    lines = [f"{name} ({each['service']}): {each['summary']}" for name, each in known.items()]
    return known, "\n".join(lines), 0


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    default = Path(os.environ.get("HOLDPOINT_LAB", "var/lab"))
    common.add_argument("--dir", type=Path, default=default, help="the lab's directory (default: $HOLDPOINT_LAB, or var/lab)")
    common.add_argument("--json", action="store_true", help="print one JSON object")
    parser = argparse.ArgumentParser(prog="python -m lab", description="A small real estate of services to watch and to break.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="up|down|status|facts|fault")

    def command(name: str, run: _Run, text: str, within: Any = commands) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = within.add_parser(name, parents=[common], help=text, description=text)
        made.set_defaults(run=run)
        return made

    up = command("up", _up, "Create the lab anew and start it.")
    up.add_argument("--base-port", type=int, help="use this loopback port and the three above it (default: free ones)")
    up.add_argument("--alert-url", help="post alerts here, in Alertmanager's webhook format (default: only log them)")
    up.add_argument("--alert-token-file", type=Path, help="file with the bearer token for --alert-url")
    up.add_argument("--alert-repeat", type=float, default=30.0, help="seconds until a firing alert is posted again (default 30)")
    up.add_argument("--timeout", type=float, default=15.0, help="seconds to wait for all services (default 15)")
    command("down", _down, "Stop the lab; its files stay.")
    command("status", _status, "What runs, how it is, which faults are on; exit status 1 unless all is well.")
    command("facts", _facts, "Ports, addresses, paths and the supervisor's password.")
    actions = commands.add_parser("fault", help="Switch a fault on or off.").add_subparsers(dest="action", required=True)
    for action in ("on", "off"):
        switch = command(action, _fault, f"Switch a fault {action}.", within=actions)
        switch.add_argument("name", choices=sorted(faults.FAULTS))
    command("list", _fault_list, "The faults there are.", within=actions)
    return parser


def main() -> int:
    options = _parser().parse_args()
    try:
        run: _Run = options.run
        answer, text, status = run(options)
    except HoldpointError as error:
        print(json.dumps({"error": error.diagnostics()}) if options.json else f"error: {error}", file=sys.stderr)
        return error.exit_status
    print(json.dumps(answer) if options.json else text)
    return status


if __name__ == "__main__":
    sys.exit(main())
