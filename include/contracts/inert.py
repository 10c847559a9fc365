"""Foreign text that can be read and does nothing: no mention, no command, no link, wherever it is posted (H11).

Bots act on command words and on mentions; chats expand `<!channel>` and addresses. Every change is visible, so that a reader
sees that it was made; the exact words stand in the evidence.
"""

from __future__ import annotations

import re

_MENTION = re.compile(r"@(?=[\w.-])|@(?=\[)")
# A chat or review bot's command word: `/approve`, `!deploy`; a path such as /var/log has more than one part.
_COMMAND = re.compile(r"(?<![\w/.:~-])([/!])(?=[A-Za-z][\w-]*(?![\w/.-]))")
_BROADCAST = re.compile(r"<(?=[!#@])")  # Slack's <!channel>
_REFERENCE = re.compile(r"#(?=\d)|\b(?:GH|gh)-(?=\d)")
_SCHEME = re.compile(r":(?=//)|(?<=\bwww)\.|(?<=\bmailto):|(?<=\bjavascript):|(?<=\bdata):(?=\w)", re.IGNORECASE)
# Bots that listen for their bare name at the start of a comment.
_BOT_NAME = re.compile(r"^\s*(atlantis|bors|prow|dependabot|terraform|kubectl)(?=\s)", re.IGNORECASE)
# What wikis, journals and web pages expand: {code}, [code], tags.
_MARKUP = re.compile(r"\{(?=/?[a-z]+[}:|])|\[(?=/?(?:code|~))|<(?=[a-z/!?])", re.IGNORECASE)


def inert(text: str) -> str:
    """On one line, with mentions, command words, references and addresses broken in a visible way."""
    text = " ⏎ ".join(text.splitlines())
    text = _BOT_NAME.sub(r"(\1)", text)
    text = _BROADCAST.sub("(<)", text)
    text = _COMMAND.sub(r"[\1]", text)
    text = _MENTION.sub("(at)", text)  # after commands: of `@/merge` the line above makes `@[`, which is one too
    text = _REFERENCE.sub(lambda match: f"({match[0]})", text)
    return _SCHEME.sub(lambda match: f"[{match[0]}]", text)


def inert_text(text: str) -> str:
    """The same over several lines, which stay lines; markup that wikis, journals and web pages expand is broken too.

    Nothing is left to break the second time, so that whether a text is inert can be asked of it.
    """
    return "\n".join(_MARKUP.sub(lambda match: f"({match[0]})", inert(line)) for line in text.split("\n"))
