from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.catalogue.catalogue import Catalogue
from include.contracts.errors import NotFound, StoreError
from include.contracts.runbook import Approval, RunbookMeta
from include.contracts.tools.query_approved_runbook import RunbookPassages, RunbookQuery
from include.retrieval.index import build_index
from include.retrieval.loader import Runbook
from include.retrieval.search import search
from include.retrieval.sections import Passage

Write = Callable[..., Path]
TODAY = date(2026, 11, 2)
LABELS = ("public", "internal", "security", "restricted")
SERVICES = ("alpha", "beta", "gamma")
VOCABULARY = ("pool", "disk", "orders", "queue", "zebra", "logon")
READER = "reader@service"


def _names(found: RunbookPassages) -> list[str]:
    return [hit.runbook for hit in found.hits]


# -- Permission ---------------------------------------------------------------------------------------------------------


def _runbook(number: int, fields: dict[str, Any]) -> Runbook:
    words = fields.pop("words")
    base: dict[str, Any] = {"name": f"doc-{number:02}", "owner": "maya", "review_interval_days": 30}
    meta = RunbookMeta(**base, **fields)
    return Runbook(meta, f"{meta.name}.md", tuple(Passage(f"Part {part}", text) for part, text in enumerate(words)))


@st.composite
def _layouts(draw: st.DrawFn) -> list[Runbook]:
    text = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4).map(" ".join)
    approved = st.sampled_from([date(2026, 1, 5), date(2026, 1, 5), TODAY, date(2026, 11, 3), None])
    runbook = st.fixed_dictionaries(
        {
            "classification": st.sampled_from(LABELS),
            "services": st.sets(st.sampled_from(("*", *SERVICES)), min_size=1, max_size=3).map(
                lambda names: tuple(sorted(names))
            ),
            "approved": approved.map(lambda on: Approval(by="maya", on=on) if on else None),
            "reviewed": st.sampled_from([date(2026, 10, 5), date(2026, 10, 3), date(2026, 10, 2), date(2026, 11, 3)]),
            "superseded_by": st.sampled_from([None, None, None, "doc-00", "doc-03", "nowhere"]),
            "alerts": st.sets(st.sampled_from(("Down", "Slow")), max_size=2).map(lambda names: tuple(sorted(names))),
            "title": text,
            "words": st.lists(text, min_size=1, max_size=3),
        }
    )
    return [_runbook(number, fields) for number, fields in enumerate(draw(st.lists(runbook, max_size=12)))]


_subset = st.sets(st.sampled_from(LABELS), min_size=1)
_grants = st.lists(st.tuples(_subset, st.sets(st.sampled_from(("*", *SERVICES)), min_size=1)), max_size=3)
_numbers = count()


def _build(folder: Path, runbooks: list[Runbook]) -> Path:
    path = folder / f"{next(_numbers)}.db"
    build_index(path, runbooks)
    return path


def _may(grants: list[tuple[set[str], set[str]]], runbook: Runbook, service: str | None) -> bool:
    """The rule once more, naively."""
    applies = "*" in runbook.meta.services or service in runbook.meta.services
    return applies and any(
        runbook.meta.classification in labels and ("*" in services or service in services) for labels, services in grants
    )


def _matches(runbook: Runbook, words: set[str]) -> bool:
    own = [runbook.meta.title, *runbook.meta.alerts, *(f"{each.heading} {each.text}" for each in runbook.passages)]
    return not {word.lower() for word in words}.isdisjoint(" ".join(own).lower().split())


