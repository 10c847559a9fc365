from __future__ import annotations

import importlib

from plugins.console.app import build_app
from plugins.console.pages.registry import SECTIONS
from plugins.console.web.templating import HERE
from plugins.console.web.views import Pages
from tests.architecture.trees import ROOT

NOT_A_PAGE = {"registry"}


def test_every_module_with_pages_is_in_the_registry() -> None:
    registered = [pages for section in SECTIONS for pages in section.pages]
    stems = {path.stem for path in (HERE / "pages").glob("*.py")} - NOT_A_PAGE
    found = [importlib.import_module(f"plugins.console.pages.{stem}").pages for stem in sorted(stems)]
    assert all(isinstance(pages, Pages) for pages in found)
    assert {id(pages) for pages in found} == {id(pages) for pages in registered}
    assert len(registered) == len(found)


def test_no_two_pages_stand_at_one_address() -> None:
    build_app.cache_clear()
    at = [(route.path, method) for route in build_app().routes for method in getattr(route, "methods", None) or ()]
    assert len(at) == len(set(at))


def test_every_template_is_a_pages_or_stands_around_them() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.rglob("*.py"))
    sources += "".join(path.read_text(encoding="utf-8") for path in (HERE / "templates").rglob("*.html"))
    for path in (HERE / "templates").rglob("*.html"):
        assert f'"{path.relative_to(HERE / "templates")}"' in sources, path.name


def test_the_manual_names_every_section() -> None:
    manual = (ROOT / "docs" / "console.md").read_text(encoding="utf-8")
    assert [section.name for section in SECTIONS if f"`/{section.name}`" not in manual] == []
