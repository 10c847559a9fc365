"""Advice that changes something is refused; checks that read are let through."""

from __future__ import annotations

import pytest

from include.drafting.read_only import instruction_in, is_read_only_step

READS = [
    "Check the log of shop-orders from its start on for the reason it was started.",
    "Compare the configuration shop-orders runs with the one before it, key by key.",
    "Look at how many connections are in use and who holds them, at the time of the first cited line.",
    "Ask the owner whether this is to become a change request.",
    "Find out which service this is about, and compare its name with the catalogue's.",
    'Check whether "restart now" stands in the log.',
    "Read the runbook high-error-rate.",
    "Check when it was restarted and by whom.",
    "Look at the deployment and the rollback of Monday.",
]
CHANGES = [
    "Restart shop-payments.",
    "Please restart shop-payments.",
    "Check the pool, then restart shop-payments.",
    "Check the pool and scale it up.",
    "Look at the deploy; roll back.",
    "Roll back 9f3c1d2.",
    "Rollback 9f3c1d2.",
    "Check the disk: delete old files.",
    "You should increase the pool.",
    "The owner must block 203.0.113.9",
    "Ask the owner to revoke the key.",
    "Consider restarting the service.",
    "Recover by rolling back.",
    "Try a restart.",
    "Perform a quick failover.",
    "A restart is needed.",
    "Check whether a rollback is recommended.",
    "Check it.\nKill the process.",
    "Look at it, stop the process",
    "Just set pool_size to 20.",
    "Never restart it.",
    "kill -9 4711",
]


@pytest.mark.parametrize("text", READS)
def test_a_check_that_reads_is_let_through(text: str) -> None:
    assert is_read_only_step(text)
    assert instruction_in(text) is None


@pytest.mark.parametrize("text", CHANGES)
def test_a_change_is_refused(text: str) -> None:
    assert not is_read_only_step(text)


@pytest.mark.parametrize("text", [text for text in CHANGES if not text.startswith("kill")])
def test_the_words_that_ask_for_it_are_found(text: str) -> None:
    assert instruction_in(text)


@pytest.mark.parametrize("text", ["", "   ", "...", '"Check"', "Maybe check the log.", "The log."])
def test_what_does_not_begin_with_a_reading_verb_is_no_step(text: str) -> None:
    assert not is_read_only_step(text)
