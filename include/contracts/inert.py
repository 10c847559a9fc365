"""Foreign text made inert for places where words act: chats, tickets, review comments (H11).

Bots act on a command at the start of a line and on mentions; chat systems expand `<!channel>`, links and HTML. A zero-width
space would hide the change from the reader, so what is changed is changed visibly: `/approve` becomes `∕approve` (U+2215),
`@here` becomes `＠here` (U+FF20), angle brackets become `‹` and `›`.
"""

from __future__ import annotations

import re

_COMMAND = re.compile(r"(?m)^(\s*[>*_~`-]*\s*)/(?=[A-Za-z])")
# Bots that listen for their bare name at the start of a line.
_BOT_WORD = re.compile(r"(?mi)^(\s*[>*_~`-]*\s*)(atlantis|bors|prow|dependabot|terraform|kubectl)(?=\s)")
_LINK = re.compile(r"(?i)\b(https?|ftp|file|javascript|data)(?=:)")


def inert(text: str) -> str:
    """The text with commands, mentions, markup and links that could act replaced by look-alikes that do not."""
    text = text.replace("<", "‹").replace(">", "›").replace("@", "＠")
    text = _COMMAND.sub(lambda found: f"{found[1]}∕", text)
    text = _BOT_WORD.sub(lambda found: f"{found[1]}“{found[2]}”", text)
    return _LINK.sub(lambda found: f"{found[1][0]}·{found[1][1:]}", text)
