"""Load the catalogue: YAML files of one folder, an overlay per environment on top, every reference checked.

    HOLDPOINT_CONFIG    the folder (default: the example beside this file)
    HOLDPOINT_OVERLAY   the name of a folder `overlays/<name>` below it (optional)

An overlay's file replaces rows by name and adds new ones. `revision` is SHA-256 over all bytes read, in path order, so that
what was decided can be traced to the configuration it was decided by.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from include.catalogue.catalogue import Catalogue
from include.catalogue.references import check_references
from include.catalogue.strict_yaml import load_yaml
from include.contracts.catalogue import (
    AlertSource,
    ApprovalRule,
    ApprovalSource,
    Channel,
    ClassificationLevel,
    EscalationChain,
    Freeze,
    Grant,
    Person,
    RaciRow,
    Rota,
    Service,
    Settings,
)
from include.contracts.change_desk import ChangeDesk
from include.contracts.errors import ConfigError
from include.contracts.repository import Repository

EXAMPLE = Path(__file__).with_name("example")
LOOK_EVERY_S = 0.5

# file stem -> the model of its rows. The order is the order in which problems are reported.
TABLES: Mapping[str, type[Any]] = {
    "classifications": ClassificationLevel,
    "people": Person,
    "rotas": Rota,
    "channels": Channel,
    "escalations": EscalationChain,
    "services": Service,
    "raci": RaciRow,
    "grants": Grant,
    "sources": AlertSource,
    "approval_sources": ApprovalSource,
    "approvals": ApprovalRule,
    "freezes": Freeze,
    "change_desks": ChangeDesk,
    "repositories": Repository,
}


def config_folder() -> Path:
    """The folder the configuration comes from; ConfigError when HOLDPOINT_CONFIG names none."""
    name = os.environ.get("HOLDPOINT_CONFIG") or str(EXAMPLE)
    if not os.path.isdir(name):
        raise ConfigError(
            f"HOLDPOINT_CONFIG names {name!r}, which is not a folder.",
            next_step="set HOLDPOINT_CONFIG to a folder with services.yaml, people.yaml and the other tables, or unset it",
        )
    return _path(name)


_path = lru_cache(maxsize=8)(Path)  # asked for each post of a storm: to make one takes longer than to look at the folder


def load_catalogue(folder: Path | None = None, overlay: str | None = None) -> Catalogue:
    """Read and check everything.

    :param folder: default `config_folder()`
    :param overlay: default HOLDPOINT_OVERLAY, none when unset
    :raises ConfigError: naming file, row and field of every problem found
    """
    folder = folder or config_folder()
    overlay = os.environ.get("HOLDPOINT_OVERLAY") if overlay is None else overlay
    found = _looked(folder, overlay or "", int(time.monotonic() / LOOK_EVERY_S))
    if isinstance(found, ConfigError):
        raise ConfigError(found.message, next_step=found.next_step)  # a new one: raised again and again, one would only grow
    return found


@lru_cache(maxsize=8)
def _looked(folder: Path, overlay: str, tick: int) -> Catalogue | ConfigError:
    """What the folder holds now, or why that does not load: looked at once in LOOK_EVERY_S, not for each alert of a storm."""
    del tick  # part of the cache key only
    try:
        return _load(str(folder), overlay, _stamp(folder))
    except ConfigError as error:
        return error.with_traceback(None)
    except OSError as error:  # a file that is being replaced, or that we may not read
        return ConfigError(
            f"The catalogue in {folder} cannot be read: {error}.",
            next_step="let this process read every file of the folder, then run ./holdpoint doctor",
        )


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the files, so that an edit is seen and an unchanged folder is not read again."""
    found = sorted(path for path in folder.rglob("*.yaml") if path.is_file())  # an editor's lock may be a link to nothing
    return tuple((str(path), (info := path.stat()).st_size, info.st_mtime_ns) for path in found)


@lru_cache(maxsize=8)
def _load(folder_name: str, overlay: str, stamp: tuple[tuple[str, int, int], ...]) -> Catalogue:
    del stamp  # part of the cache key only
    folder = Path(folder_name)
    layers = [folder]
    if overlay:
        layers.append(folder / "overlays" / overlay)
        if not layers[-1].is_dir():
            raise ConfigError(
                f"The overlay {overlay!r} does not exist below {folder_name!r}.",
                next_step=f"create overlays/{overlay}/ there or unset HOLDPOINT_OVERLAY",
            )
    digest = hashlib.sha256()
    problems: list[str] = []
    tables = {stem: _table(layers, stem, model, digest, problems) for stem, model in TABLES.items()}
    settings = _settings(layers, digest, problems)
    if problems or settings is None:
        raise _error(problems)
    catalogue = Catalogue(folder=folder, settings=settings, revision=digest.hexdigest(), tables=tables)
    problems = check_references(catalogue)
    if problems:
        raise _error(problems)
    return catalogue


def _error(problems: list[str]) -> ConfigError:
    shown = "\n  - ".join(problems[:50])
    more = f"\n  … and {len(problems) - 50} more" if len(problems) > 50 else ""
    return ConfigError(
        f"The catalogue does not load:\n  - {shown}{more}\n", next_step="correct these rows, then run ./holdpoint doctor"
    )


def _read(path: Path, digest: Any, problems: list[str]) -> Any:
    data = path.read_bytes()
    digest.update(len(data).to_bytes(8, "big") + data)
    try:
        return load_yaml(data, path.name)
    except ConfigError as error:
        problems.append(error.message)
        return None


def _table(layers: list[Path], stem: str, model: type[Any], digest: Any, problems: list[str]) -> tuple[Any, ...]:
    rows: dict[str, Any] = {}
    for layer in layers:
        path = layer / f"{stem}.yaml"
        if not path.is_file():
            if layer is layers[0]:
                problems.append(f"{stem}.yaml is missing")
            continue
        names: set[str] = set()
        raw = _read(path, digest, problems)
        if not isinstance(raw, list):
            problems.append(f"{path.name}: a list of rows is expected")
            continue
        for position, item in enumerate(raw, 1):
            row = _row(model, item, f"{path.name} row {position}", problems)
            if row is None:
                continue
            key = f"{row.kind}:{row.name}" if isinstance(row, RaciRow) else str(row.name)
            if key in names:
                problems.append(f"{path.name} row {position}: {key!r} stands there twice")
            names.add(key)
            rows[key] = row
    return tuple(rows.values())


def _row(model: type[Any], item: object, where: str, problems: list[str]) -> Any:
    name = item.get("name", "") if isinstance(item, dict) else ""
    try:
        # Through JSON, so that strict models take ISO dates and lists where YAML has no types of its own for them.
        return TypeAdapter(model).validate_json(_dumps(item))
    except (ValidationError, ValueError) as error:
        details = error.errors() if isinstance(error, ValidationError) else [{"loc": (), "msg": str(error)}]
        for detail in details:
            field = ".".join(map(str, detail["loc"])) or "row"
            problems.append(f"{where} ({name or 'unnamed'}): {field}: {detail['msg']}")
        return None


def _dumps(item: object) -> str:
    import json

    return json.dumps(item, allow_nan=False)


def _settings(layers: list[Path], digest: Any, problems: list[str]) -> Settings | None:
    merged: dict[str, Any] = {}
    for layer in layers:
        path = layer / "settings.yaml"
        if path.is_file():
            raw = _read(path, digest, problems)
            if isinstance(raw, dict):
                merged |= raw
            elif raw is not None:
                problems.append("settings.yaml: a mapping is expected")
    row: Settings | None = _row(Settings, merged, "settings.yaml", problems)
    return row
