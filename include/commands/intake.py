"""`holdpoint intake`: what a payload becomes, without sending it anywhere."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from include.catalogue.catalogue import Catalogue
    from include.contracts.alert import Alert
    from include.contracts.catalogue import AlertSource


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "intake",
        help="show the canonical alerts of a payload",
        description="Parse a monitoring system's payload as the webhook would, and show the canonical alerts. "
        "Nothing is stored or sent. A payload that cannot be understood is an error, with exit status 2.",
        epilog="Recorded payloads are old, so the sender's clock is checked only when --at says when it was received.",
    )
    parser.add_argument("file", metavar="FILE", help="the payload as posted; - reads standard input")
    parser.add_argument(
        "--source", required=True, metavar="NAME", help="an alert source of sources.yaml; case, - and _ make no difference"
    )
    parser.add_argument("--at", metavar="TIME", help="when it was received, RFC 3339 with zone (default: now, clock not checked)")
    parser.add_argument("--json", action="store_true", help='print {"alerts": [...]} instead of a table')
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    """Print the alerts; BadInput on what cannot be understood, ConfigError when the catalogue does not load."""
    import json
    from datetime import UTC, datetime

    from include.alerts.parse import parse
    from include.catalogue.loader import load_catalogue

    catalogue = load_catalogue()
    source = find_source(catalogue, args.source)
    received_at = given_time(args.at) or datetime.now(UTC)
    body = read_payload(args.file, catalogue.settings.max_body_bytes)
    alerts = parse(body, source, catalogue.settings, received_at=received_at, check_clock=args.at is not None)
    if args.json:
        print(json.dumps({"alerts": [alert.to_json() for alert in alerts]}, indent=2))
    else:
        _print_table(alerts)
    return 0


def find_source(catalogue: Catalogue, name: str) -> AlertSource:
    """The source of that name; case, `-` and `_` make no difference, since people type `New-Relic`. BadInput otherwise."""
    from include.contracts.errors import BadInput

    found = catalogue.sources.get(name) or {_folded(own): row for own, row in catalogue.sources.items()}.get(_folded(name))
    if found is None:
        known = ", ".join(sorted(catalogue.sources))
        raise BadInput(f"There is no alert source {name[:100]!r}.", next_step=f"use one of: {known}; or add it to sources.yaml")
    return found


def _folded(name: str) -> str:
    return name.strip().casefold().replace("-", "").replace("_", "")


def given_time(text: str | None) -> datetime | None:
    """What `--at` says, None where it was not given; BadInput for what is no time."""
    from include.alerts.times import read_time
    from include.contracts.errors import BadInput

    if text is None:
        return None
    found = read_time(text, "--at")
    if found is None:
        raise BadInput("--at states no time.", next_step="write it like 2026-11-02T09:30:00Z")
    return found


def read_payload(name: str, limit: int) -> bytes:
    """A file, or standard input for `-`: at most one byte more than the limit, so that a longer one is refused as what it is
    without being held in memory. BadInput where it cannot be read."""
    import sys

    from include.contracts.errors import BadInput

    if name == "-":
        return sys.stdin.buffer.read(limit + 1)
    try:
        with open(name, "rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise BadInput(f"{name!r} cannot be read: {reason}.", next_step="name a payload file, or - for standard input") from error


def _print_table(alerts: Sequence[Alert]) -> None:
    import io
    import sys

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # titles come in any script, terminals do not show them all
    if not alerts:
        print("No alert: the post is understood and carries none.")
        return
    rows = [("STATUS", "SEVERITY", "SERVICE", "ENVIRONMENT", "STARTED", "TITLE")]
    rows += [
        (
            alert.status.value,
            alert.severity.value,
            alert.service or "-",
            alert.environment or "-",
            alert.started_at.strftime("%Y-%m-%d %H:%M:%SZ"),
            alert.title,
        )
        for alert in alerts
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for position, row in enumerate(rows):
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[5]]))
        for note in alerts[position - 1].notes if position else ():
            print(f"  note: {note}")
