"""CODEOWNERS names accounts; the catalogue says who they are; whom it does not know owns nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from include.contracts.catalogue import Account
from include.reviewing.contents import Lines
from include.reviewing.whose import owners_by_path
from include.script_review.repository.owners import read_owners


def lines_of(text: str) -> Lines:
    return tuple((line.pattern, line.owners) for line in read_owners(text.encode()).lines)


def with_accounts(catalogue: Any, **accounts: str) -> Any:
    people = tuple(
        row.model_copy(update={"accounts": (*row.accounts, Account(system="github", id=accounts[row.name]))})
        if row.name in accounts
        else row
        for row in catalogue.tables["people"]
    )
    return replace(catalogue, tables={**catalogue.tables, "people": people})


def test_accounts_teams_and_addresses_are_people_of_the_catalogue(catalogue: Any) -> None:
    known = with_accounts(catalogue, maya="Maya-O", priya="shop/payments")
    lines = lines_of("/a @maya-o\n/b @Shop/Payments @stranger\n/c INES.carvalho@example.com @maya-o\n/d @stranger\n/e maya\n")
    found = owners_by_path(known, "tomas", lines, ["a", "b", "c", "d", "e", "f"])
    assert found == {
        "a": ("maya",),
        "b": ("priya",),
        "c": ("ines", "maya"),
        "d": ("tomas",),
        "e": ("tomas",),  # a person's name in the catalogue is nothing that a repository may call on
        "f": ("tomas",),
    }


def test_an_account_that_two_people_have_is_nobodys(catalogue: Any) -> None:
    known = with_accounts(catalogue, maya="ops", priya="OPS")
    assert owners_by_path(known, "tomas", lines_of("* @ops"), ["a"]) == {"a": ("tomas",)}
