from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from plugins.console.web.templating import STATIC


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "%2e%2e%2fapp.py",
        "..%5capp.py",
        "static/../../app.py",
        "....//app.py",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "console.css%00.html",
        "",
        ".",
        "../static/../web/form_token.py",
    ],
)
def test_nothing_outside_the_folder_is_served(browser: Callable[..., Any], path: str) -> None:
    answer = browser(None).get(f"/holdpoint/static/{path}")
    assert answer.status_code in {404, 405}
    assert "def " not in answer.text
    assert "root:" not in answer.text


def test_style_and_script_are_there_for_everybody_and_stay_a_day(browser: Callable[..., Any]) -> None:
    for name, kind in (("console.css", "text/css"), ("htmx.min.js", "javascript"), ("holdpoint.svg", "image/svg+xml")):
        answer = browser(None).get(f"/holdpoint/static/{name}")
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]
        assert "max-age=86400" in answer.headers["cache-control"]


def test_what_is_not_ours_lies_there_with_its_licence() -> None:
    assert "Zero-Clause BSD" in (STATIC / "htmx.LICENSE.txt").read_text(encoding="utf-8")
    script = (STATIC / "htmx.min.js").read_bytes()
    assert b'version:"2.0.11"' in script
    assert hashlib.sha256(script).hexdigest().startswith("d6fdc75f204e"), "htmx 2.0.11 as published"
