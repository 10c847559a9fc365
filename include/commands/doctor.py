"""`holdpoint doctor`: what is missing, stale, unowned or laid out so that it cannot work, and what to do about it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.doctor.finding import Finding


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("doctor", help="what is missing, stale or unowned here, and what to do; exit 3 on errors")
    parser.add_argument("--host", metavar="FOLDER", help="an Airflow project that Holdpoint shall be laid over: can that work?")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    from pathlib import Path

    from include.contracts.errors import BadInput, ConfigError
    from include.doctor.finding import Level
    from include.doctor.registry import examine
    from include.doctor.surroundings import Surroundings

    host = Path(args.host) if args.host is not None else None
    if host is not None and not host.is_dir():
        raise BadInput(f"{args.host!r} is not a folder.", next_step="name the folder that has the project's dags/ and plugins/")
    findings = examine(Surroundings(host=host))
    counts = {level.value: sum(finding.level is level for finding in findings) for level in Level}
    if args.json:
        print(json.dumps({"findings": [finding.to_json() for finding in findings], "counts": counts}, ensure_ascii=False))
    else:
        _show(findings, counts)
    return ConfigError.exit_status if counts[Level.ERROR] else 0


def _show(findings: tuple[Finding, ...], counts: dict[str, int]) -> None:
    width = max((len(finding.area) for finding in findings), default=0)
    for finding in findings:
        margin = f"{finding.level.upper():<8} {finding.area:<{width}}  "
        print(f"{margin}{finding.subject}: {finding.problem}")
        print(f"{' ' * len(margin)}next: {finding.next_step}")
    print(f"{counts['error']} errors, {counts['warning']} warnings, {counts['info']} remarks")
