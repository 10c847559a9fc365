from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.script_review.language import LANGUAGES, language_of


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/Deploy.PS1", "powershell"),
        ("m.psm1", "powershell"),
        ("m.psd1", "powershell"),
        ("x.sh", "bash"),
        ("x.bash", "bash"),
        ("test/x.bats", "bash"),
        ("home/.bashrc", "bash"),
        ("x.py", "python"),
        ("main.tf", "terraform"),
        ("prod.tfvars", "terraform"),
        (".terraform.lock.hcl", "terraform"),
        ("Dockerfile", "dockerfile"),
        ("a/dockerfile", "dockerfile"),
        ("Dockerfile.prod", "dockerfile"),
        ("Dockerfile.py", "dockerfile"),
        ("web.dockerfile", "dockerfile"),
        ("Containerfile", "dockerfile"),
        ("Containerfile.dev", "dockerfile"),
        ("dockerfile.py", "python"),
        ("Dockerfile.dockerignore", "text"),
        ("dockerfile.d/readme", "text"),
        ("a.yaml", "yaml"),
        ("a.yml", "yaml"),
        ("a.json", "json"),
        ("ps1", "text"),
        (".sh", "bash"),
        ("notes.txt", "text"),
        ("a.ps1.bak", "text"),
        ("", "text"),
    ],
)
def test_the_name_decides(path: str, language: str) -> None:
    assert language_of(path, "whatever\n") == language


@pytest.mark.parametrize(
    ("first", "language"),
    [
        ("#!/bin/sh", "bash"),
        ("#! /bin/bash -eu", "bash"),
        ("#!/usr/bin/env -S FOO=1 bash -e", "bash"),
        ("#!/usr/bin/env bash\r", "bash"),
        ("#!/bin/busybox sh", "bash"),
        ("#!/bin/dash", "bash"),
        ("#!/usr/bin/ksh", "bash"),
        ("#!/usr/bin/env pwsh", "powershell"),
        ("#!/usr/bin/python3.11", "python"),
        ("#!/usr/bin/env pypy3", "python"),
        ("#!/usr/bin/perl", "text"),
        ("#!/usr/bin/env", "text"),
        ("#!", "text"),
        ("#!" + " " * 5_000 + "/bin/sh", "text"),
        (" #!/bin/sh", "text"),
        ("echo #!/bin/sh", "text"),
    ],
)
@pytest.mark.parametrize("path", ["bin/run", "run.txt"])
def test_the_first_line_decides_where_the_name_says_nothing(path: str, first: str, language: str) -> None:
    assert language_of(path, first + "\nrest\n") == language


@pytest.mark.parametrize(("path", "language"), [("a.ps1", "powershell"), ("Dockerfile", "dockerfile"), ("a.tf", "terraform")])
def test_a_first_line_cannot_lead_away_from_the_name(path: str, language: str) -> None:
    assert language_of(path, "#!/bin/sh\n") == language


def test_what_is_no_text_is_binary_whatever_its_name() -> None:
    assert language_of("a.ps1", None) == "binary"


@given(st.text(), st.text() | st.none())
def test_any_name_and_any_text_has_a_language(path: str, text: str | None) -> None:
    assert language_of(path, text) in LANGUAGES
