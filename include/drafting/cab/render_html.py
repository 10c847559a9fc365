"""A CAB package as one HTML page: no script, nothing loaded."""

from __future__ import annotations

from include.contracts.cab import CabPackage
from include.drafting.cab.laid_out import laid_out
from include.drafting.templates import template


def render_html(package: CabPackage, *, time_zone: str) -> str:
    """A self-contained page, light and dark, fit for printing. All text is escaped by the template engine.

    :param time_zone: the reader's, an IANA name
    """
    page: str = template("cab/package.html.j2").render(shown=laid_out(package, time_zone=time_zone))
    return page
