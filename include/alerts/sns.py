"""Signatures of Amazon SNS messages, as https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html says.

The topic is checked before the certificate is fetched, so that a stranger cannot make this process fetch anything. AWS's scheme
rests on HTTPS to an Amazon host for the certificate; the certificate's own chain is not verified by it, nor here. What is
checked besides: the certificate names SNS, is within its validity, and has an RSA key of at least 2048 bits.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

from include.alerts.limits import load_json
from include.alerts.sns_certificates import CertificateSource, default_certificates
from include.alerts.unreadable import Unreadable
from include.contracts.catalogue import AlertSource
from include.contracts.errors import Denied

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

SnsKind = Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]

MAX_BYTES = 4_000_000
MAX_DEPTH = 8
MIN_KEY_BITS = 2_048
_HOST = r"sns\.[a-z]{2}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?"
# The whole URL at once: no parser stands between what is checked and what is fetched, so no difference can be used.
_CERTIFICATE_URL = re.compile(rf"https://{_HOST}/SimpleNotificationService-[0-9A-Za-z]{{1,64}}\.pem")
_SUBSCRIBE_URL = re.compile(rf"https://{_HOST}/\?Action=ConfirmSubscription&[0-9A-Za-z%&=._:+-]{{1,1500}}")
_CERTIFICATE_NAME = re.compile(r"sns(?:\.[a-z0-9-]{1,30})?\.amazonaws\.com(?:\.cn)?")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}


@dataclass(frozen=True)
class SnsMessage:
    """A message whose signature is right."""

    kind: SnsKind
    topic: str
    subscribe_url: str | None


def verify_sns(source: AlertSource, body: bytes, *, certificates: CertificateSource | None = None) -> SnsMessage:
    """Check one SNS post to `source`; Denied on anything wrong."""
    message = _fields(source, body)
    kind, topic = message.get("Type", ""), message.get("TopicArn", "")
    if kind not in _SIGNED:
        raise _denied(source, "is not an SNS message")
    # Every allowed topic is compared, each in constant time: how long it takes says nothing about the list.
    if not any([hmac.compare_digest(topic.encode(), allowed.encode()) for allowed in source.auth.topics]):
        raise _denied(source, "comes from a topic that is not in auth.topics")
    url = message.get("SigningCertURL", "")
    if not _CERTIFICATE_URL.fullmatch(url):
        raise _denied(source, "names a signing certificate that is not on an SNS host of Amazon")
    key = _key(source, (certificates or default_certificates())(url))
    if not _is_signed(message, _SIGNED[kind], key):
        raise _denied(source, "has a wrong signature")
    subscribe_url = message.get("SubscribeURL", "") if kind == "SubscriptionConfirmation" else ""
    return SnsMessage(cast(SnsKind, kind), topic, subscribe_url if _SUBSCRIBE_URL.fullmatch(subscribe_url) else None)


def _fields(source: AlertSource, body: bytes) -> dict[str, str]:
    """The texts of the message. Nothing here decides by anything that is not a text, so the rest is dropped."""
    try:
        message = load_json(body, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except Unreadable as error:
        raise _denied(source, "is not JSON") from error
    if not isinstance(message, dict):
        raise _denied(source, "is not an SNS message")
    texts = {name: value for name, value in message.items() if isinstance(value, str)}
    try:
        "".join(texts.values()).encode()
    except UnicodeEncodeError as error:
        raise _denied(source, "holds text that is not Unicode") from error
    return texts


def _is_signed(message: Mapping[str, str], names: tuple[str, ...], key: RSAPublicKey) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    # SHA-1 is what SNS uses unless the topic's owner set SignatureVersion 2; forging it needs a second pre-image.
    algorithms: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
    algorithm = algorithms.get(message.get("SignatureVersion", ""))
    if algorithm is None or any(name not in message for name in names if name != "Subject"):
        return False
    signed = "".join(f"{name}\n{message[name]}\n" for name in names if name in message).encode()
    try:
        key.verify(base64.b64decode(message.get("Signature", ""), validate=True), signed, PKCS1v15(), algorithm)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _key(source: AlertSource, pem: bytes) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    certificate = _certificate(pem)
    if certificate is None:
        raise _denied(source, "names a signing certificate that is not one")
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise _denied(source, "is signed with a certificate outside its validity")
    if not any(_CERTIFICATE_NAME.fullmatch(name) for name in _names(certificate)):
        raise _denied(source, "is signed with a certificate that does not name SNS")
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < MIN_KEY_BITS:
        raise _denied(source, f"is signed with a key that is not RSA of {MIN_KEY_BITS} bits or more")
    return key


@lru_cache(maxsize=8)
def _certificate(pem: bytes) -> Any:
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(pem)
    except ValueError:
        return None


def _names(certificate: Any) -> list[str]:
    from cryptography.x509 import DNSName, ExtensionNotFound, NameOID, SubjectAlternativeName

    found = [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    try:
        alternatives = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
        found += alternatives.get_values_for_type(DNSName)
    except (ExtensionNotFound, ValueError):
        pass
    return found


def _denied(source: AlertSource, problem: str) -> Denied:
    return Denied(
        f"The post to the source {source.name} {problem}.",
        next_step=f"compare the topic's ARN with auth.topics of {source.name} in sources.yaml; SNS itself needs no more",
    )
