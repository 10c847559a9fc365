from __future__ import annotations

import pytest

from include.script_review.secrets.formats import FORMATS, Format
from include.script_review.secrets.secret import Candidate
from include.script_review.secrets.tokens import tokens
from tests.include.script_review.secrets.labelled import made

IDS = [f"{number}-{one.kind}" for number, one in enumerate(FORMATS)]


def token(form: Format) -> str:
    if form.kind == "jwt":
        return made.token("jwt")
    return made.draw(made.ALNUM, form.back, form.kind) + made.matching(form.regex, form.kind + form.regex.decode())


def found(text: str) -> list[Candidate]:
    return list(tokens(text.encode()))


@pytest.mark.parametrize("form", FORMATS, ids=IDS)
def test_each_form_is_found_from_its_first_to_its_last_byte(form: Format) -> None:
    text = f'x = "{token(form)}"; y'
    (one,) = found(text)
    assert one.kind == form.kind
    assert text.encode()[one.start : one.end].decode() == token(form)
    assert one.shown == (token(form)[: form.keep] or form.kind)


@pytest.mark.parametrize("form", FORMATS, ids=IDS)
def test_what_may_be_shown_is_the_same_in_all_of_a_form(form: Format) -> None:
    """All but the last two bytes of it, which may name a sort of token, stand in the expression itself."""
    shown = token(form)[: form.keep]
    assert len(shown) <= len(token(form)) // 3
    assert not shown or shown[0].encode() in form.regex


@pytest.mark.parametrize("form", FORMATS, ids=IDS)
def test_a_mask_in_a_form_is_none(form: Format) -> None:
    body = token(form)[form.keep :]
    letters = "x" if "x" in body.lower() else body[0]
    masked = token(form)[: form.keep] + "".join(char if char in "-_.:/+=~$" else letters for char in body)
    assert found(f'x = "{masked}"') == []


@pytest.mark.parametrize("form", [one for one in FORMATS if not one.back])
def test_a_part_of_a_longer_word_is_none(form: Format) -> None:
    assert found(f"x = Qq7{token(form)}") == []


@pytest.mark.parametrize("kind", ["azure-storage", "azure-devops", "terraform", "azure-client"])
def test_the_mark_of_a_form_alone_is_none(kind: str) -> None:
    """What stands behind the first bytes, without these."""
    cut = {"azure-storage": 70, "azure-devops": 70, "terraform": 10, "azure-client": 2}[kind]
    whole = made.token(kind)
    assert found(f'"{whole}"')
    assert found(f'"{whole[-(len(whole) - cut) :]}"') == []


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "gh" + "p_" + "abcdefghijklmnopqrstuvwxyz0123456789",
        "sk_" + "test_" + "4eC39HqLyjWDarj" + "tT1zdp7dc",
        made.token("jwt").rpartition(".")[0] + "." + "SflKxwRJSMeKKF2QT4fwpMeJf36P" + "Ok6yJV_adQssw5c",
    ],
)
def test_what_everyone_has_is_none(text: str) -> None:
    assert found(f'x = "{text}"') == []


def test_with_a_signature_of_its_own_it_is_one() -> None:
    assert found(f'x = "{made.token("jwt")}"')


def test_a_run_that_only_begins_like_a_token_hides_none_behind_it() -> None:
    live = made.token("github")
    assert [one.kind for one in found("eyJaaaaaaaaaaaaaaaaaaaa " + live)] == ["github-token"]


def test_every_form_names_its_source() -> None:
    assert all(len(one.source) > 8 for one in FORMATS)
