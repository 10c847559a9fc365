"""SNS signatures with real keys and certificates, and what an attacker would send instead."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from include.alerts.authenticate import Authenticated, authenticate
from include.contracts.catalogue import AlertSource, SourceAuth
from include.contracts.errors import Denied

TOPIC = "arn:aws:sns:eu-central-1:123456789012:shop-alarms"
URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0f1e2d3c4b5a69788796a5b4c3d2e1f0.pem"
SUBSCRIBE = f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=6b1f0c9de4"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
SOURCE = AlertSource(
    name="cloudwatch",
    owner="maya",
    parser="cloudwatch",
    auth=SourceAuth(kind="sns", topics=("arn:aws:sns:us-east-1:1:other", TOPIC)),
    services=("*",),
    environments=("lab",),
)
NOTIFICATION = {
    "Type": "Notification",
    "MessageId": "6f0c2f5e",
    "TopicArn": TOPIC,
    "Subject": "ALARM",
    "Message": '{"AlarmName": "payments-5xx"}\nwith a line',
    "Timestamp": "2026-11-02T09:30:05.789Z",
    "SignatureVersion": "1",
    "SigningCertURL": URL,
    "UnsubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
}
CONFIRMATION = {
    "Type": "SubscriptionConfirmation",
    "MessageId": "71d0be92",
    "Token": "6b1f0c9de4",
    "TopicArn": TOPIC,
    "Message": "You have chosen to subscribe.",
    "SubscribeURL": SUBSCRIBE,
    "Timestamp": "2026-11-02T09:30:05.789Z",
    "SignatureVersion": "2",
    "SigningCertURL": URL,
}
ORDER = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


def certificate(key: Any, *, name: str = "sns.amazonaws.com", start: datetime = NOW - DAY, end: datetime = NOW + DAY) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), start, end)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def signed(message: dict[str, Any], key: rsa.RSAPrivateKey) -> dict[str, Any]:
    """As AWS signs: name and value of the listed fields, each on a line of its own."""
    names = ORDER["Notification" if message["Type"] == "Notification" else "SubscriptionConfirmation"]
    text = "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None)
    algorithm = hashes.SHA1() if message["SignatureVersion"] == "1" else hashes.SHA256()
    signature = key.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {**message, "Signature": base64.b64encode(signature).decode()}


class Certificates:
    """The network: gives one certificate and remembers what it was asked for."""

    def __init__(self, pem: bytes) -> None:
        self.pem = pem
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        return self.pem


def check(message: Any, pem: Any, *, source: AlertSource = SOURCE) -> Authenticated:
    certificates = pem if isinstance(pem, Certificates) else Certificates(pem)
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return authenticate(source, {}, body, secrets={}, certificates=certificates)


def denied(message: Any, pem: Any, **options: Any) -> str:
    with pytest.raises(Denied) as caught:
        check(message, pem, **options)
    return caught.value.message


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_signed_notification_is_accepted(key: Any, version: str) -> None:
    message = signed({**NOTIFICATION, "SignatureVersion": version}, key)
    assert check(message, certificate(key)) == Authenticated("Notification", TOPIC, None)


def test_a_notification_without_a_subject_is_accepted(key: Any) -> None:
    bare = {name: value for name, value in NOTIFICATION.items() if name != "Subject"}
    assert check(signed(bare, key), certificate(key)).kind == "Notification"
    assert check(signed({**bare, "Subject": None}, key), certificate(key)).kind == "Notification"


def test_other_scripts_are_signed_as_utf_8(key: Any) -> None:
    assert check(signed({**NOTIFICATION, "Subject": "АВАРИЯ 支付", "Message": "ü\u2028"}, key), certificate(key))


def test_a_confirmation_gives_its_url_and_nothing_is_visited(key: Any) -> None:
    certificates = Certificates(certificate(key))
    found = check(signed(CONFIRMATION, key), certificates)
    assert found == Authenticated("SubscriptionConfirmation", TOPIC, SUBSCRIBE)
    assert certificates.asked == [URL]
    leaving = check(signed({**CONFIRMATION, "Type": "UnsubscribeConfirmation"}, key), certificate(key))
    assert leaving == Authenticated("UnsubscribeConfirmation", TOPIC, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=x",
        "https://sns.eu-central-1.amazonaws.com.evil.example/?Action=ConfirmSubscription&Token=x",
        "https://sns.eu-central-1.amazonaws.com@evil.example/?Action=ConfirmSubscription&Token=x",
        "https://sns.eu-central-1.amazonaws.com/?Action=DeleteTopic&Token=x",
        "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=x#y",
        "https://evil.example/?Action=ConfirmSubscription&Token=x",
    ],
)
def test_a_signed_confirmation_with_an_odd_url_gives_none(key: Any, url: str) -> None:
    assert check(signed({**CONFIRMATION, "SubscribeURL": url}, key), certificate(key)).subscribe_url is None


@pytest.mark.parametrize("field", ["Message", "MessageId", "Subject", "Timestamp", "Type", "TopicArn"])
def test_a_changed_field_is_denied(key: Any, field: str) -> None:
    message = signed(NOTIFICATION, key)
    changed = {"Type": "SubscriptionConfirmation", "TopicArn": SOURCE.auth.topics[0]}.get(field, message[field] + "x")
    assert "signature" in denied({**message, field: changed}, certificate(key))


@pytest.mark.parametrize(
    "field", ["Message", "MessageId", "Timestamp", "TopicArn", "Type", "Signature", "SignatureVersion", "SigningCertURL"]
)
@pytest.mark.parametrize("value", [None, 5, ["x"], "", "absent"])
def test_a_missing_or_wrong_field_is_denied(key: Any, field: str, value: Any) -> None:
    message = signed(NOTIFICATION, key)
    if value == "absent":
        del message[field]
    else:
        message[field] = value
    denied(message, certificate(key))


@pytest.mark.parametrize("field", ["Token", "SubscribeURL"])
def test_a_confirmations_own_fields_are_signed(key: Any, field: str) -> None:
    message = signed(CONFIRMATION, key)
    assert "signature" in denied({**message, field: message[field] + "x"}, certificate(key))


@pytest.mark.parametrize("signature", ["", "!!!", "AAAA", "A" * 344, "é", "\n"])
def test_a_signature_that_is_none_is_denied(key: Any, signature: str) -> None:
    assert "signature" in denied({**signed(NOTIFICATION, key), "Signature": signature}, certificate(key))


@pytest.mark.parametrize("version", ["0", "3", "", "1 ", "٢"])
def test_another_signature_version_is_denied(key: Any, version: str) -> None:
    denied({**signed(NOTIFICATION, key), "SignatureVersion": version}, certificate(key))


def test_the_version_decides_the_hash_and_cannot_be_swapped(key: Any) -> None:
    assert "signature" in denied({**signed(NOTIFICATION, key), "SignatureVersion": "2"}, certificate(key))


@pytest.mark.parametrize(
    "topic",
    [
        "arn:aws:sns:eu-central-1:999999999999:shop-alarms",
        TOPIC + "x",
        TOPIC[:-1],
        TOPIC.upper(),
        TOPIC + "\n",
        "",
        "é",
    ],
)
def test_h02_a_topic_that_is_not_allowed_is_denied_before_anything_is_fetched(key: Any, topic: str) -> None:
    certificates = Certificates(certificate(key))
    assert "topic" in denied(signed({**NOTIFICATION, "TopicArn": topic}, key), certificates)
    assert certificates.asked == []


def test_h02_a_source_without_topics_accepts_nothing(key: Any) -> None:
    bare = SOURCE.model_copy(update={"auth": SourceAuth(kind="sns")})
    assert "topic" in denied(signed(NOTIFICATION, key), certificate(key), source=bare)
    assert "topic" in denied(signed({**NOTIFICATION, "TopicArn": ""}, key), certificate(key), source=bare)


PEM = "SimpleNotificationService-0f1e2d3c4b5a6978.pem"


@pytest.mark.parametrize(
    "url",
    [
        f"http://sns.us-east-1.amazonaws.com/{PEM}",
        f"https://sns.us-east-1.amazonaws.com.evil.example/{PEM}",
        f"https://evil.example/sns.us-east-1.amazonaws.com/{PEM}",
        f"https://sns.us-east-1.amazonaws.com@evil.example/{PEM}",
        f"https://user:pass@sns.us-east-1.amazonaws.com/{PEM}",
        f"https://sns.us-east-1.amazonaws.com:8443/{PEM}",
        f"https://sns.us-east-1.amazonaws.com:443/{PEM}",
        f"https://evil.sns.us-east-1.amazonaws.com/{PEM}",
        f"https://evil-sns.us-east-1.amazonaws.com/{PEM}",
        f"https://sns.us-east-1.amazonaws.com.cn.evil.example/{PEM}",
        f"https://sns.s3.amazonaws.com/{PEM}",
        f"https://sns.my-bucket.s3.amazonaws.com/{PEM}",
        f"https://s3.amazonaws.com/sns.us-east-1/{PEM}",
        f"https://sns.us-east-1.amazonaws.com./{PEM}",
        f"https://sns..us-east-1.amazonaws.com/{PEM}",
        f"https://sns.us-east-1.amazonaws.com/../{PEM}",
        f"https://sns.us-east-1.amazonaws.com/%2e%2e/{PEM}",
        f"https://sns.us-east-1.amazonaws.com/{PEM}?x=1",
        f"https://sns.us-east-1.amazonaws.com/{PEM}#x",
        f"https://sns.us-east-1.amazonaws.com/{PEM}\n",
        f"https://sns.us-east-1.amazonaws.com\t/{PEM}",
        f"https://sns.us-east-1.amazonaws.com\\@evil.example/{PEM}",
        f"\x00https://sns.us-east-1.amazonaws.com/{PEM}",
        f" https://sns.us-east-1.amazonaws.com/{PEM}",
        f"HTTPS://sns.us-east-1.amazonaws.com/{PEM}",
        f"//sns.us-east-1.amazonaws.com/{PEM}",
        "https://sns.us-east-1.amazonaws.com/?Action=ListTopics&x=.pem",
        "https://sns.us-east-1.amazonaws.com/evil.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-.pem",
        f"https://sns.us-еast-1.amazonaws.com/{PEM}",
        f"https://169.254.169.254/{PEM}",
        f"file:///{PEM}",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(key: Any, url: str) -> None:
    certificates = Certificates(certificate(key))
    assert "certificate" in denied({**signed(NOTIFICATION, key), "SigningCertURL": url}, certificates)
    assert certificates.asked == []


@pytest.mark.parametrize(
    "host",
    [
        "sns.us-east-1.amazonaws.com",
        "sns.cn-north-1.amazonaws.com.cn",
        "sns.us-gov-west-1.amazonaws.com",
        "sns.ap-southeast-4.amazonaws.com",
    ],
)
def test_the_hosts_of_amazon_are_known(key: Any, host: str) -> None:
    message = {**signed(NOTIFICATION, key), "SigningCertURL": f"https://{host}/{PEM}"}
    assert check(message, certificate(key)).kind == "Notification"


def test_a_right_message_with_anothers_certificate_is_denied(key: Any) -> None:
    other = rsa.generate_private_key(65_537, 2_048)
    assert "signature" in denied(signed(NOTIFICATION, key), certificate(other))


def test_an_attackers_own_key_is_of_no_use_without_the_certificate_host(key: Any) -> None:
    own = rsa.generate_private_key(65_537, 2_048)
    assert "signature" in denied(signed(NOTIFICATION, own), certificate(key))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "evil.example"},
        {"name": "sns.amazonaws.com.evil.example"},
        {"name": "s3.amazonaws.com"},
        {"start": NOW - 9 * DAY, "end": NOW - DAY},
        {"start": NOW + DAY, "end": NOW + 9 * DAY},
    ],
)
def test_a_certificate_of_another_name_or_time_is_denied(key: Any, changes: Any) -> None:
    assert "certificate" in denied(signed(NOTIFICATION, key), certificate(key, **changes))


def test_weak_and_foreign_keys_are_denied() -> None:
    weak = rsa.generate_private_key(65_537, 1_024)
    assert "key" in denied(signed(NOTIFICATION, weak), certificate(weak))
    curve = ec.generate_private_key(ec.SECP256R1())
    message = {**NOTIFICATION, "Signature": base64.b64encode(b"x" * 256).decode()}
    assert "key" in denied(message, certificate(curve))


@pytest.mark.parametrize("pem", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\xff" * 99])
def test_what_is_no_certificate_is_denied(key: Any, pem: bytes) -> None:
    assert "certificate" in denied(signed(NOTIFICATION, key), pem)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b"[" * 100_000,
        b'{"Type": "Notification", "Type": "x"}',
        b'{"Type": "\\ud800"}',
        b"\xff",
    ],
)
def test_garbage_is_denied_not_an_error_of_another_kind(key: Any, body: bytes) -> None:
    denied(body, certificate(key))


def test_a_field_cannot_move_into_another(key: Any) -> None:
    """The signed text has no escaping: line breaks in one field must not make another message with the same text."""
    message = signed({**NOTIFICATION, "Message": "a\nMessageId\nb"}, key)
    moved = {**message, "Message": "a", "MessageId": "b\nMessageId\n6f0c2f5e"}
    assert check(message, certificate(key))
    # The text is the same, so the signature fits; what is protected is what decides: the topic and the type.
    assert check(moved, certificate(key)).topic == TOPIC
    evil = signed(
        {**NOTIFICATION, "TopicArn": "arn:aws:sns:eu-central-1:666:evil", "Message": f"x\nTopicArn\n{TOPIC}\nType\nNotification"},
        key,
    )
    for topic in (TOPIC, f"{TOPIC}\nType\nNotification"):
        assert denied({**evil, "Message": "x", "TopicArn": topic}, certificate(key))
