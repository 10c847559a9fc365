"""From GitHub's signed bytes to a pull request, or to a reason; garbage never to either."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from include.contracts.errors import BadInput, Denied, HoldpointError, NotFound
from include.contracts.repository import PullRequest, Repository
from include.script_review import pull_request as module
from include.script_review.pull_request import ACTIONS, MAX_BYTES, Passed, read_pull_request, signers
from tests.github_posts import BASE, HEAD, SECRET, payload, post, sign

ROW = Repository(
    name="ops",
    owner="maya",
    where="https://github.com/acme/ops-scripts.git",
    classification="internal",
    review="both",
    github="acme/ops-scripts",
    webhook_env="HOLDPOINT_SECRET_OPS",
)
OTHER = ROW.model_copy(update={"name": "other", "github": "acme/other"})
NIGHTLY = ROW.model_copy(update={"name": "nightly", "github": "acme/nightly", "review": "nightly"})
ROWS = (ROW, OTHER, NIGHTLY)
SECRETS = {"ops": SECRET, "other": b"another secret"}


def read(body: bytes, signature: str | None = "", event: str | None = "pull_request") -> PullRequest | Passed:
    return read_pull_request(body, sign(body) if signature == "" else signature, event, rows=ROWS, secrets=SECRETS)


@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_to_be_reviewed(action: str):
    assert read(post(action=action)) == PullRequest(
        repository="ops", number=42, head=HEAD, base=BASE, author="mara-lindqvist", action=action
    )
    assert set(ACTIONS) == {"opened", "synchronize", "reopened", "ready_for_review"}


def test_the_example_of_githubs_own_page_is_verified():
    """Secret, payload and signature as its page on validating deliveries gives them."""
    given = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signers(b"Hello, World!", given, {"x": b"It's a Secret to Everybody"}) == {"x"}
    assert signers(b"Hello, World?", given, {"x": b"It's a Secret to Everybody"}) == set()


@pytest.mark.parametrize(
    "signature",
    [
        None,
        " ",
        "sha256=",
        "sha256=" + "0" * 64,
        sign(post())[:-1],
        sign(post()) + "0",
        sign(post()).upper(),
        sign(post()).removeprefix("sha256="),
        "sha1=" + sign(post())[7:],
        sign(post(), b"wrong"),
        sign(post(), b""),
        sign(post() + b" "),
        "sha256=\u0660" + sign(post())[8:],
        "sha256=\ud800",
    ],
)
def test_an_unsigned_post_is_denied(signature: str | None):
    with pytest.raises(Denied):
        read(post(), signature)


def test_nothing_is_parsed_before_the_signature_is_proved(monkeypatch: pytest.MonkeyPatch):
    def parsed(_: bytes) -> Any:
        raise AssertionError("parsed")

    monkeypatch.setattr(module, "_parsed", parsed)
    for body in (b"", b"{", b"[" * 100_000, post()):
        with pytest.raises(Denied):
            read(body, "sha256=" + "0" * 64)


def test_all_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch):
    compared = []
    real = module.hmac.compare_digest
    monkeypatch.setattr(module.hmac, "compare_digest", lambda one, other: compared.append(1) or real(one, other))
    secrets = {"a": SECRET, "b": b"x", "c": b"y"}
    assert signers(b"x", sign(b"x"), secrets) == {"a"}
    assert len(compared) == 3


def test_an_empty_secret_signs_nothing():
    assert signers(b"x", sign(b"x", b""), {"a": b""}) == set()
    with pytest.raises(Denied):
        read_pull_request(post(), sign(post(), b""), "pull_request", rows=ROWS, secrets={})


def test_one_repositorys_secret_does_not_speak_for_another():
    body = post(repository__full_name="acme/other")
    with pytest.raises(Denied, match="another secret"):
        read(body)
    found = read(body, sign(body, SECRETS["other"]))
    assert isinstance(found, PullRequest)
    assert found.repository == "other"


def test_a_secret_that_several_share_speaks_for_each():
    shared = {"ops": SECRET, "other": SECRET}
    for name, full in (("ops", "acme/ops-scripts"), ("other", "ACME/Other")):
        body = post(repository__full_name=full)
        found = read_pull_request(body, sign(body), "pull_request", rows=ROWS, secrets=shared)
        assert isinstance(found, PullRequest)
        assert found.repository == name


@pytest.mark.parametrize("full_name", ["acme/unknown", "mara-lindqvist/ops-scripts", "acme/nightly", ""])
def test_a_repository_that_is_not_reviewed_here(full_name: str):
    with pytest.raises(NotFound):
        read(post(repository__full_name=full_name))


def test_the_fork_a_pull_request_comes_from_is_not_whose_it_is():
    found = read(post(pull_request__head__repo=None))  # a fork that was deleted
    assert isinstance(found, PullRequest)
    assert found.repository == "ops"


@pytest.mark.parametrize(
    "action", ["closed", "edited", "labeled", "assigned", "review_requested", "opened ", "OPENED", None, 3, ["opened"]]
)
def test_other_actions_ask_for_nothing(action: object):
    assert isinstance(read(post(action=action)), Passed)


@pytest.mark.parametrize(
    "change", [{"pull_request__draft": True}, {"pull_request__state": "closed"}, {"pull_request__state": ...}]
)
def test_drafts_and_closed_ones_ask_for_nothing(change: dict[str, Any]):
    assert isinstance(read(post(**change)), Passed)


def test_a_ping_is_answered_and_other_events_are_left():
    body = post("ping")
    assert read(body, event="ping") == Passed("pong")
    for event in ("push", "issue_comment", None, "", "PULL_REQUEST"):
        assert isinstance(read(post(), event=event), Passed)
    with pytest.raises(Denied):
        read(body, "sha256=" + "0" * 64, "ping")


def test_an_event_that_is_not_what_the_body_says_is_refused():
    """The header is not signed: somebody who has a ping can call it a pull request."""
    with pytest.raises(BadInput, match="pull_request"):
        read(post("ping"))


@pytest.mark.parametrize(
    "change",
    [
        {"number": ...},
        {"number": 0},
        {"number": "42"},
        {"number": 10**30},
        {"number": 4.2},
        {"pull_request": ...},
        {"pull_request": []},
        {"pull_request__head": None},
        {"pull_request__head__sha": "HEAD"},
        {"pull_request__head__sha": "--upload-pack=x"},
        {"pull_request__head__sha": ["a"]},
        {"pull_request__base__sha": HEAD[:39]},
        {"pull_request__base": ...},
        {"pull_request__user": None},
        {"pull_request__user__login": ""},
        {"pull_request__user__login": 7},
        {"repository": ...},
        {"repository": "acme/ops-scripts"},
        {"repository__full_name": None},
        {"repository__full_name": ["acme/ops-scripts"]},
    ],
)
def test_signed_garbage_is_bad_input_and_names_a_field_only(change: dict[str, Any]):
    with pytest.raises(BadInput) as caught:
        read(post(**change))
    assert "upload-pack" not in str(caught.value)
    assert caught.value.next_step


def test_an_author_of_strange_characters_is_written_out():
    found = read(post(pull_request__user__login="ma\u202era\n@all" + "x" * 500))
    assert isinstance(found, PullRequest)
    assert found.author.startswith("ma\\u{202E}ra @all")
    assert len(found.author) == 80


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        post()[:-20],
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe{}",
        b"payload=%7B%7D",
        b"{" + b'"a":[' * 50_000,
        b"[" * 900_000,
        b'{"action": "opened", "action": "closed"}',
        b'{"number": NaN}',
        b'{"number": ' + b"9" * 100_000 + b"}",
    ],
)
def test_bytes_that_are_no_json_object(body: bytes):
    with pytest.raises(BadInput):
        read(body)


def test_a_post_over_the_bound_is_refused():
    with pytest.raises(BadInput, match="more than"):
        read(b" " * MAX_BYTES + post())
    read(b" " * (MAX_BYTES - len(post())) + post())


def test_a_thousand_spoilt_posts_never_crash():
    chosen, whole = random.Random(5), post()
    for _ in range(1_000):
        body = bytearray(whole)
        for _ in range(chosen.randrange(1, 6)):
            at = chosen.randrange(len(body))
            body[at : at + chosen.randrange(3)] = bytes(chosen.randrange(256) for _ in range(chosen.randrange(3)))
        try:
            found = read(bytes(body))
        except HoldpointError:
            continue
        assert isinstance(found, Passed) or found.repository == "ops"


def test_the_example_has_no_doubled_names():
    assert json.loads(post()) == payload()
