"""Attacks on authentication. Every test that shows a refusal is paired with one where the right proof is accepted."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.alerts.authenticate import authenticate, secret_of
from include.contracts.catalogue import AlertSource, SourceAuth
from include.contracts.errors import Denied

SECRET = "correct horse battery staple"
ENV = {"THE_SECRET": SECRET}
BODY = b'{"alerts": []}'


def source(**auth: Any) -> AlertSource:
    return AlertSource(
        name="probe",
        owner="maya",
        parser="generic",
        auth=SourceAuth(**{"kind": "bearer", "secret_env": "THE_SECRET", **auth}),
        services=("*",),
        environments=("lab",),
    )


BEARER = source()
HMAC = source(kind="hmac_sha256", header="X-Hook-Signature", prefix="sha256=")
BARE_HMAC = source(kind="hmac_sha256", header="Sentry-Hook-Signature")
PAGERDUTY = source(kind="pagerduty_v3")


def mac(body: bytes = BODY, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def accepted(row: AlertSource, headers: Any, body: bytes = BODY, secrets: Any = ENV) -> bool:
    try:
        found = authenticate(row, headers, body, secrets=secrets)
    except Denied:
        return False
    assert found.kind == "post"
    return True


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {SECRET}"},
        {"authorization": f"bearer {SECRET}"},
        {"AUTHORIZATION": f"BEARER {SECRET}"},
        {"Authorization": f"  Bearer   {SECRET} ", "X": "y"},
    ],
)
def test_the_right_bearer_token_is_accepted(headers: dict[str, str]) -> None:
    assert accepted(BEARER, headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": SECRET},
        {"Authorization": f"Basic {SECRET}"},
        {"Authorization": f"Bearer {SECRET[:-1]}"},
        {"Authorization": f"Bearer {SECRET}x"},
        {"Authorization": f"Bearer {SECRET.upper()}"},
        {"Authorization": f"Bearer {SECRET}\x00"},
        {"Authorization": f"Bearer\t{SECRET}"},
        {"Authorization": "Bearer café"},
        {"Authorization": "Bearer 支付"},
        {"Authorization": "Bearer \ud800"},
        {"Authorization": f"Bearer {SECRET}, Bearer x"},
        {"Authorization": f"Bearer {SECRET}", "authorization": f"Bearer {SECRET}"},
        {"Authorization": "Bearer x", "authorization": f"Bearer {SECRET}"},
        {"X-Authorization": f"Bearer {SECRET}"},
        {"Authorization": "Bearer " + "x" * 1_000_000},
    ],
)
def test_a_wrong_bearer_token_is_denied(headers: dict[str, str]) -> None:
    assert not accepted(BEARER, headers)


def test_a_token_may_be_in_another_header() -> None:
    row = source(header="X-Api-Key", prefix="key ")
    assert accepted(row, {"x-api-key": f"key {SECRET}"})
    assert not accepted(row, {"x-api-key": SECRET})
    assert not accepted(row, {"Authorization": f"Bearer {SECRET}"})


def test_a_secret_outside_ascii_matches_the_bytes_on_the_wire() -> None:
    secrets = {"THE_SECRET": "schlüssel"}
    as_servers_decode = "Bearer " + "schlüssel".encode().decode("latin-1")
    assert accepted(BEARER, {"Authorization": as_servers_decode}, secrets=secrets)
    assert not accepted(BEARER, {"Authorization": "Bearer schlussel"}, secrets=secrets)


@pytest.mark.parametrize("value", [f"sha256={mac()}", f"sha256={mac().upper()}"])
def test_the_right_mac_is_accepted(value: str) -> None:
    assert accepted(HMAC, {"x-hook-signature": value})


def test_the_right_mac_without_a_prefix_is_accepted() -> None:
    assert accepted(BARE_HMAC, {"Sentry-Hook-Signature": mac()})


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sha256=",
        mac(),
        f"SHA256={mac()}",
        f"sha1={mac()}",
        f"sha256={mac()[:-1]}",
        f"sha256={mac()}0",
        f"sha256={mac()} ,",
        f"sha256= {mac()}",
        "sha256=" + "0" * 64,
        f"sha256={mac(secret='')}",
        f"sha256={mac(secret='other')}",
        f"sha256={mac(body=b'')}",
        f"sha256={hashlib.sha256(BODY).hexdigest()}",
        f"sha256=sha256={mac()}",
        "sha256=" + "é" * 64,
        "sha256=" + "٣" * 64,
    ],
)
def test_a_wrong_mac_is_denied(value: str) -> None:
    assert not accepted(HMAC, {"X-Hook-Signature": value})


def test_a_mac_of_a_source_without_a_header_is_denied() -> None:
    assert not accepted(source(kind="hmac_sha256"), {"": mac(), "X-Signature": mac()})


@pytest.mark.parametrize("row", [HMAC, BARE_HMAC, PAGERDUTY])
@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY[:-1], BODY.replace(b"alerts", b"Alerts"), b"\x00" + BODY])
def test_a_captured_signature_does_not_fit_another_body(row: AlertSource, body: bytes) -> None:
    headers = {"X-Hook-Signature": f"sha256={mac()}", "Sentry-Hook-Signature": mac(), "X-PagerDuty-Signature": f"v1={mac()}"}
    assert accepted(row, headers)
    assert not accepted(row, headers, body)


@pytest.mark.parametrize(
    "value",
    [
        f"v1={mac()}",
        f"v1={mac(secret='old')},v1={mac()}",
        f"v1={mac()},v1={mac(secret='new')}",
        f"v1={mac(secret='old')}, v1={mac()}",
        f"v2={mac(secret='x')},v1={mac()}",
    ],
)
def test_one_of_several_pagerduty_signatures_is_enough(value: str) -> None:
    assert accepted(PAGERDUTY, {"X-PagerDuty-Signature": value})


@pytest.mark.parametrize(
    "value",
    [
        "",
        "v1=",
        ",",
        mac(),
        f"v0={mac()}",
        f"v2={mac()}",
        f"V1={mac()}",
        f"v1={mac()[:10]}",
        f"v1={mac()}{mac()}",
        f"v1={mac(secret='a')},v1={mac(secret='b')}",
        f"v1={mac()};v1={mac()}",
        ",".join([f"v1={mac(secret='x')}"] * 20 + [f"v1={mac()}"]),
    ],
)
def test_wrong_pagerduty_signatures_are_denied(value: str) -> None:
    assert not accepted(PAGERDUTY, {"X-PagerDuty-Signature": value})


@pytest.mark.parametrize("row", [BEARER, HMAC, BARE_HMAC, PAGERDUTY])
@pytest.mark.parametrize("secrets", [{}, {"THE_SECRET": ""}, {"THE_SECRET": "  \n"}, {"OTHER": SECRET}])
def test_h02_a_source_without_a_secret_is_denied_and_says_what_to_set(row: AlertSource, secrets: dict[str, str]) -> None:
    headers = {
        "Authorization": "Bearer ",
        "X-Hook-Signature": f"sha256={mac(secret='')}",
        "Sentry-Hook-Signature": mac(secret=""),
        "X-PagerDuty-Signature": f"v1={mac(secret='')}",
    }
    with pytest.raises(Denied) as caught:
        authenticate(row, headers, BODY, secrets=secrets)
    assert "THE_SECRET" in caught.value.next_step


def test_h02_a_row_without_a_place_for_a_secret_is_denied() -> None:
    with pytest.raises(Denied, match="secret_env"):
        authenticate(source(secret_env=None), {"Authorization": "Bearer None"}, BODY, secrets=ENV)


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a secret"
    row = source(secret_env=None, secret_file=str(file))
    headers = {"Authorization": f"Bearer {SECRET}"}
    with pytest.raises(Denied) as caught:
        authenticate(row, headers, BODY, secrets={})
    assert str(file) in caught.value.next_step
    for content, right in ((f"{SECRET}\n", True), (f"\n{SECRET}", True), ("", False), (" \n", False), ("other", False)):
        file.write_text(content)
        assert accepted(row, headers, secrets={}) is right
    file.unlink()
    file.mkdir()
    assert not accepted(row, headers, secrets={})


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("from file")
    auth = SourceAuth(kind="bearer", secret_env="THE_SECRET", secret_file=str(tmp_path / "f"))
    assert secret_of(auth, ENV) == SECRET.encode()
    assert secret_of(auth, {"THE_SECRET": ""}) == b"from file"
    assert secret_of(SourceAuth(kind="bearer", secret_file="x" * 300), {}) is None


def test_errors_carry_no_secret() -> None:
    for row in (BEARER, HMAC, PAGERDUTY):
        with pytest.raises(Denied) as caught:
            authenticate(row, {"Authorization": "Bearer guess-4711"}, BODY, secrets=ENV)
        assert SECRET not in str(caught.value)
        assert "guess-4711" not in str(caught.value)


@pytest.mark.parametrize("row", [BEARER, HMAC, BARE_HMAC, PAGERDUTY])
def test_any_header_is_accepted_or_denied(row: AlertSource) -> None:
    name = {"bearer": "Authorization", "pagerduty_v3": "X-PagerDuty-Signature"}.get(row.auth.kind) or row.auth.header or ""

    @given(st.text(alphabet=st.characters(), max_size=200), st.binary(max_size=50))
    def run(value: str, body: bytes) -> None:
        assert not accepted(row, {name: value}, body)

    run()


def test_comparison_is_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every accepted proof went through hmac.compare_digest."""
    calls: list[Any] = []

    def refuse(one: Any, other: Any) -> bool:
        calls.append((one, other))
        return False

    monkeypatch.setattr("include.alerts.authenticate.hmac.compare_digest", refuse)
    headers = {
        "Authorization": f"Bearer {SECRET}",
        "X-Hook-Signature": f"sha256={mac()}",
        "Sentry-Hook-Signature": mac(),
        "X-PagerDuty-Signature": f"v1={mac()}",
    }
    for row in (BEARER, HMAC, BARE_HMAC, PAGERDUTY):
        assert not accepted(row, headers)
    assert len(calls) == 4


def test_a_servers_header_object_with_a_name_twice_counts_for_nothing() -> None:
    from starlette.datastructures import Headers

    right = (b"authorization", f"Bearer {SECRET}".encode())
    assert accepted(BEARER, Headers(raw=[right]))
    assert not accepted(BEARER, Headers(raw=[right, right]))
    assert not accepted(BEARER, Headers(raw=[(b"authorization", b"Bearer x"), right]))
