"""What the model of a Dockerfile says."""

from __future__ import annotations

from include.script_review.dockerfile.dockerfile import Dockerfile
from include.script_review.rules.dockerfile.registry import RULES
from include.script_review.source import Source

TEXT = """# syntax=docker/dockerfile:1
FROM debian:12 AS build
RUN --mount=type=cache,target=/c \\
    echo é && \\
    # a note
    curl x | sh
RUN <<EOF
wget -qO- y | bash
EOF
RUN ["curl", "z"]
copy a b
USER root
"""


def test_instructions() -> None:
    file = Dockerfile.of(Source("Dockerfile", "dockerfile", TEXT))
    assert [one.word for one in file.instructions] == ["FROM", "RUN", "RUN", "RUN", "COPY", "USER"]
    assert file.instructions[-1].text == "root"
    assert all(TEXT.encode()[one.start : one.end].strip() for one in file.instructions)


def test_what_run_runs_stands_where_it_stood() -> None:
    file = Dockerfile.of(Source("Dockerfile", "dockerfile", TEXT))
    assert len(file.shell.data) == len(file.data)
    calls = file.shell.calls("curl", "wget")
    assert [TEXT.encode()[command.start : command.end] for command in calls] == [b"curl x", b"wget -qO- y"]
    assert file.shell.share == 1.0


def test_rules_meet_in_one_file() -> None:
    file = Dockerfile.of(Source("Dockerfile", "dockerfile", TEXT))
    found = [(rule.id, TEXT.encode()[hit.start : hit.end].decode()) for rule in RULES for hit in rule.check(file)]
    assert found == [
        ("docker-run-download", "curl x | sh"),
        ("docker-run-download", "wget -qO- y | bash"),
        ("docker-user-root", "USER root"),
    ]


def test_the_escape_of_windows_files() -> None:
    text = "# escape=`\nFROM x\nRUN a `\n  b\nUSER app\n"
    assert [one.word for one in Dockerfile(text.encode()).instructions] == ["FROM", "RUN", "USER"]


def test_an_address_or_a_secret_is_not_repeated() -> None:
    secret = "Winter" + "2024shop"
    text = f"FROM x\nENV API_TOKEN={secret} B=1\nENV DB_PASSWORD {secret}\nARG TOKEN\nADD https://h/x?sig={secret} /\n"
    hits = [hit for rule in RULES for hit in rule.check(Dockerfile(text.encode()))]
    assert len(hits) == 4
    assert not any(secret in hit.message for hit in hits)
