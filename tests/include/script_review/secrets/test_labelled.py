"""Every labelled secret is found where it stands; no file without one has an alarm."""

from __future__ import annotations

import pytest

from tests.include.script_review.secrets.labelled.labelled import NEGATIVE, POSITIVE, File, ours


def test_the_set_is_as_large_as_it_says() -> None:
    assert len(POSITIVE) >= 150
    assert len(NEGATIVE) >= 120
    assert all(len(file.secret) >= 4 for file in POSITIVE)
    assert not any("«" in file.text or "{hex" in file.text for file in (*POSITIVE, *NEGATIVE))
    assert len({(file.path, file.text) for file in (*POSITIVE, *NEGATIVE)}) == len(POSITIVE) + len(NEGATIVE)


@pytest.mark.parametrize("file", POSITIVE, ids=[f"{number}-{file.path}" for number, file in enumerate(POSITIVE)])
def test_a_secret_is_found_where_it_stands(file: File) -> None:
    found = ours(file)
    assert len(found) == 1, found
    assert file.hits(found) == found


@pytest.mark.parametrize("file", NEGATIVE, ids=[f"{number}-{file.path}" for number, file in enumerate(NEGATIVE)])
def test_what_is_no_secret_is_left_alone(file: File) -> None:
    assert ours(file) == []
