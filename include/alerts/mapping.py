"""Mapping files: one YAML file a monitoring system. Found beside the configuration first, then among those shipped."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from include.alerts.expression import Expression, compile_expression
from include.catalogue.loader import config_folder
from include.catalogue.strict_yaml import load_yaml
from include.contracts.alert_mapping import AlertMapping, Rule
from include.contracts.errors import ConfigError

FOLDER = "alert_sources"
SHIPPED = Path(__file__).parent.parent / "catalogue" / FOLDER


@dataclass(frozen=True)
class CompiledMapping:
    """A mapping with its expressions compiled: `expressions` by field name, and the file's own `accepts`, `no_alert`, `each`."""

    mapping: AlertMapping
    expressions: Mapping[str, Expression]


def mapping_names() -> tuple[str, ...]:
    """The names of all mapping files, sorted."""
    return tuple(sorted({path.stem for folder in _folders() for path in Path(folder).glob("*.yaml")}))


def find_mapping(name: str) -> CompiledMapping | None:
    """The mapping of that name, compiled once for each version of its file; None when there is no such file.

    :raises ConfigError: naming file and field
    """
    for folder in _folders():
        path = f"{folder}/{name}.yaml"  # asked for each post: a path object would cost more than the file system
        try:
            info = os.stat(path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            continue
        if stat.S_ISREG(info.st_mode):
            return _load(path, info.st_mtime_ns, info.st_size)
    return None


def _folders() -> tuple[str, str]:
    return f"{config_folder()}/{FOLDER}", str(SHIPPED)


@lru_cache(maxsize=64)
def _load(path_name: str, modified: int, size: int) -> CompiledMapping:
    del modified, size  # part of the cache key only
    path = Path(path_name)
    return compile_mapping(load_yaml(path.read_bytes(), path.name), path)


def compile_mapping(raw: Any, path: Path) -> CompiledMapping:
    """Check and compile what a mapping file says; ConfigError names every field that is missing, unknown or wrong."""
    try:
        mapping = AlertMapping.model_validate_json(json.dumps(_written_out(raw), allow_nan=False))
    except ValidationError as error:
        raise _error(path, [f"{_location(detail['loc'])}: {detail['msg']}" for detail in error.errors()]) from error
    except (TypeError, ValueError) as error:
        raise _error(path, [str(error)]) from error
    problems: list[str] = []
    if mapping.name != path.stem:
        problems.append(f"name: {mapping.name!r} must be the file's own name, {path.stem!r}")
    expressions: dict[str, Expression] = {}
    for field, text in _expressions(mapping):
        try:
            expressions[field] = compile_expression(text)
        except ValueError as error:
            problems.append(f"{field}: {error}")
    if problems:
        raise _error(path, problems)
    return CompiledMapping(mapping, expressions)


def _written_out(raw: Any) -> Any:
    """The file with every short rule in full."""
    if not isinstance(raw, dict) or not isinstance(raw.get("fields"), dict):
        return raw
    rules = {name: {"from": rule} if isinstance(rule, str) else rule for name, rule in raw["fields"].items()}
    return {**raw, "fields": rules}


def _expressions(mapping: AlertMapping) -> Iterator[tuple[str, str]]:
    for name in ("accepts", "no_alert", "each"):
        text = getattr(mapping, name)
        if text is not None:
            yield name, text
    for name in type(mapping.fields).model_fields:
        rule = getattr(mapping.fields, name)
        if isinstance(rule, Rule):
            yield f"fields.{name}", rule.expression


def _location(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or "file"


def _error(path: Path, problems: list[str]) -> ConfigError:
    shown = "; ".join(problems[:20])
    return ConfigError(
        f"The alert mapping {path.name} does not load: {shown}.",
        next_step=f"correct {path.name}; docs/alerts.md describes the format",
    )