@settings(max_examples=250, deadline=None)
@given(
    runbooks=_layouts(),
    grants=_grants,
    service=st.sampled_from((None, *SERVICES)),
    words=st.sets(st.sampled_from((*VOCABULARY, "Slow")), min_size=1, max_size=3),
    alert=st.sampled_from((None, None, "Down", "Nothing")),
    quarantined=st.sets(st.sampled_from([f"doc-{number:02}" for number in range(12)]), max_size=2),
    max_hits=st.sampled_from((1, 3, 50)),
)
def test_h12_what_may_not_be_read_leaves_no_trace(
    tmp_path_factory: pytest.TempPathFactory,
    make_catalogue: Callable[..., Catalogue],
    runbooks: list[Runbook],
    grants: list[tuple[set[str], set[str]]],
    service: str | None,
    words: set[str],
    alert: str | None,
    quarantined: set[str],
    max_hits: int,
) -> None:
    catalogue = make_catalogue(LABELS, SERVICES, {READER: grants, "other@service": [(LABELS, ["*"])]})
    folder = tmp_path_factory.getbasetemp()

    def ask(index: Path, hits: int) -> RunbookPassages:
        query = RunbookQuery(words=" ".join(sorted(words)), service=service, max_hits=hits)
        return search(catalogue, READER, query, today=TODAY, index=index, quarantined=frozenset(quarantined), alert=alert)

    visible = [each for each in runbooks if _may(grants, each, service)]
    index = _build(folder, runbooks)
    expected = {
        each.meta.name
        for each in visible
        if each.meta.approved
        and each.meta.approved.on <= TODAY
        and each.meta.name not in quarantined
        and (_matches(each, words) or alert in each.meta.alerts)
    }
    everything = ask(index, 50)
    assert set(_names(everything)) == expected
    assert len(everything.hits) == len(expected)
    stale = [hit.stale for hit in everything.hits]
    assert stale == sorted(stale)
    # As if nothing else existed: every byte, scores and reasons with them.
    few = ask(index, max_hits)
    assert few.model_dump_json() == ask(_build(folder, visible), max_hits).model_dump_json()
    assert few.hits == everything.hits[:max_hits]


def test_h12_without_a_grant_the_answer_is_that_of_an_empty_house(
    make_catalogue: Callable[..., Catalogue], write: Write, folder: Path
) -> None:
    catalogue = make_catalogue(grants={"somebody@service": [(["internal"], ["*"])]})
    query = RunbookQuery(words="pool", service="shop-orders")
    empty = search(catalogue, READER, query, today=TODAY).model_dump_json()
    write("a", "## Symptoms\n\npool\n")
    for principal in (READER, "maya", "nobody", "", "*", "reader@service "):
        assert search(catalogue, principal, query, today=TODAY).model_dump_json() == empty == '{"hits":[]}'
    assert _names(search(catalogue, "somebody@service", query, today=TODAY)) == ["a"]


def test_h12_a_hidden_successor_is_not_named_and_its_existence_does_not_show(
    make_catalogue: Callable[..., Catalogue], write: Write, folder: Path
) -> None:
    catalogue = make_catalogue(grants={READER: [(["internal"], ["*"])], "maya": [(["internal", "restricted"], ["*"])]})
    write("old", "## Symptoms\n\npool\n", superseded_by="secret-procedure")
    query = RunbookQuery(words="pool", service=None)
    without = search(catalogue, READER, query, today=TODAY)
    write("secret-procedure", "## Symptoms\n\npool pool\n", classification="restricted")
    assert search(catalogue, READER, query, today=TODAY).model_dump_json() == without.model_dump_json()
    assert without.hits[0].stale_reason == "superseded by another runbook"
    seen = search(catalogue, "maya", query, today=TODAY)
    assert _names(seen) == ["secret-procedure", "old"]
    assert seen.hits[1].stale_reason == "superseded by secret-procedure"


def test_h12_a_grant_for_one_service_opens_nothing_of_another(make_catalogue: Callable[..., Catalogue], write: Write) -> None:
    catalogue = make_catalogue(grants={READER: [(["internal"], ["shop-orders"])]})
    write("orders", "## Symptoms\n\npool\n", services=["shop-orders"])
    write("everywhere", "## Symptoms\n\npool\n")
    write("payments", "## Symptoms\n\npool\n", services=["shop-payments"])

    def ask(service: str | None) -> list[str]:
        return _names(search(catalogue, READER, RunbookQuery(words="pool", service=service), today=TODAY))

    assert ask("shop-orders") == ["orders", "everywhere"]
    assert ask("shop-payments") == []
    assert ask(None) == []


