"""`ADD` fetches a file without comparing it with anything."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.say import shown
from include.script_review.dockerfile.dockerfile import Dockerfile
from include.script_review.rule import Hit, Rule


def check(file: Dockerfile) -> Iterator[Hit]:
    for one in file.of_word("ADD"):
        words = one.text.replace('"', " ").replace("[", " ").replace(",", " ").split()
        url = next((word for word in words if word.lower().startswith(("http://", "https://"))), "")
        if url and not any(word.startswith("--checksum=") for word in words):
            kind = "over a line in the clear" if url.lower().startswith("http://") else "without a checksum"
            severe = Severity.MEDIUM if kind.startswith("over") else None
            yield Hit(one.start, one.end, f"fetches {shown(url.partition('?')[0])} {kind}", severity=severe)


RULE = Rule(
    id="docker-add-url",
    title="A file is fetched without a checksum",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    why="Whoever controls the address decides what is in the image.",
    fix="Write `ADD --checksum=sha256:... URL FILE`.",
    bad="FROM debian:12\nADD http://example.com/tool.tar.gz /opt/\n",
    good="FROM debian:12\nADD --checksum=sha256:24454f830c https://example.com/tool.tar.gz /opt/\nADD site.tar.gz /opt/\n",
    check=check,
)
