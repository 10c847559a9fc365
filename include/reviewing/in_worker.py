"""What runs in a worker process for each unit: bytes to reviews. It is bounded; of what it is given it runs nothing."""

from __future__ import annotations

from typing import Any

from include.script_review.review import review_unit


def review(files: dict[str, bytes], options: dict[str, Any]) -> list[dict[str, Any]]:
    """A review of each member, as JSON.

    :param options: `{"tests": […]}`: which of the files are tests that the members' rules look into
    """
    tests = set(options.get("tests", ()))
    members = {path: data for path, data in files.items() if path not in tests}
    return [each.to_json() for each in review_unit(members, {path: files[path] for path in tests if path in files})]
