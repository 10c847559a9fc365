"""What a secret looks like in text: data, used by `redaction`. RE2 syntax, so every search takes time linear in the text.

The token formats are prefixes that their issuers publish for secret scanning.
"""

from __future__ import annotations

from typing import NamedTuple


class SecretPattern(NamedTuple):
    """One form of secret.

    `regex` replaces its first unnamed group that took part, or the whole match where it has none; its group `name` holds
    the word that announced the secret. `kind` stands in the marker; where it is empty, that word decides.
    `hint` (any case) must be in the text for `regex` to be worth trying, and also in the JSON of that text: so it asks
    for nothing before the secret, where JSON would have put an escape. Values that match `spare` in full are left alone.
    """

    kind: str
    hint: str
    regex: str
    spare: str = r"\[redacted:[a-z-]+\]"


_GAP = r"[_.\- ]?"
NAMES = {
    "password": r"pass(?:word|wd|phrase|code)s?|pwd",
    "secret": rf"secret(?:s|{_GAP}keys?)?",
    "token": r"tokens?",
    "key": rf"(?:api|access|subscription|account|private|encryption|signing|master|fernet){_GAP}keys?"
    rf"|shared{_GAP}access{_GAP}(?:key|signature)",
    "credential": rf"credentials?|connection{_GAP}string",
    "authorization": r"authorization",
    "cookie": r"cookies?",
}
"""Kind of secret -> the words with which the name of such a field ends: `db_password`, `accessToken`, `X-Api-Key`."""

MASK = (
    r"[*•.x\-]*|\[redacted:[a-z-]+\]|\[?(?:filtered|redacted|masked|hidden)\]?|<[^>]*>"
    r"|\$\{\w+\}|\{\{.*\}\}|%\(\w+\)s|%s|null|none|nil|undefined|true|false"
)
"""What stands where a secret would and is none: masks, nothing, the name of a variable."""

_WORD = r"\[redacted:[a-z-]+\]|[A-Z]?[a-z]{1,19}[,.:;)!?\]]*"
_SENTENCE = (
    rf"(?i){MASK}|(?:unknown|empty|missing|required|expired|invalid|incorrect|wrong|failed|denied|rejected|revoked"
    r"|not|is|was|has|must|cannot|could|error|ok)[,.:;)}\]]*"
)

# "pass" only as a word of its own: bypass and compass announce nothing.
_IN_TEXT = "|".join(words for kind, words in NAMES.items() if kind not in {"authorization", "cookie"})
_NAME = rf"(?P<name>{_IN_TEXT}|\bpass|_pass)"
_CLOSE = r"(?:[\"'\\]+\]?)?"  # the name's own quote; a bracket only behind one, or our markers would look like names
_IS = rf"{_CLOSE}[ \t]*(?:=>|:=|==?|:)[ \t]*"
# Quoted and escaped (JSON inside JSON), quoted, or bare; up to the quote, or the end of the line where none follows.
_VALUE = (
    r"(?:\\+[\"']((?:[^\"'\\\r\n]|\\+[^\"'\\\r\n])+)"
    r"|\"((?:[^\"\\\r\n]|\\[^\r\n])+)"
    r"|'((?:[^'\\\r\n]|\\[^\r\n])+)"
    r"|([^\s\"'&;\\][^\s\"'&;]*))"
)
_NAME_HINT = rf"{_IN_TEXT}|pass"