def test_an_expired_grant_opens_nothing(catalogue: Catalogue, write: Write) -> None:
    from dataclasses import replace

    write("a", "## Symptoms\n\npool\n")
    grants = tuple(each.model_copy(update={"expires": TODAY}) for each in catalogue.grants)
    expiring = replace(catalogue, tables={**catalogue.tables, "grants": grants})
    query = RunbookQuery(words="pool", service=None)
    assert _names(search(expiring, "maya", query, today=TODAY)) == ["a"]
    assert _names(search(expiring, "maya", query, today=date(2026, 11, 3))) == []


# -- Order --------------------------------------------------------------------------------------------------------------


def _ask(catalogue: Catalogue, words: str, service: str | None = None, **more: Any) -> RunbookPassages:
    hits = more.pop("max_hits", 50)
    return search(catalogue, "maya", RunbookQuery(words=words, service=service, max_hits=hits), today=TODAY, **more)


def test_the_exact_alert_name_comes_first_even_without_a_word(catalogue: Catalogue, write: Write) -> None:
    write("words", "## Symptoms\n\npool pool pool\n", title="pool")
    write("named", "First part.\n\n## Checks\n\nlook\n", alerts=["PoolSaturated"])
    write("similar", "## Symptoms\n\nnothing\n", alerts=["PoolSaturatedSoon", "poolsaturated"])
    found = _ask(catalogue, "pool", alert="PoolSaturated")
    assert _names(found) == ["named", "words"]
    assert (found.hits[0].heading, found.hits[0].passage, found.hits[0].score) == ("Title of named", "First part.", 0.0)


def test_an_alert_name_among_the_words_comes_first_too(catalogue: Catalogue, write: Write) -> None:
    write("named", "## Symptoms\n\nsaturated\n", alerts=["PoolSaturated"])
    write("words", "## Symptoms\n\nrequests fail poolsaturated requests fail\n")
    for words in ("PoolSaturated requests fail", "[FIRING:1] PoolSaturated: requests fail", '"PoolSaturated", requests fail'):
        assert _names(_ask(catalogue, words)) == ["named", "words"]
    assert _names(_ask(catalogue, "poolsaturated requests fail")) == ["words", "named"]


def test_a_runbook_of_the_service_precedes_its_equal_that_applies_everywhere(catalogue: Catalogue, write: Write) -> None:
    write("a-everywhere", "## Symptoms\n\npool\n", title="T")
    write("z-own", "## Symptoms\n\npool\n", title="T", services=["shop-orders"])
    assert _names(_ask(catalogue, "pool", "shop-orders")) == ["z-own", "a-everywhere"]
    assert _names(_ask(catalogue, "pool")) == ["a-everywhere"]


def test_equals_stand_in_the_order_of_their_names(catalogue: Catalogue, write: Write) -> None:
    for name in ("c", "a", "b"):
        write(name, "## Symptoms\n\npool\n", title="T")
    assert _names(_ask(catalogue, "pool")) == ["a", "b", "c"]


def test_stale_ones_come_last_whatever_speaks_for_them(catalogue: Catalogue, write: Write) -> None:
    write("overdue", "## Symptoms\n\npool pool pool\n", reviewed="2026-01-01", review_interval_days=30, alerts=["Down"])
    write("superseded", "## Symptoms\n\npool pool\n", title="pool", superseded_by="weak")
    write("weak", "## Symptoms\n\n" + "other words " * 40 + "pool\n")
    found = _ask(catalogue, "pool", alert="Down")
    assert _names(found) == ["weak", "overdue", "superseded"]
    assert [hit.stale_reason for hit in found.hits] == [None, "its review was due on 2026-01-31", "superseded by weak"]
    assert _names(_ask(catalogue, "pool", alert="Down", max_hits=2)) == ["weak", "overdue"]
    assert _names(_ask(catalogue, "pool", max_hits=1)) == ["weak"]


