"""An image is built from what was just downloaded, unseen."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.dockerfile.dockerfile import Dockerfile
from include.script_review.rule import Hit, Rule
from include.script_review.rules.bash import download_run


def check(file: Dockerfile) -> Iterator[Hit]:
    yield from download_run.check(file.shell)


RULE = Rule(
    id="docker-run-download",
    title="Downloaded text is run while the image is built",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="It becomes part of every container of this image, and nobody can say afterwards what it was.",
    fix="Download a pinned version to a file, compare its checksum, then run it; or copy it from the repository.",
    bad="FROM debian:12\nRUN apt-get update && \\\n    curl -fsSL https://get.example.com | bash\n",
    good='FROM debian:12\nRUN curl -fsSLo i.sh https://get.example.com && echo "$SUM  i.sh" | sha256sum -c - && sh i.sh\n',
    check=check,
)