_NAMED = (
    SecretPattern(
        "private-key",
        r"PRIVATE KEY",
        r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    ),
    SecretPattern(
        "authorization",
        r"authorization",
        rf"(?i)authorization{_IS}[\"'\\]*(?:(?:bearer|basic|token|apikey|negotiate|ntlm)[ \t]+([^\s\"'\\]+)"
        r"|(?:digest|aws4-hmac-sha256)[ \t]+([^\r\n]+)|([^\s\"'\\,;{][^\s\"'\\]*))",
        _SENTENCE,
    ),
    SecretPattern("cookie", r"cookie", rf"(?i)cookie{_IS}(?:[\"'\\]+([^\r\n\"'\\]+)|([^\s\"'\\{{][^\r\n]*))", _SENTENCE),
    SecretPattern("", _NAME_HINT, rf"(?i){_NAME}{_IS}{_VALUE}", _SENTENCE),
    SecretPattern("", _NAME_HINT, rf"(?i)(?:^|[\s\"'])--?[a-z0-9\-]*{_NAME}[ \t]+{_VALUE}", _SENTENCE),
    SecretPattern("password", r"password|identified", r"(?i)\b(?:identified[ \t]+by|password)[ \t]+'([^'\r\n]+)'"),
    SecretPattern("password", r"password", r"(?i)\blogin[ \t]+\S+[ \t]+password[ \t]+(\S+)"),
    SecretPattern("password", r"pass", r"(?i)\bpass(?:word|phrase|code)[ \t]+(?:is|was|to)[ \t:]+[\"']?([^\s\"']+)", _WORD),
    SecretPattern(
        "password",
        r"-u(?:ser)?[ =]?[\\\"']*[^\s:\"'/]+:",
        r"(?i)(?:^|\s)(?:-u|--(?:proxy-)?user)[ =]?[\"']?[^\s:\"'/]+:([^\s\"']+)",
    ),
    SecretPattern(
        "password",
        r"://[^\s/?#\"]*:[^\s\"]*@",
        r"(?i)[a-z][a-z0-9+.\-]*://[^\s/?#\"'<>@:]*:(?:([^\s/?#\"'<>]+)@|([^\s\"'<>@]+)@)",
        r"\[redacted:[a-z-]+\]|[0-9]{1,5}[/?#].*",  # a port, and an @ somewhere behind it
    ),
    SecretPattern("password", r"@(?:tcp|unix)\(", r"\b[\w.\-]+:([^\s@\"']+)@(?:tcp|unix)\("),
    SecretPattern("token", r"bearer", r"(?i)\bbearer[ \t]+([a-z0-9._~+/\-]{8,}=*)", _WORD),
    SecretPattern("basic", r"basic", r"(?i)\bbasic[ \t]+([a-z0-9+/]{6,}={0,2})", _WORD),
    SecretPattern(
        "signature",
        r"[?&;](?:sig|signature|x-(?:amz|goog)-signature)=",
        r"(?i)[?&;](?:sig|signature|x-(?:amz|goog)-signature)=([^\s&\"'<>]+)",
    ),
    SecretPattern(
        "password-hash",
        r"\$(?:1|5|6|y|2[abxy]|argon2(?:id|i|d))\$",
        r"\$(?:1|5|6|y|2[abxy]|argon2(?:id|i|d))\$[./A-Za-z0-9$=,+]{20,}",
    ),
)

_FORMATS = (
    SecretPattern("aws-key", r"A(?:KIA|SIA)[A-Z0-9]{16}", r"\bA(?:KIA|SIA)[A-Z0-9]{16}\b"),
    SecretPattern("github-token", r"gh[pousr]_|github_pat_", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    SecretPattern("gitlab-token", r"gl[a-z]+-[\w.\-]{20}", r"\bgl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|oas)-[\w.\-]{20,}"),
    SecretPattern("slack-token", r"xox[a-z]|xapp-", r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9\-]{10,}"),
    SecretPattern(
        "webhook",
        r"hooks\.slack\.com/|discord(?:app)?\.com/api/webhooks|webhook\.office\.com/",
        r"(?i)\b(?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks|[a-z0-9.\-]*webhook\.office\.com)"
        r"/([^\s\"'<>\\\[]+)",
    ),
    SecretPattern("google-key", r"AIza|ya29\.|GOCSPX", r"\b(?:AIza[\w\-]{35}|ya29\.[\w\-]{20,}|GOCSPX-[\w\-]{20,})"),
    SecretPattern("jwt", r"eyJ", r"\beyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]*(?:\.[\w\-]+){0,2}"),
    SecretPattern("api-key", r"sk-[a-z0-9_\-]{20}", r"\bsk-[A-Za-z0-9_\-]{20,}"),
    SecretPattern("api-key", r"[rs]k_(?:live|test)_|whsec_", r"\b(?:[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[\w+/=]{16,})"),
    SecretPattern("api-key", r"SG\.[\w\-]{16,}\.", r"\bSG\.[\w\-]{16,}\.[\w\-]{16,}"),
    SecretPattern("registry-token", r"npm_|pypi-", r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_\-]{50,})"),
    SecretPattern("vault-token", r"hv[sbr]\.", r"\bhv[sbr]\.[\w\-]{20,}"),
    SecretPattern("cloud-token", r"do[opr]_v1_|dapi|hf_", r"\b(?:do[opr]_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}|hf_[A-Za-z0-9]{30,})"),
    SecretPattern("grafana-token", r"gl(?:sa|c)_", r"\bgl(?:sa|c)_[A-Za-z0-9_+/=]{32,}"),
    SecretPattern("newrelic-key", r"NRAK-", r"\bNRAK-[A-Z0-9]{20,}"),
    SecretPattern("age-key", r"AGE-SECRET-KEY-1", r"\bAGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    SecretPattern("bot-token", r"[0-9]{8}:AA[\w\-]{33}", r"\b[0-9]{8,10}:AA[\w\-]{33}"),
)

PATTERNS = (*_NAMED, *_FORMATS)
"""In the order in which they are tried: what a name announces before what has a form of its own."""
