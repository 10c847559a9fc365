from __future__ import annotations

from pathlib import Path

from include.alerts import parsers
from include.alerts.mapping import mapping_names
from include.alerts.registry import PARSERS, SHARED_MODULES, parser_names
from include.catalogue.loader import EXAMPLE, load_catalogue

FOLDER = Path(next(iter(parsers.__path__)))


def test_every_parser_file_is_registered() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")}
    assert files == {*PARSERS, *SHARED_MODULES}


def test_no_mapping_hides_behind_a_parser() -> None:
    assert not set(PARSERS) & set(mapping_names())


def test_every_source_of_the_example_has_a_parser() -> None:
    assert {source.parser for source in load_catalogue(EXAMPLE, "").sources.values()} <= set(parser_names())


def test_every_parser_has_a_payload_fixture_and_a_mirrored_test() -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "alerts"
    tests = Path(__file__).parent / "parsers"
    for name in PARSERS:
        assert list((fixtures / name).glob("*.json"))
        assert (tests / f"test_{name}.py").is_file()
