"""Our own fingerprint of an alert, scoped to its source: two sources can never speak about the same alert (H11)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

_DOMAIN = "holdpoint.alert.fingerprint.v1"


def fingerprint(source: str, identity: Iterable[str]) -> str:
    """SHA-256, hexadecimal, over the source's name and its own identity of the alert.

    Status, time and severity take no part, so that firing and resolved of one alert share it. Every part is preceded by its
    length, so that no two different lists of parts are the same bytes.

    :param identity: texts as the source sent them, lone surrogates included
    """
    digest = hashlib.sha256()
    for part in (_DOMAIN, source, *identity):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def label_identity(labels: Mapping[str, str]) -> tuple[str, ...]:
    """Identity by labels, for senders that state no fingerprint; the order of the labels does not matter."""
    return ("labels", *(part for name in sorted(labels) for part in (name, labels[name])))
