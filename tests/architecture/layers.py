"""Who may import whom: the one table. `directions.py` holds the code to it, the design's map says the same in words.

A *room* is the part of the tree whose dotted name starts with the room's. A file that stands in no room is a violation, so that a
new folder cannot slip in unseen: add it here, in its place, and to the map.
"""

from __future__ import annotations

TOPS = ("dags", "include", "lab", "plugins", "writer")

# From the top down. A room may import itself and every room of a lower line, never a room of its own line.
CHAIN: tuple[tuple[str, ...], ...] = (
    ("dags",),
    ("plugins.operators", "plugins.sensors"),
    ("plugins.triggers",),
    ("plugins.hooks",),
    ("include.asking",),
    ("include.cab", "include.fleet", "include.reviewing"),
    ("include.triage",),
    (
        "include.alerts",
        "include.changes",
        "include.delivery",
        "include.diagnosis",
        "include.drafting",
        "include.evidence",
        "include.retrieval",
        "include.script_review",
        "include.trace",
    ),
    ("include.holds",),
    ("include.policy",),
    ("include.store",),
    ("include.catalogue",),
    ("include.telemetry",),
    ("include.contracts",),
)


def _from(room: str) -> tuple[str, ...]:
    """The room, its neighbours and all below them."""
    start = next(number for number, line in enumerate(CHAIN) if room in line)
    return tuple(name for line in CHAIN[start:] for name in line)


# Entrances beside the chain, and what each may import, itself aside.
BESIDE: dict[str, tuple[str, ...]] = {
    "include.cli": ("include.commands", "include.contracts"),
    "include.commands": ("include.doctor", *_from("include.asking")),
    "include.doctor": _from("include.cab"),
    "plugins.holdpoint_plugin": ("plugins.console", "plugins.operators.preload"),
    "plugins.operators.preload": _from("plugins.hooks"),
    "plugins.console": ("include.doctor", "plugins.hooks", *_from("include.asking")),
    "writer": _from("include.holds"),
    "lab": _from("include.cab"),
}

# Rooms, and modules in them, that only those named may import. A test may import anything.
IMPORTED_BY: dict[str, tuple[str, ...]] = {
    "dags": (),
    "writer": (),  # the only code that changes production is a process of its own, not a library (H1)
    "lab": (),
    "include.cli": (),
    "include.commands": ("include.cli",),
    "include.doctor": ("include.commands", "plugins.console"),
    "plugins.holdpoint_plugin": (),
    "plugins.console": ("plugins.holdpoint_plugin",),
    "plugins.operators.preload": ("plugins.holdpoint_plugin",),
    "plugins.hooks.low_impact": ("plugins.operators.low_impact_write",),
}
# One file, one workflow: Airflow loads DAG files under a mangled name, so one cannot be another's library.
LONERS = ("dags",)

# Packages that a top folder never imports, and rooms that import nothing but the standard library and these.
NEVER: dict[str, tuple[str, ...]] = {"include": ("airflow", "airflow_shared"), "writer": ("airflow", "airflow_shared")}
ONLY: dict[str, tuple[str, ...]] = {"include.contracts": ("pydantic",)}
# Where a dynamic import must show what it imports, at least by a prefix.
NO_OPAQUE_IMPORT = ("include", "writer")

# H1: the drafters, and whatever talks to a model, reach no hook, no delivery, no write.
MODEL_FACING = ("include.drafting",)
MODEL_CLIENTS = (
    "airflow.providers.anthropic",
    "airflow.providers.common.ai",
    "airflow.providers.openai",
    "anthropic",
    "google.genai",
    "langchain",
    "litellm",
    "llama_cpp",
    "mistralai",
    "ollama",
    "openai",
    "pydantic_ai",
    "transformers",
)
OUT_OF_REACH = (
    "include.delivery",
    "plugins.hooks",
    "plugins.operators.gated_write",
    "plugins.operators.low_impact_write",
    "writer",
)
# Say where the store is, and what an error means to Airflow; every operator's base needs them.
IN_REACH = ("plugins.hooks.errors", "plugins.hooks.record", "plugins.hooks.store")
TOOL_CONTRACTS = "include.contracts.tools"


def within(name: str, room: str) -> bool:
    """Is this dotted name the room's own, or below it?"""
    return name == room or name.startswith(room + ".")


def top_of(name: str) -> str:
    """`include` of `include.store.ledger`."""
    return name.partition(".")[0]


def room_of(name: str) -> str | None:
    """The room a module stands in; None when it stands in none."""
    return max((room for room in ROOMS if within(name, room)), key=len, default=None)


def may_import(room: str) -> frozenset[str]:
    """The other rooms that a room may import."""
    if room in BESIDE:
        return frozenset(BESIDE[room])
    here = next(number for number, line in enumerate(CHAIN) if room in line)
    return frozenset(name for line in CHAIN[here + 1 :] for name in line)


ROOMS = tuple(name for line in CHAIN for name in line) + tuple(BESIDE)
