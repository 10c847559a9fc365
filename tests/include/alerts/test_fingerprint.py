from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from include.alerts.fingerprint import fingerprint, label_identity

TEXT = st.text(alphabet=st.characters(), max_size=8)


def test_it_is_a_digest_that_does_not_change_between_releases() -> None:
    found = fingerprint("alertmanager", ("fingerprint", "b7c1f0d29a4e6835"))
    assert re.fullmatch("[0-9a-f]{64}", found)
    assert found == "b57a63383f4c5de96ceecb36d5d191bc8d6b63e1f38f2263d5364e2e94b50993"


def test_h11_two_sources_never_share_a_fingerprint() -> None:
    assert fingerprint("a", ("x",)) != fingerprint("b", ("x",))


@given(st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=4), TEXT, TEXT)
def test_different_parts_are_different_fingerprints(one: list[str], other: list[str], source: str, second: str) -> None:
    same = (source, one) == (second, other)
    assert (fingerprint(source, one) == fingerprint(second, other)) is same


def test_parts_cannot_imitate_each_other() -> None:
    assert fingerprint("a", ("bc", "d")) != fingerprint("ab", ("c", "d"))
    assert fingerprint("a", ("b", "")) != fingerprint("a", ("b",))
    assert fingerprint("a", ("\ud800",)) != fingerprint("a", ("?",))


def test_labels_identify_whatever_their_order() -> None:
    assert label_identity({"a": "1", "b": "2"}) == label_identity({"b": "2", "a": "1"})
    assert label_identity({"a": "1"}) != label_identity({"a": "2"})
    assert label_identity({"a": "b", "c": ""}) != label_identity({"a": "", "b": "c"})
