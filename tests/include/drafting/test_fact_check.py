"""Attacks on the grounding of a fact. Each begins from a fact that holds and changes one thing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from include.contracts.brief import Fact
from include.contracts.errors import Ungrounded
from include.contracts.evidence import Citation, Evidence, text_digest
from include.drafting.fact_check import by_id, check_fact

STATUS = (
    "shop-payments is FATAL since 2026-11-20T10:00:40Z pid 0 exit status 1 (Exited too quickly) observed 2026-11-20T10:06:00Z"
)
RUNNING = "shop-orders is RUNNING since 2026-11-11T10:05:00Z pid 4711 (up) observed 2026-11-20T10:06:00Z"
REFUSED = (
    "2026-11-20T10:01:00Z ERROR orders.log: shop-payments failed: connection refused address=http://127.0.0.1:18083/pay code=502"
)
NOT_RELOADED = "2026-11-20T10:02:00Z ERROR orders.log: configuration not reloaded reason=unknown keys"
POOL = (
    "2026-11-20T10:03:00Z ERROR payments.log: no free database connection within 500 ms "
    "pool_in_use=5 pool_size=20 by deploy 9f3c1d2"
)


def evidence(name: str, *lines: str, service: str = "shop-orders") -> Evidence:
    text = "\n".join(lines)
    return Evidence(
        id=name,
        tool="query_logs",
        params={"service": service, "environment": "production"},
        principal="incident_triage@service",
        label="internal",
        place="logs",
        collected_at=datetime(2026, 11, 20, 10, 6, tzinfo=UTC),
        text=text,
        digest=text_digest(text),
        output={},
    )


SOURCES = by_id(
    [
        evidence("e1", STATUS, RUNNING, service="shop-payments"),
        evidence("e2", REFUSED, NOT_RELOADED, POOL, REFUSED.replace("10:01:00Z", "10:01:30Z")),
        evidence("e3", "2026-11-20T04:00:00Z ERROR orders.log: something else"),
    ]
)


def cite(name: str, quote: str) -> Citation:
    start = SOURCES[name].text.index(quote)
    return Citation(evidence=name, start=start, end=start + len(quote), quote=quote)


def fact(statement: str, *citations: Citation) -> Fact:
    return Fact(id="F1", statement=statement, citations=citations)


HOLDS = {
    "verbatim": (STATUS, [("e1", STATUS)]),
    "in part": ("shop-payments is FATAL since 2026-11-20T10:00:40Z", [("e1", STATUS)]),
    "re-rendered time": ("shop-payments is FATAL since 2026-11-20T11:00:40+01:00", [("e1", STATUS)]),
    "with frame words": ("It says that shop-payments is FATAL", [("e1", STATUS)]),
    "two quotes": (f"{STATUS}\n{RUNNING}", [("e1", STATUS), ("e1", RUNNING)]),
    "where it was read": ("shop-orders: ERROR orders.log: shop-payments failed: connection refused", [("e2", REFUSED)]),
    "part of an address": ("shop-payments failed: connection refused at 127.0.0.1:18083", [("e2", REFUSED)]),
    "negation kept": ("configuration not reloaded", [("e2", NOT_RELOADED)]),
    "negation contracted alike": ("no free database connection within 500 ms", [("e2", POOL)]),
    "counted": ('2 lines of e2 contain "shop-payments failed"', [("e2", REFUSED)]),
    "counted with times": (
        '2 lines of e2 contain "shop-payments failed", the first at 2026-11-20T10:01:00Z, the last at 2026-11-20T10:01:30Z',
        [("e2", REFUSED)],
    ),
    "counted as none elsewhere": ('shop-payments failed; 0 lines of e3 contain "shop-payments failed"', [("e2", REFUSED)]),
    "quotation marks": ('It says "connection refused"', [("e2", REFUSED)]),
}


@pytest.mark.parametrize("name", HOLDS)
def test_what_the_quotes_say_holds(name: str) -> None:
    statement, quotes = HOLDS[name]
    check_fact(fact(statement, *(cite(*quote) for quote in quotes)), SOURCES)


ATTACKS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    # identifiers
    "another service": ("shop-orders is FATAL since 2026-11-20T10:00:40Z", [("e1", STATUS)]),
    "an extra service": ("shop-payments is FATAL and shop-frontend", [("e1", STATUS)]),
    "a longer name": ("shop-payments-db is FATAL", [("e1", STATUS)]),
    "a shorter name": ("payments is FATAL", [("e1", STATUS)]),
    "another host": ("connection refused at 127.0.0.2:18083", [("e2", REFUSED)]),
    "a part of an address": ("connection refused at 0.0.1:18083", [("e2", REFUSED)]),
    "another path": ("connection refused at http://127.0.0.1:18083/orders", [("e2", REFUSED)]),
    "another hash": ("by deploy 9f3c1d3", [("e2", POOL)]),
    "a hash cut short": ("by deploy 9f3c", [("e2", POOL)]),
    "another file": ("ERROR frontend.log: shop-payments failed", [("e2", REFUSED)]),
    "a person": ("shop-payments failed said Maya", [("e2", REFUSED)]),
    # numbers
    "another number": ("no free database connection within 900 ms", [("e2", POOL)]),
    "another unit": ("no free database connection within 500 s", [("e2", POOL)]),
    "numbers swapped": ("pool_in_use=20 pool_size=5", [("e2", POOL)]),
    "a sign": ("exit status -1", [("e1", STATUS)]),
    "a decimal": ("exit status 1.0", [("e1", STATUS)]),
    "a number out of a time": ("10 connection refused", [("e2", REFUSED)]),
    "a number in words": ("Three lines: connection refused", [("e2", REFUSED)]),
    "a comparison": ("pool_in_use=5 > pool_size=20", [("e2", POOL)]),
    "a percentage": ("no free database connection 5%", [("e2", POOL)]),
    # times
    "another second": ("shop-payments is FATAL since 2026-11-20T10:00:41Z", [("e1", STATUS)]),
    "another zone, same digits": ("shop-payments is FATAL since 2026-11-20T10:00:40+01:00", [("e1", STATUS)]),
    "another day": ("shop-payments is FATAL since 2026-11-21T10:00:40Z", [("e1", STATUS)]),
    "times swapped": ("shop-payments is FATAL since 2026-11-20T10:06:00Z", [("e1", STATUS)]),
    "a bare clock time": ("shop-payments is FATAL since 10:00", [("e1", STATUS)]),
    # states and words
    "another state": ("shop-payments is RUNNING since 2026-11-20T10:00:40Z", [("e1", STATUS)]),
    "states swapped": ("shop-payments is RUNNING\nshop-orders is FATAL", [("e1", STATUS), ("e1", RUNNING)]),
    "the subject swapped": ("shop-orders is FATAL", [("e1", STATUS), ("e1", RUNNING)]),
    "another outcome": ("shop-payments failed: connection accepted", [("e2", REFUSED)]),
    "a cause": ("connection refused because shop-payments failed", [("e2", REFUSED)]),
    "an order of events": ("shop-payments failed before connection refused", [("e2", REFUSED)]),
    "a judgement": ("shop-payments failed badly", [("e2", REFUSED)]),
    "an invention in small letters": ("shop-payments failed: memory leak", [("e2", REFUSED)]),
    "another severity": ("WARNING orders.log: shop-payments failed", [("e2", REFUSED)]),
    # negations
    "a negation dropped": ("configuration reloaded", [("e2", NOT_RELOADED)]),
    "a negation dropped, far": ("free database connection within 500 ms", [("e2", POOL)]),
    "a negation added": ("shop-payments not failed", [("e2", REFUSED)]),
    "a negation from elsewhere": ("shop-payments is not FATAL", [("e1", STATUS), ("e2", NOT_RELOADED)]),
    "a negation contracted": ("shop-payments isn't FATAL", [("e1", STATUS)]),
    "without": ("shop-payments failed without connection refused", [("e2", REFUSED)]),
    # quotation marks
    "words that nobody wrote": ('It says "connection refused by peer"', [("e2", REFUSED)]),
    "words in another order": ('It says "refused connection"', [("e2", REFUSED)]),
    "words of two quotes in one": ('It says "shop-payments is reloaded"', [("e1", STATUS), ("e2", NOT_RELOADED)]),
    "other marks": ("It says `connection accepted`", [("e2", REFUSED)]),
    # counts
    "a wrong count": ('3 lines of e2 contain "shop-payments failed"', [("e2", REFUSED)]),
    "a count of another source": ('2 lines of e3 contain "shop-payments failed"', [("e2", REFUSED)]),
    "a count of nothing read": ('0 lines of e9 contain "shop-payments failed"', [("e2", REFUSED)]),
    "a wrong first": ('2 lines of e2 contain "shop-payments failed", the first at 2026-11-20T10:00:00Z', [("e2", REFUSED)]),
    "a wrong last": (
        '2 lines of e2 contain "shop-payments failed", the first at 2026-11-20T10:01:00Z, the last at 2026-11-20T10:01:31Z',
        [("e2", REFUSED)],
    ),
    "a count beside a lie": ('shop-orders is FATAL; 2 lines of e2 contain "shop-payments failed"', [("e2", REFUSED)]),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_the_quotes_do_not_say_is_no_fact(name: str) -> None:
    statement, quotes = ATTACKS[name]
    with pytest.raises(Ungrounded):
        check_fact(fact(statement, *(cite(*quote) for quote in quotes)), SOURCES)


def test_a_quote_that_cuts_its_negation_off_does_not_hold() -> None:
    """The span is right, and the line it stands in says the opposite."""
    for quote in ("reloaded", "free database connection"):
        with pytest.raises(Ungrounded, match="negation"):
            check_fact(fact(quote, cite("e2", quote)), SOURCES)


def test_failed_to_is_a_negation() -> None:
    sources = by_id([evidence("e1", "service failed to start on port 80")])
    start = sources["e1"].text.index("start")
    citation = Citation(evidence="e1", start=start, end=start + 16, quote="start on port 80")
    with pytest.raises(Ungrounded, match="negation"):
        check_fact(fact("start on port 80", citation), sources)


def _shifted(citation: Citation, by: int) -> Citation:
    return citation.model_copy(update={"start": citation.start + by, "end": citation.end + by})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: _shifted(c, 1),
        lambda c: _shifted(c, -1) if c.start else _shifted(c, 2),
        lambda c: c.model_copy(update={"quote": c.quote[:-1] + "X"}),
        lambda c: c.model_copy(update={"quote": c.quote.replace("F", "f")}),
        lambda c: c.model_copy(update={"evidence": "e2"}),
        lambda c: c.model_copy(update={"evidence": "e9"}),
        lambda c: c.model_copy(update={"start": 10_000, "end": 10_000 + len(c.quote)}),
    ],
)
def test_a_citation_must_be_exact(spoil: Any) -> None:
    with pytest.raises(Ungrounded):
        check_fact(fact(STATUS, spoil(cite("e1", STATUS))), SOURCES)


def test_evidence_that_was_changed_after_reading_is_refused() -> None:
    changed = SOURCES["e1"].model_copy(update={"text": SOURCES["e1"].text.replace("pid 4711", "pid 4712")})
    with pytest.raises(Ungrounded, match="digest"):
        check_fact(fact(STATUS, cite("e1", STATUS)), {"e1": changed})


def test_two_pieces_of_evidence_cannot_share_an_id() -> None:
    with pytest.raises(Ungrounded):
        by_id([SOURCES["e1"], SOURCES["e1"]])


def test_every_single_word_of_a_true_fact_matters() -> None:
    """Each word, number or name exchanged for another one: none is let through."""
    check_fact(fact(REFUSED, cite("e2", REFUSED)), SOURCES)
    for word in ("2026-11-20T10:01:00Z", "ERROR", "orders.log", "shop-payments", "failed", "refused", "127.0.0.1", "502"):
        with pytest.raises(Ungrounded):
            check_fact(fact(REFUSED.replace(word, "elsewhere7", 1), cite("e2", REFUSED)), SOURCES)
