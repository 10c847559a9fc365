from __future__ import annotations

import time

import pytest

from include.contracts.errors import Denied
from plugins.console.web import form_token


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_token, "setting", lambda *_: "a secret of this test")
    form_token._key.cache_clear()


def test_a_token_is_for_one_account() -> None:
    token = form_token.make("maya")
    form_token.check(token, "maya")
    with pytest.raises(Denied, match="not made for you"):
        form_token.check(token, "priya")


def test_a_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    token = form_token.make("maya")
    later = time.time() + form_token.LIFE_S + 2
    monkeypatch.setattr(form_token.time, "time", lambda: later)
    with pytest.raises(Denied, match="too long"):
        form_token.check(token, "maya")


def test_a_token_of_another_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = form_token.make("maya")
    form_token._key.cache_clear()
    monkeypatch.setattr(form_token, "setting", lambda *_: "another")
    with pytest.raises(Denied):
        form_token.check(token, "maya")


def test_without_a_shared_secret_the_process_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_token, "setting", lambda *_: "")
    form_token._key.cache_clear()
    token = form_token.make("maya")
    form_token.check(token, "maya")
    form_token._key.cache_clear()
    with pytest.raises(Denied):
        form_token.check(token, "maya")


def test_accounts_that_could_be_read_as_each_other_are_not() -> None:
    assert form_token.make('a", 1').partition(".")[2] != form_token.make("a").partition(".")[2]


def _spoilt(token: str) -> list[str]:
    expiry, _, proof = token.partition(".")
    return [
        "",
        ".",
        "x",
        token + "x",
        token[:-1],
        token.swapcase(),
        f"{int(expiry) + 1}.{proof}",
        f"0{expiry}.{proof}x",
        f" {token}",
        f"{token}\n",
        f"{expiry}.",
        f".{proof}",
        f"-1.{proof}",
        f"1e99.{proof}",
        f"٣.{proof}",
        f"{'9' * 5000}.{proof}",
        f"{expiry}.\ud800",
        f"{expiry}.é",
        "0." + "A" * 43,
    ]


@pytest.mark.parametrize("number", range(19))
def test_garbage_is_refused(number: int) -> None:
    with pytest.raises(Denied):
        form_token.check(_spoilt(form_token.make("maya"))[number], "maya")
