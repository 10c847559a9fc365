"""Does this post come from the source it says? Decided over the raw bytes, in constant time, before anything is parsed.

A source whose secret cannot be found is denied: an empty or missing secret never matches. No check protects against the replay
of a captured post by itself; the clock tolerance, the fingerprint and the incident's correlation make a replay harmless.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from include.alerts.sns import SnsKind, verify_sns
from include.alerts.sns_certificates import CertificateSource
from include.contracts.catalogue import AlertSource, SourceAuth
from include.contracts.errors import Denied

MAX_SECRET_BYTES = 64_000
_HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class Authenticated:
    """What was proved. `kind` is `post`, or the kind of SNS message; `subscribe_url` only for a subscription that may be
    confirmed: its topic is allow-listed, its signature right, its host Amazon's. Nothing here visits it."""

    kind: Literal["post"] | SnsKind = "post"
    topic: str | None = None
    subscribe_url: str | None = None


def authenticate(
    source: AlertSource,
    headers: Mapping[str, str],
    body: bytes,
    *,
    secrets: Mapping[str, str],
    certificates: CertificateSource | None = None,
) -> Authenticated:
    """Check one post.

    :param headers: as received; names are compared without case, a name that stands twice counts for nothing
    :param body: the whole body, unaltered
    :param secrets: where `secret_env` is looked up: the environment
    :param certificates: for SNS, where signing certificates come from (default: fetched over HTTPS, cached)
    :raises Denied: on anything wrong; the message says what, for the operator, and never goes to the sender
    """
    if source.auth.kind == "sns":
        message = verify_sns(source, body, certificates=certificates)
        return Authenticated(message.kind, message.topic, message.subscribe_url)
    secret = _required_secret(source, secrets)
    if not _CHECKS[source.auth.kind](source.auth, headers, body, secret):
        raise Denied(
            f"The post to the source {source.name} does not prove that it comes from it.",
            next_step=f"compare the secret and the headers that the sender uses with the row {source.name} of sources.yaml",
        )
    return Authenticated()


def secret_of(auth: SourceAuth, environ: Mapping[str, str]) -> bytes | None:
    """The shared secret: the environment variable if it is set and not blank, else the file's content without outer space.

    None when there is neither, or when what is there is blank or cannot be read.
    """
    value = environ.get(auth.secret_env, "").strip() if auth.secret_env else ""
    if value:
        return value.encode("utf-8", "surrogateescape")
    if not auth.secret_file:
        return None
    try:
        with Path(auth.secret_file).open("rb") as file:
            return file.read(MAX_SECRET_BYTES).strip() or None
    except (OSError, ValueError):
        return None


def _required_secret(source: AlertSource, environ: Mapping[str, str]) -> bytes:
    secret = secret_of(source.auth, environ)
    if secret is not None:
        return secret
    ways = []
    if source.auth.secret_env:
        ways.append(f"set the environment variable {source.auth.secret_env}")
    if source.auth.secret_file:
        ways.append(f"put the secret into {source.auth.secret_file}, readable for this process")
    raise Denied(
        f"The source {source.name} has no secret here, so nothing can prove that it comes from it.",
        next_step=" or ".join(ways) or f"give the row {source.name} of sources.yaml a secret_env or a secret_file",
    )


def _header(headers: Mapping[str, str], name: str) -> bytes | None:
    """The raw bytes of a header that stands exactly once. Servers hand headers over as Latin-1."""
    values = [value for key, value in headers.items() if key.lower() == name.lower()]
    if len(values) != 1:
        return None
    try:
        return values[0].strip().encode("latin-1")
    except UnicodeEncodeError:
        return None


def _bearer(auth: SourceAuth, headers: Mapping[str, str], body: bytes, secret: bytes) -> bool:
    """`Authorization: Bearer <secret>` (RFC 6750), or `<header>: <prefix><secret>` for senders that have another header."""
    del body
    if auth.header is None:
        scheme, _, token = (_header(headers, "Authorization") or b"").partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), secret)
    value = _header(headers, auth.header) or b""
    prefix = auth.prefix.encode()
    return value.startswith(prefix) and hmac.compare_digest(value[len(prefix) :], secret)


def _hmac_sha256(auth: SourceAuth, headers: Mapping[str, str], body: bytes, secret: bytes) -> bool:
    value = (_header(headers, auth.header) or b"").decode("latin-1") if auth.header else ""
    return value.startswith(auth.prefix) and _is_mac(value[len(auth.prefix) :], body, secret)


def _pagerduty_v3(auth: SourceAuth, headers: Mapping[str, str], body: bytes, secret: bytes) -> bool:
    """`X-PagerDuty-Signature: v1=<hex>[,v1=<hex>…]`: several while a secret is rotated; one that matches is enough.

    Format: https://developer.pagerduty.com/docs/verifying-webhook-signatures
    """
    del auth
    value = (_header(headers, "X-PagerDuty-Signature") or b"").decode("latin-1")
    candidates = [part.strip() for part in value.split(",", 20)[:20]]
    return any([_is_mac(part[3:], body, secret) for part in candidates if part.startswith("v1=")])


def _is_mac(candidate: str, body: bytes, secret: bytes) -> bool:
    expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
    well_formed = _HEX_SHA256.fullmatch(candidate) is not None
    return hmac.compare_digest(candidate.lower().encode("latin-1"), expected.encode()) and well_formed


_CHECKS: Mapping[str, Callable[[SourceAuth, Mapping[str, str], bytes, bytes], bool]] = {
    "bearer": _bearer,
    "hmac_sha256": _hmac_sha256,
    "pagerduty_v3": _pagerduty_v3,
}
