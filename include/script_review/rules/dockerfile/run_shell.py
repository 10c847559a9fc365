"""What a RUN line does that a script should not do either."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.dockerfile.dockerfile import Dockerfile
from include.script_review.rule import Hit, Rule
from include.script_review.rules.bash import credential_argument, permissions, tls_off


def check(file: Dockerfile) -> Iterator[Hit]:
    for rule in (tls_off.RULE, permissions.RULE):
        yield from rule.check(file.shell)
    for hit in credential_argument.RULE.check(file.shell):
        yield Hit(hit.start, hit.end, hit.message, severity=hit.severity or Severity.HIGH, confidence=hit.confidence)


RULE = Rule(
    id="docker-run-unsafe",
    title="Unsafe while the image is built",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="What is fetched unchecked, opened to everybody or written down while building is in every container of the image.",
    fix="Trust the one authority that is meant, give files to the one account that needs them, mount secrets while building.",
    bad="FROM debian:12\nRUN wget --no-check-certificate https://example.com/a.deb && chmod -R 777 /srv\n",
    good="FROM debian:12\nRUN wget https://example.com/a.deb && chown -R app /srv/app\n",
    check=check,
)
