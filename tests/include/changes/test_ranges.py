"""Ranges of hosts: every host of them, and nothing that could be meant in another way."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.changes.affected import affected, unmatched
from include.changes.places import lay_out
from include.changes.ranges import hosts, without_ranges
from include.changes.read import read_notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web01–web04", ["web01", "web02", "web03", "web04"]),
        ("web01-web03", ["web01", "web02", "web03"]),
        ("hosts esx-c-08 to esx-c-10", ["esx-c-08", "esx-c-09", "esx-c-10"]),
        ("`db1` to `db3`", ["db1", "db2", "db3"]),
        ("srv9 bis srv11", ["srv9", "srv10", "srv11"]),
        ("srv-1 à srv-2", ["srv-1", "srv-2"]),
        ("ord-proc-1..ord-proc-3", ["ord-proc-1", "ord-proc-2", "ord-proc-3"]),
        ("db[1-3]", ["db1", "db2", "db3"]),
        ("db[01,03-04].prod.example", ["db01.prod.example", "db03.prod.example", "db04.prod.example"]),
        ("node-{1..2}", ["node-1", "node-2"]),
        ("app-[1:2]", ["app-1", "app-2"]),
        ("a1.x.example-a2.x.example", ["a1.x.example", "a2.x.example"]),
        ("asw-bldg4-02", []),
        ("web01-04", []),
        ("web04-web01", []),
        ("web1-web9999", []),
        ("web01-app04", []),
        ("see [1-3]", []),
        ("list[0]", ["list0"]),
        ("version 1.2 to 1.4", []),
        ("", []),
    ],
)
def test_hosts(text: str, expected: list[str]) -> None:
    assert list(hosts(text)) == expected


def test_the_ends_of_a_range_are_not_all_of_it() -> None:
    assert without_ranges("web01–web04 and db1").split() == ["and", "db1"]
    layout = lay_out(read_notes("Affected systems: edge-01 to edge-03, lb-x1\n"))
    assert [each.name for each in unmatched(layout, load_catalogue(EXAMPLE, ""))] == ["edge-01", "edge-02", "edge-03", "lb-x1"]


def test_a_host_of_the_catalogue_is_found_inside_a_range() -> None:
    example = load_catalogue(EXAMPLE, "")
    shop = example.service("shop-orders").model_copy(update={"systems": {"k8s": {"hosts": ["ord-proc-2"]}}})
    rows = tuple(shop if row.name == "shop-orders" else row for row in example.tables["services"])
    catalogue = replace(example, tables={**example.tables, "services": rows})
    found = affected(lay_out(read_notes("Affected systems: ord-proc-1 to ord-proc-3\n")), catalogue)
    assert [(each.name, each.service, each.declared) for each in found] == [("ord-proc-2", "shop-orders", True)]
    assert affected(lay_out(read_notes("Affected systems: ord-proc-3 to ord-proc-9\n")), catalogue) == ()


@pytest.mark.parametrize("unit", ["web[1-999]", "web01-web99, ", "a-", "a1-", "a[1,1,1,1", "a1.", "a1.x"])
def test_garbage_takes_no_longer_than_text(unit: str) -> None:
    began = time.process_time()
    assert sum(1 for _ in hosts(unit * (100_000 // len(unit)))) <= 100_000
    assert time.process_time() - began < 2
