from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.store.chain import GENESIS, SALT_BYTES, entry_hash, is_intact, payload_digest

line = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=12)
fields = st.tuples(st.integers(1, 10**12), *(line for _ in range(7)))


def test_the_encoding_is_the_documented_one() -> None:
    text = "holdpoint/ledger/entry/1\n7\nat\nactor\nkind\nsubject\nrun\ndigest\nprev"
    assert entry_hash(7, "at", "actor", "kind", "subject", "run", "digest", "prev") == hashlib.sha256(text.encode()).hexdigest()
    assert hashlib.sha256(b"holdpoint/ledger/genesis/1\n").hexdigest() == GENESIS
    assert payload_digest(b"s" * 32, b"{}") == hashlib.sha256(b"holdpoint/ledger/payload/1\n" + b"s" * 32 + b"{}").hexdigest()


@given(fields, fields)
def test_h09_two_entries_never_share_a_hash(one: tuple, other: tuple) -> None:
    assert (entry_hash(*one) == entry_hash(*other)) == (one == other)


@given(fields, st.integers(1, 7), st.integers(0, 12))
def test_h09_a_field_cannot_smuggle_a_line_feed(entry: tuple, field: int, position: int) -> None:
    """Without this, ("a\\nb", "") and ("a", "b") could share their bytes."""
    spoiled = list(entry)
    spoiled[field] = spoiled[field][:position] + "\n" + spoiled[field][position:]
    with pytest.raises(ValueError, match="line feed"):
        entry_hash(*spoiled)


@pytest.mark.parametrize("cell", [b"ada", 5, None, 1.5])
def test_a_field_that_is_no_text_is_refused(cell: object) -> None:
    with pytest.raises(TypeError):
        entry_hash(1, "at", cell, "kind", "subject", "run", "", GENESIS)  # type: ignore[arg-type]


def test_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        entry_hash(1, "at", "\udc80", "kind", "subject", "run", "", GENESIS)


@pytest.mark.parametrize("length", [0, SALT_BYTES - 1, SALT_BYTES + 1])
def test_h09_salt_and_body_cannot_trade_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="salt"):
        payload_digest(b"s" * length, b"{}")


cells = st.one_of(line, st.binary(max_size=5), st.none(), st.integers(-5, 5), st.text(max_size=5))


@given(st.data())
def test_is_intact_agrees_with_the_two_functions_it_unrolls(data: st.DataObject) -> None:
    entry = data.draw(fields)
    salt, body = data.draw(st.binary(min_size=32, max_size=32)), data.draw(st.binary(max_size=20))
    entry = (*entry[:6], payload_digest(salt, body), entry[7])
    row = [*entry, entry_hash(*entry), entry[0], salt, body, None]
    assert is_intact(row, entry[0], entry[7])
    position = data.draw(st.integers(0, 12))
    before, row[position] = row[position], data.draw(cells)
    if position != 9:  # the join makes payload.seq equal to seq, or None with all the rest
        assert is_intact(row, entry[0], entry[7]) == (row[position] == before and type(row[position]) is type(before))


def test_h09_an_entry_that_smuggles_a_line_feed_is_not_intact_though_its_hash_fits() -> None:
    text = "holdpoint/ledger/entry/1\n1\nat\nactor\nkind\nsub\nject\nrun\n\n" + GENESIS
    digest = hashlib.sha256(text.encode()).hexdigest()
    for fields in (("actor", "kind", "sub\nject", "run"), ("actor\nkind", "sub", "ject", "run")):
        assert not is_intact([1, "at", *fields, "", GENESIS, digest, None, None, None, None], 1, GENESIS)


def test_h09_salt_and_body_that_trade_bytes_are_not_intact() -> None:
    salt, body = b"s" * 31 + b"x", b"{}"
    entry = (1, "at", "actor", "kind", "subject", "run", payload_digest(salt, body), GENESIS)
    row = [*entry, entry_hash(*entry), 1, salt, body, None]
    assert is_intact(row, 1, GENESIS)
    assert not is_intact([*row[:10], salt[:31], b"x" + body, None], 1, GENESIS)


def test_an_entry_without_a_payload_has_none_beside_it() -> None:
    entry = (1, "at", "actor", "kind", "subject", "run", "", GENESIS)
    row = [*entry, entry_hash(*entry), None, None, None, None]
    assert is_intact(row, 1, GENESIS)
    assert not is_intact([*row[:9], 1, None, None, None], 1, GENESIS)
    assert not is_intact(row, 2, GENESIS)
    assert not is_intact(row, 1, "0" * 64)