def test_the_day_after_the_review_was_due_it_is_stale(catalogue: Catalogue, write: Write) -> None:
    write("a", "## Symptoms\n\npool\n", reviewed="2026-10-03", review_interval_days=30)
    query = RunbookQuery(words="pool", service=None)
    for today, stale in ((date(2026, 11, 1), False), (TODAY, False), (date(2026, 11, 3), True)):
        assert search(catalogue, "maya", query, today=today).hits[0].stale is stale


def test_unapproved_and_quarantined_ones_are_not_used(catalogue: Catalogue, write: Write) -> None:
    write("draft", "## Symptoms\n\npool\n", approved=None)
    write("later", "## Symptoms\n\npool\n", approved={"by": "tomas", "on": "2026-11-03"})
    write("misleading", "## Symptoms\n\npool\n", alerts=["Down"])
    write("good", "## Symptoms\n\npool\n")
    assert _names(_ask(catalogue, "pool", quarantined=frozenset({"misleading"}), alert="Down")) == ["good"]
    assert _names(_ask(catalogue, "pool")) == ["good", "misleading"]


def test_each_runbook_once_with_the_section_that_fits(catalogue: Catalogue, write: Write) -> None:
    write(
        "a",
        "Summary.\n\n## Symptoms\n\nrefused\n\n## Checks\n\nlook at the pool, the pool\n\n## Causes\n\nthe pool or others\n",
    )
    (hit,) = _ask(catalogue, "pool").hits
    assert (hit.heading, hit.passage, hit.title, hit.owner, hit.label) == (
        "Checks",
        "look at the pool, the pool",
        "Title of a",
        "maya",
        "internal",
    )
    (by_title,) = _ask(catalogue, "title").hits
    assert by_title.passage == "Summary."


# -- Edges --------------------------------------------------------------------------------------------------------------


def test_one_bad_file_hides_nothing(catalogue: Catalogue, write: Write, folder: Path) -> None:
    write("good", "## Symptoms\n\npool\n")
    write("bad", "## Symptoms\n\npool\n", owner="nobody")
    (folder / "worse.md").write_bytes(b"\xff\xfe\x00 pool")
    assert _names(_ask(catalogue, "pool")) == ["good"]


def test_an_unknown_service_is_a_clear_error(catalogue: Catalogue, write: Write) -> None:
    write("a")
    with pytest.raises(NotFound, match="shop-warehouse"):
        _ask(catalogue, "pool", "shop-warehouse")


def test_an_index_that_is_none_is_a_clear_error(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database")
    (tmp_path / "empty.db").write_bytes(b"")
    for name in ("text.db", "empty.db", "missing.db"):
        with pytest.raises(StoreError, match=name):
            _ask(catalogue, "pool", index=tmp_path / name)


@pytest.mark.parametrize("words", ['"', "' OR 1=1 --", "*", "text:*", "NEAR(", "!!!", "a" * 1_000, "x " * 500, "⏎"])
def test_h11_words_are_words(catalogue: Catalogue, write: Write, words: str) -> None:
    write("a", "## Symptoms\n\npool\n")
    assert _ask(catalogue, words).hits == ()


def test_a_long_log_line_still_finds_its_page(catalogue: Catalogue, write: Write) -> None:
    write("a", "## Symptoms\n\nno free database connection within 250 ms\n")
    line = '{"level": "error", "message": "no free database connection within 250 ms", "trace": "4bf92f3577b34da6"} ' * 8
    assert _names(_ask(catalogue, line)) == ["a"]
