"""Foreign text that can be read and does nothing: no mention, no command, no link, no mark-up, wherever it is posted.

Every change is visible, so that a reader sees that it was made; the exact words stand in the brief's JSON and in the evidence.
"""

from __future__ import annotations

import re

_MENTION = re.compile(r"@(?=[\w.-])|@(?=\[)")
# A chat or review bot's command word: `/approve`, `!deploy`; a path such as /var/log has more than one part.
_COMMAND = re.compile(r"(?<![\w/.:~-])([/!])(?=[A-Za-z][\w-]*(?![\w/.-]))")
_BROADCAST = re.compile(r"<(?=[!#@])")  # Slack's <!channel>
_REFERENCE = re.compile(r"#(?=\d)|\b(?:GH|gh)-(?=\d)")
_SCHEME = re.compile(r":(?=//)|(?<=\bwww)\.|(?<=\bmailto):|(?<=\bjavascript):|(?<=\bdata):(?=\w)", re.IGNORECASE)
_TOP_LEVEL = "com|net|org|io|dev|app|co|de|uk|eu|info|biz|ru|cn|xyz|me|ai|gg|link|click|top|site|online|zip|mov|example|test"
_DOMAIN = re.compile(rf"(?<=[\w-])\.(?=(?:{_TOP_LEVEL})\b(?![.\w-]*=))", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*\[\]<>|~$&{}])")
_EDGE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


def inert(text: str) -> str:
    """On one line, with mentions, command words, references and addresses broken in a visible way."""
    text = " ⏎ ".join(text.splitlines())
    text = _BROADCAST.sub("(<)", text)
    text = _MENTION.sub("(at)", text)
    text = _COMMAND.sub(r"[\1]", text)
    text = _REFERENCE.sub(lambda match: f"({match[0]})", text)
    return _SCHEME.sub(lambda match: f"[{match[0]}]", text)


def prose(text: str) -> str:
    """Foreign or drafted text as Markdown prose that shows exactly its characters."""
    text = _DOMAIN.sub("[.]", inert(text))
    text = _SPECIAL.sub(r"\\\1", text)
    return _EDGE_UNDERSCORE.sub(r"\\_", text)


def code(text: str, limit: int | None = None) -> str:
    """Foreign text as a Markdown code span, whose fence is longer than any run of backticks in it.

    :param limit: characters to show, with a visible mark where it is cut
    """
    text = inert(text) or " "
    if limit is not None and len(text) > limit:
        text = f"{text[:limit]} … ({len(text) - limit} more characters)"
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
