from __future__ import annotations

import gc

from include.contracts.script_review import Confidence
from include.script_review.secrets import find
from include.script_review.secrets.find import MOST, secrets
from include.script_review.secrets.secret import Family, Secret
from include.script_review.source import Source
from tests.include.script_review.secrets.labelled import made


def found(text: str, path: str = "a.env", language: str = "text") -> list[Secret]:
    return list(secrets(Source(path, language, text)))


def test_a_token_behind_a_name_is_told_once_as_a_token() -> None:
    (one,) = found(f"GITHUB_TOKEN={made.token('github')}")
    assert (one.family, one.kind) == (Family.TOKEN, "github-token")


def test_a_password_in_a_connection_string_is_told_once() -> None:
    (one,) = found("DB_PASSWORD_CS=x\nCS=Server=a;User Id=b;Password=Gr@uerWolf7;")
    assert one.family is Family.CONNECTION


def test_two_secrets_of_a_line_are_two() -> None:
    assert [
        one.kind for one in found("$Password='Gr@uerWolf7'; $ApiKey='" + made.token("hex32") + "'", "a.ps1", "powershell")
    ] == [
        "password",
        "key",
    ]


def test_places_are_bytes_also_behind_other_alphabets() -> None:
    text = "# Schlüssel 鍵 🔑\nDB_PASSWORD=Gr@uerWolf7"
    (one,) = found(text)
    assert text.encode()[one.start : one.end] == b"Gr@uerWolf7"


def test_windows_line_ends_are_no_part_of_a_value() -> None:
    text = "DB_PASSWORD=Gr@uerWolf7\r\nX=1\r\n"
    (one,) = found(text)
    assert text[one.start : one.end] == "Gr@uerWolf7"


def test_tests_and_examples_are_told_with_less_confidence() -> None:
    line = "$Password = 'Gr@uerWolf7'"
    (plain,), (test,) = found(line, "deploy/a.ps1", "powershell"), found(line, "tests/a.ps1", "powershell")
    assert (plain.confidence, test.confidence) == (Confidence.HIGH, Confidence.MEDIUM)
    assert found(line, "latest/contest/a.ps1", "powershell")[0].confidence is Confidence.HIGH


def test_of_one_detector_so_many_are_told_and_no_more() -> None:
    assert len(found("DB_PASSWORD=Gr@uerWolf7\n" * (MOST + 50))) == MOST


def test_a_source_is_looked_through_once_and_not_kept(monkeypatch) -> None:
    source = Source("a.env", "text", "DB_PASSWORD=Gr@uerWolf7")
    first = list(secrets(source))
    monkeypatch.setattr(find, "_all", lambda _: 1 / 0)
    assert list(secrets(source)) == first
    kept = len(find._FOUND)
    del source
    gc.collect()
    assert len(find._FOUND) < kept


def test_a_weak_default_is_told_with_low_confidence() -> None:
    for text in ("ADMIN_PASSWORD=changeme", "DB_PASSWORD=password", "ROOT_PASSWORD=root123"):
        assert [one.confidence for one in found(text)] == [Confidence.LOW], text


def test_the_same_in_the_text_of_a_book_is_none() -> None:
    assert found("the password: changeme is a bad one", "notes.md") == []


def test_a_parameter_of_a_command_in_powershell_is_told_and_its_variable_is_not() -> None:
    text = "Connect-It -User a -Password 'Gr@uerWolf7'\nConnect-It -Password $p -Token (Get-It) -NewPassword:$newPassword @rest\n"
    (one,) = found(text, "a.ps1", "powershell")
    assert text[one.start : one.end] == "Gr@uerWolf7"


def test_a_literal_made_a_secure_string_is_left_to_its_own_rule() -> None:
    text = "Connect-It -Password (ConvertTo-SecureString 'Gr@uerWolf7' -AsPlainText -Force)\n"
    assert found(text, "a.ps1", "powershell") == []


def test_a_path_and_a_message_are_no_password() -> None:
    for text in (': "${DB_PASSWORD:?not set}"', "# /etc/passwd: mysql:x:100:101:MySQL Server:/nonexistent:/bin/false"):
        assert list(secrets(Source("x.sh", "bash", text))) == []
