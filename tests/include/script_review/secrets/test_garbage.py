"""Whatever a file holds: an answer, in bounded time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.decode import decode
from include.script_review.secrets.find import secrets
from include.script_review.source import Source
from tests.include.script_review.secrets.labelled import made

SIZE = 300_000
SECONDS = 6.0  # of CPU for that; measured at 0.1 to 1.4


def found(text: str, path: str = "a.env", language: str = "text") -> list[str]:
    source = Source(path, language, text)
    return [source.data[one.start : one.end].decode("utf-8", "replace") for one in secrets(source)]


@pytest.mark.parametrize(
    "unit",
    [
        "x", "pass ", "password=", 'password="', "token : ", "AK" + "IA", "eyJ-", "eyJaaaaaaaaaaaa.", "://a:b@c",
        "x://a:", "curl -u a:",
        "-----BEGIN " + "PRIVATE" + " KEY-----", "PuTTY-User-Key-File-2: ", "basic aaaaaa ",
        "?token=aB3dE6gH9aB3dE6gH9aB3dE6", '"', "\\",
        "password={", 'variable "password" {', "user password '", "mysql -p", "password \n value:", "<password ", "+ASt",
        "xoxb-", "{",
        "\n", "\0", "S" + "K" + "0" * 31, "1234567890:AA", "pässwörd=ß", "Server=a;Password=",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("path", "language"), [("a.env", "text"), ("a.py", "python"), ("a.tf", "terraform")])
def test_a_bomb_takes_time_in_line_with_its_length(unit: str, path: str, language: str) -> None:
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]
    began = time.process_time()
    found(text, path, language)
    assert time.process_time() - began < SECONDS


def test_a_line_of_ten_megabytes_with_a_secret_at_its_end() -> None:
    assert found("x" * 10_000_000 + ' DB_PASSWORD="Gr@uerWolf7"', "a.py", "python") == ["Gr@uerWolf7"]


def test_secrets_between_nuls_and_binary() -> None:
    noise = random.Random(3).randbytes(200_000).decode("latin-1")
    token = made.token("github")
    assert token in found(f"{noise}\0 {token} \0{noise}")
    assert found("\0" * 1_000 + f"\n{token}\n" + "\0") == [token]


def test_random_bytes_have_no_secrets() -> None:
    assert found(random.Random(4).randbytes(2_000_000).decode("latin-1")) == []


def test_packed_text_has_none() -> None:
    assert found(made.draw(made.BASE64, 1_000_000, "packed"), "a.js") == []
    assert found("\n".join(made.draw(made.HEX, 64, f"{number}") for number in range(5_000)), "sums.txt") == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_text_in_other_encodings(encoding: str) -> None:
    text = "# settings of the service\r\nDB_PASSWORD=Gr@uerWolf7\r\n"
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert found(decoded.text) == ["Gr@uerWolf7"]


def test_half_a_pair_of_surrogates() -> None:
    assert found("\ud800 DB_PASSWORD=Gr@uerWolf7\ud800") != []


@given(st.text(max_size=200), st.sampled_from(["a.env", "a.md", "b.py", "Dockerfile"]))
def test_any_text_is_answered(text: str, path: str) -> None:
    for language in ("text", "python", "bash", "yaml", "powershell", "terraform"):
        source = Source(path, language, text)
        for one in secrets(source):
            assert 0 <= one.start < one.end <= len(source.data)


@given(
    st.lists(
        st.sampled_from(
            ["password", "=", ":", '"', "'", " ", "\n", "token", "://", "@", "a", "7", "$", "{", "}", "<", ">", "--"]
        ),
        max_size=60,
    )
)
def test_any_row_of_what_detectors_look_for_is_answered(parts: list[str]) -> None:
    for path in ("a.env", "b.py", "c.xml", "d.md"):
        ends = [one.end for one in secrets(Source(path, "text", "".join(parts)))]
        assert ends == sorted(ends)
