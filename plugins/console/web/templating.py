"""Templates: escaped always, strict about names; times in the reader's zone and in UTC."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.contracts.reads import stamp
from include.drafting.templates import TEMPLATES as DRAFT_TEMPLATES
from include.drafting.times import both, zone

HERE = Path(__file__).resolve().parent.parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    """The console's templates; the brief's own come from where it is drawn for mail and files, so that it is one."""
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", DRAFT_TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["words"] = words
    made.filters["span"] = span
    made.filters["seconds"] = seconds
    return made


def words(name: str) -> str:
    """`not_asked` for a person: `not asked`."""
    return name.replace("_", " ")


def span(seconds: int) -> str:
    """How long, in its two largest units: `2 d 3 h`, `3 h 59 min`, `4 min`; below a minute `< 1 min`."""
    minutes = max(0, seconds) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (rest, "min")]
    said = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(said[:2]) if said else "< 1 min"


def seconds(taken: int | None) -> str:
    """How long something took: `45 s`, below two minutes; else as `span` says it; `–` where nobody knows."""
    return "–" if taken is None else f"{taken} s" if taken < 120 else span(taken)


def clock(time_zone: str) -> Callable[[datetime], Markup]:
    """What templates call `when`: a `<time>` element with the reader's time, and UTC."""
    reader = zone(time_zone)

    def when(at: datetime) -> Markup:
        local, zones, utc = both(at.replace(microsecond=0), reader).partition(" (")
        beside = Markup(' <span class="utc">({}</span>').format(utc) if zones else ""
        return Markup('<time datetime="{}">{}{}</time>').format(stamp(at), local, beside)

    return when


def asset(root: str) -> Callable[[str], str]:
    """What templates call `asset`: the address of a file of ours, which changes with its content."""
    return lambda name: f"{root}/static/{name}?v={_digest(name)}"


@lru_cache(maxsize=64)
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def render(template: str, **values: Any) -> str:
    return environment().get_template(template).render(**values)
