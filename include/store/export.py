"""The whole ledger as text, one JSON object a line, which `verify_export` can check without the store.

The first line is `{"holdpoint_ledger": 1, "store": "store_…"}`, the last `{"entries": N}`, so that a file cut short is
noticed. Each line between is an entry's nine columns and `payload`: null, `{"salt", "body"}` or `{"erased": SEQ}`.
`salt` is hexadecimal; `body` is the canonical JSON as a string, byte for byte (bytes that are no UTF-8, which only
tampering brings, as lone surrogates).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, create_engine

from include.contracts.errors import BadInput, Conflict, NotFound
from include.store.checkpoint import Checkpoint
from include.store.database import Store
from include.store.faults import Row
from include.store.files import new_file
from include.store.ledger import store_id
from include.store.report import LedgerReport
from include.store.verify import PAGE, any_bytes, rows, verify_snapshot

FORMAT = 1
_COLUMNS = ("seq", "at", "actor", "kind", "subject", "run", "payload_digest", "prev_hash", "hash")
_AGAIN = "Export again; if the file comes from elsewhere, fetch it again."
# No types and no keys: what the file says is to be judged by the verification, not by the table it passes through.
_LEDGER = f"CREATE TABLE ledger (seq INTEGER, {', '.join(_COLUMNS[1:])})"
_NOT_DURABLE = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")  # it is thrown away
_PAYLOAD = "CREATE TABLE payload (seq INTEGER, salt, body, erased)"


def export(store: Store, file: TextIO) -> int:
    """Write the ledger to `file` and return how many entries it holds. Nothing is verified: a broken ledger is evidence too."""
    count = 0
    with store.read() as conn, any_bytes(conn):
        write_line(file, {"holdpoint_ledger": FORMAT, "store": store_id(conn)})
        for page in rows(conn):
            for row in page:
                write_line(file, entry_to_json(row))
            count += len(page)
    write_line(file, {"entries": count})
    return count


def export_to(store: Store, path: Path) -> int:
    """`export` to a new file that only its owner can read.

    :raises Conflict: the file exists
    :raises BadInput: it cannot be written
    """
    try:
        with new_file(path, 0o600) as file:
            return export(store, file)
    except FileExistsError:
        raise Conflict(f"{path} exists and is not overwritten.", next_step="Name another file.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.", next_step="Name a file you may write.") from error


def verify_export(path: Path, checkpoints: Sequence[Checkpoint] = ()) -> LedgerReport:
    """Verify an exported file as `verify` does a store, by way of a temporary database.

    :raises NotFound: there is no such file
    :raises BadInput: it is no export, or was cut short; says which line
    """
    with tempfile.TemporaryDirectory(prefix="holdpoint-") as folder:
        engine = create_engine(f"sqlite:///{folder}/export.db")
        try:
            with engine.begin() as conn:
                _load(path, conn)
                return verify_snapshot(conn, checkpoints=checkpoints)
        finally:
            engine.dispose()


def write_line(file: TextIO, value: dict[str, Any]) -> None:
    """One JSON object and a line feed."""
    file.write(json.dumps(value, separators=(",", ":")) + "\n")


def entry_to_json(row: Row) -> dict[str, Any]:
    """An entry's line: its nine columns, then `payload`."""
    stored_for, salt, body, erased = row[9:13]
    columns = dict(zip(_COLUMNS, map(_text, row), strict=False))
    if stored_for is None:
        return columns | {"payload": None}
    if salt is None and body is None:
        return columns | {"payload": {"erased": erased}}
    kept = {"salt": salt.hex() if isinstance(salt, bytes) else salt, "body": _text(body)}
    return columns | {"payload": kept if erased is None else kept | {"erased": erased}}


def _text(cell: Any) -> Any:
    return cell.decode("utf-8", "surrogateescape") if isinstance(cell, bytes) else cell


def _load(path: Path, conn: Connection) -> None:
    for statement in (*_NOT_DURABLE, _LEDGER, _PAYLOAD):
        conn.exec_driver_sql(statement)
    try:
        with path.open(encoding="utf-8") as file:
            for ledger_rows, payload_rows in _pages(file):
                _insert(conn, f"INSERT INTO ledger VALUES ({', '.join('?' * 9)})", ledger_rows)  # noqa: S608
                _insert(conn, "INSERT INTO payload VALUES (?, ?, ?, ?)", payload_rows)
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}.", next_step="Name a file written by ledger export.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text.", next_step=_AGAIN) from error
    conn.exec_driver_sql("CREATE INDEX ledger_seq ON ledger (seq)")
    conn.exec_driver_sql("CREATE INDEX payload_seq ON payload (seq)")


def _insert(conn: Connection, statement: str, values: list[tuple[Any, ...]]) -> None:
    if values:
        conn.exec_driver_sql(statement, values)


def _pages(file: TextIO) -> Iterator[tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
    """Rows for the two tables, a page at a time; BadInput with the line's number where a line is not as it should be."""
    entries: list[tuple[Any, ...]] = []
    payloads: list[tuple[Any, ...]] = []
    number, count, end = 0, 0, None
    for number, line in enumerate(file, 1):
        value = parse_line(line, number)
        if number == 1:
            require(value.get("holdpoint_ledger") == FORMAT, number, "it is not the first line of a ledger's export")
        elif end is None and value.keys() == {"entries"}:
            end = value["entries"]
        else:
            entry, payload = entry_from_json(value, number)
            entries.append(entry)
            payloads += payload
            count += 1
        if len(entries) == PAGE:
            yield entries, payloads
            entries, payloads = [], []
    yield entries, payloads
    require(end == count, number + 1, f"the file ends after {count} entries, and does not say that these are all")


def parse_line(line: str, number: int) -> dict[str, Any]:
    """The object of one line; BadInput, with its number, for what is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    require(isinstance(value, dict), number, "it is not a JSON object")
    return dict(value or {})


def entry_from_json(value: dict[str, Any], number: int) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """The cells of an entry's line: its nine columns, and its payload's row, where it has one. BadInput for any other line."""
    payload = value.get("payload")
    require(value.keys() == {*_COLUMNS, "payload"}, number, f"it must have exactly {', '.join(_COLUMNS)} and payload")
    require(all(isinstance(value[name], str) for name in _COLUMNS[1:]), number, "a column is not text")
    require(_is_row_id(value["seq"]), number, "seq is not a number of an entry")
    entry = (value["seq"], *(_cell(value[name]) for name in _COLUMNS[1:]))
    if payload is None:
        return entry, []
    require(isinstance(payload, dict) and payload.keys() <= {"salt", "body", "erased"}, number, "payload is not one")
    require(payload.get("erased") is None or _is_row_id(payload["erased"]), number, "erased is not a number of an entry")
    salt, body = (payload.get(name) for name in ("salt", "body"))
    try:
        kept = (None if salt is None else bytes.fromhex(salt), None if body is None else body.encode("utf-8", "surrogateescape"))
    except (TypeError, ValueError, AttributeError):
        raise bad_line(number, "salt is not hexadecimal, or body is not text") from None
    return entry, [(value["seq"], *kept, payload.get("erased"))]


def _is_row_id(value: Any) -> bool:
    return type(value) is int and abs(value) < 2**63


def _cell(text: str) -> str | bytes:
    """Text that is no Unicode goes in as bytes, which no hash accepts."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def require(holds: bool, number: int, problem: str) -> None:
    """BadInput about line `number` unless it holds."""
    if not holds:
        raise bad_line(number, problem)


def bad_line(number: int, problem: str) -> BadInput:
    return BadInput(f"Line {number} of the export: {problem}.", next_step=_AGAIN)
