"""Nothing that is said about a secret depends on what it says."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.review import review_unit
from include.script_review.secrets.find import secrets
from include.script_review.secrets.secret import Secret
from include.script_review.source import Source
from tests.include.script_review.secrets.labelled import made
from tests.include.script_review.secrets.labelled.labelled import POSITIVE

# Neither words nor hexadecimal: nothing of it can stand in a sentence or a digest by chance.
PASSWORD = st.text("GHJKLMNPQRSTUVWXYZ23456789", min_size=12, max_size=40).filter(
    lambda text: len(set(text)) > 6 and any(map(str.isdigit, text)) and any(map(str.isalpha, text))
)
PLACES = (
    ("a.ps1", "powershell", "$Password = '{}'\n"),
    ("a.ps1", "powershell", "$c = 'Server=a;User Id=b;Password={};'\n"),
    ("a.ps1", "powershell", "Write-Host '{0}'; $Password = '{0}'; iex $x\n"),
    ("a.ps1", "powershell", "Connect-It -Password (ConvertTo-SecureString '{}' -AsPlainText -Force)\n"),
    ("a.sh", "bash", "curl -u admin:{} https://a.lan\n"),
    ("a.sh", "bash", "export URL=https://svc:{}@a.lan/x\n"),
    ("a.env", "text", "DB_PASSWORD={}\n"),
    ("a.py", "python", 'token = "{}"\n'),
    ("a.yaml", "yaml", "password: {}\n"),
)


def found(path: str, language: str, text: str) -> list[Secret]:
    return list(secrets(Source(path, language, text)))


@given(st.sampled_from(PLACES), PASSWORD)
def test_no_part_of_a_secret_is_in_any_field_of_a_review(place: tuple[str, str, str], password: str) -> None:
    path, _, text = place
    said = "".join(one.model_dump_json() for one in review_unit({path: text.format(password).encode()}))
    for at in range(len(password) - 5):
        assert password[at : at + 6].isdigit() or password[at : at + 6] not in said
    assert base64.b64encode(password.encode()).decode() not in said


@given(st.sampled_from(PLACES), PASSWORD)
def test_no_digest_of_a_secret_is_in_any_field_of_a_review(place: tuple[str, str, str], password: str) -> None:
    """None of the secret alone; the file's own digest is of the whole file."""
    path, _, text = place
    written = text.format(password)
    said = "".join(one.model_dump_json() for one in review_unit({path: written.encode()})) + repr(found(*place[:2], written))
    for what in (password, written.strip(), written):
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            digest = hashlib.new(name, what.encode()).hexdigest()
            whole_file = what == written and name == "sha256"
            assert digest[:16] not in said or whole_file


@given(st.sampled_from([place for place in PLACES if "ConvertTo" not in place[2]]), PASSWORD, PASSWORD)
def test_another_secret_of_the_same_length_gives_the_same_words(place: tuple[str, str, str], one: str, other: str) -> None:
    """So what is said tells nothing but its place, kind and, in its end, its length."""
    size = min(len(one), len(other))
    before, after = (found(*place[:2], place[2].format(text[:size])) for text in (one, other))
    if before and after:
        assert [replace(each, confidence=before[0].confidence) for each in after] == [
            replace(each, confidence=before[0].confidence) for each in before
        ]


@pytest.mark.parametrize("file", POSITIVE, ids=[f"{number}-{file.path}" for number, file in enumerate(POSITIVE)])
def test_no_labelled_secret_is_in_what_is_said_of_it(file) -> None:
    said = repr(ours := found(file.path, file.source().language, file.text))
    assert ours
    body = file.secret[12:] if len(file.secret) > 24 else file.secret
    assert body not in said or file.secret in ("changeme", "password")
    reviewed = "".join(one.model_dump_json() for one in review_unit({file.path: file.text.encode()}))
    assert body not in reviewed or file.secret in ("changeme", "password")


def test_a_preview_shows_the_public_prefix_and_the_length() -> None:
    (one,) = found("a.txt", "text", f"see {made.token('aws')} there")
    assert one.preview == "AK" + "IA…(20)"


def test_of_a_password_nothing_is_shown_not_even_its_length() -> None:
    (one,) = found("a.ps1", "powershell", "$Password = 'Gr@uerWolf7'")
    assert one.preview == "…"


def test_a_fingerprint_stays_when_lines_move_and_tells_equal_names_apart() -> None:
    line = "$Password = 'Gr@uerWolf7'\n"
    (alone,) = found("a.ps1", "powershell", line)
    moved = found("a.ps1", "powershell", "# new\n\n" + line + line)
    assert moved[0].fingerprint == alone.fingerprint
    assert moved[1].fingerprint != alone.fingerprint


def test_a_fingerprint_covers_path_kind_and_name() -> None:
    texts = (
        ("a.ps1", "$Password = 'Gr@uerWolf7'"),
        ("b.ps1", "$Password = 'Gr@uerWolf7'"),
        ("a.ps1", "$SqlPassword = 'Gr@uerWolf7'"),
        ("a.ps1", "$c = 'Server=a;Password=Gr@uerWolf7;'"),
    )
    assert len({found(path, "powershell", text)[0].fingerprint for path, text in texts}) == len(texts)
