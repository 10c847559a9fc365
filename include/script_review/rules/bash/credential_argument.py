"""A password or key stands in a command line."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Confidence, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.bash.word import Word
from include.script_review.lists import names
from include.script_review.rule import Hit, Rule

_WORTH = re2.compile(
    rb"(?i)[\s\"'=](--?[a-z-]{0,12}(?:passw|api-?key|secret-?key|access-?token|token=|secret=)"
    rb"|authorization:|x-api-key:|private-token:|[a-z0-9+]{2,20}://[^/\s:@]{0,60}:[^/\s@]+@)"
)
# Their short options are too short to be looked for in the text.
_SHORT = ("curl", "http", "sshpass", "docker", "podman", "redis-cli")
_ASKS = re2.compile(rb"\b(chpasswd|passwd\s[^\n|;]*--stdin|sudo\s[^\n|;]*-S)\b")
_OPTION = re2.compile(
    r"(?i)^--?(db-?|admin-?|user-?|root-?|http-?)?(password|passwd|api-?key|secret-?key|access-?token|token|secret)=(.*)$"
)
_NAMED = re2.compile(r"(?i)^--?(db-?|admin-?|root-?|http-?)?(password|passwd|api-?key|secret-?key|access-?token)$")
_HEADER = re2.compile(r"(?i)^(authorization:\s*(bearer|basic|token)\s+|x-api-key:\s*|private-token:\s*)(\S{8,})$")
_URL = re2.compile(r"^\w+=?\w*://[^/\s:@\x00]*:([^/\s@]{3,})@")
_SECRET_NAME = re2.compile(r"(?i)(pass(word|wd)?|secret(_access)?_?key|api_?key|secret|token|_pwd)$")
# What stands where a secret would and is none.
_SPARE = re2.compile(
    r"(?i)^(<.*>|\{\{.*|\[.*\]|x{3,}.*|\*+|\.{2,}|your.*|example.*|(my|test)?-?password|secret|pass|changeme|change_me"
    r"|none|null|true|false|prompt|stdin|-|@.*|env|\d{0,2})$"
)
_MYSQL = ("mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mysqlimport")
_NO_PASSWORD = names("ssh-keygen grep echo printf sed awk test case git read getopt jq logger expect")


def check(script: Script) -> Iterator[Hit]:
    for command in _candidates(script):
        if command.name not in _NO_PASSWORD and (given := _given(command)):
            yield _hit(command, given)
    for found in _ASKS.finditer(script.data):
        command_at = script.command_at(found.start())
        yield from _piped(command_at) if command_at is not None else ()
    for name, values in script.assignments.items():
        if _SECRET_NAME.search(name) and name.isupper():
            yield from (_assigned(name, at, value) for at, value in values if value is not None and _is_secret(value))


def _piped(command: Command) -> Iterator[Hit]:
    """`echo 'root:secret' | chpasswd`."""
    said = command.before[-1] if command.before else None
    if said is None or said.name not in ("echo", "printf"):
        return
    text = said.plain[-1] if said.plain else ""
    if len(text) > 3 and "\0" not in text and not _SPARE.search(text) and (command.name != "chpasswd" or ":" in text):
        yield said.hit(f"a password for `{command.words[0].text[:40]}` stands in the script")


def _candidates(script: Script) -> Iterator[Command]:
    """The commands with a word in them that may announce a secret: few, where all would be many."""
    found = {command.start: command for command in script.calls(*_SHORT, *_MYSQL)}
    for part in (script, *script.nested):
        for match in _WORTH.finditer(part.data):
            command = part.command_at(match.start(1))
            if command is not None:
                found[command.start] = command
    yield from (found[start] for start in sorted(found))


def _hit(command: Command, found: tuple[Word, str]) -> Hit:
    word, value = found
    start = command.script.base + word.node.start_byte
    end = command.script.base + word.node.end_byte
    if "\0" in value:
        text = f"`{command.name}` gets a password as an argument: every user of the host sees it in the list of processes"
        return Hit(start, end, text, severity=Severity.LOW, confidence=Confidence.MEDIUM)
    return Hit(start, end, f"a password or key for `{command.name}` stands in the script")


def _assigned(name: str, at: int, value: Word) -> Hit:
    return Hit(at, at + len(name) + 1 + len(value.raw), f"{name} is given its value in the script")


def _given(command: Command) -> tuple[Word, str] | None:
    """The word with the secret, and what it says."""
    words = command.arguments
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else None
        holder, value = word, _in_word(command.name, word.shape)
        if value is None and following is not None and _takes(command.name, word.shape, words[0].shape):
            holder, value = following, _behind(command.name, following.shape)
        if value and not _SPARE.search(value) and (value.strip("\0") or len(value) == 1):
            return holder, value
    return None


def _in_word(name: str, text: str) -> str | None:
    """The secret in an option that holds it itself."""
    if name in _MYSQL and text.startswith("-p") and len(text) > 2:
        return text[2:]
    if name == "sshpass" and text.startswith("-p") and len(text) > 2:
        return text[2:]
    if (found := _OPTION.search(text)) is not None:
        return str(found[3])
    if (url := _URL.search(text)) is not None:
        return str(url[1])
    header = _HEADER.search(text) if name in ("curl", "wget", "http") else None
    return str(header[3]) if header is not None else None


def _takes(name: str, text: str, first: str) -> bool:
    """Does the next word hold a secret?"""
    if name in ("curl", "http") and text in ("-u", "--user", "-U", "--proxy-user"):
        return True
    if (name, text) in (("sshpass", "-p"), ("docker", "-p"), ("podman", "-p"), ("redis-cli", "-a")):
        return name not in ("docker", "podman") or first == "login"
    return bool(_NAMED.search(text))


def _behind(name: str, text: str) -> str | None:
    if name in ("curl", "http"):
        return text.split(":", 1)[1] if ":" in text else None
    return None if text.startswith("-") else text


def _is_secret(value: Word) -> bool:
    text = value.literal or ""
    return (
        len(text) >= 8
        and not _SPARE.search(text)
        and " " not in text
        and "/" not in text[:2]
        and not text.startswith(("$", "%", "http"))
    )


RULE = Rule(
    id="sh-credential-argument",
    title="A password or key in a command line",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why="It is in the repository, in the shell's history, in logs of the command and in the list of processes.",
    fix="Read it from the environment's secret store, a file of mode 600 or standard input: `--password-stdin`, `--netrc-file`.",
    bad="mysql -u root -pHunter22 shop < dump.sql\n",
    good='mysql --defaults-extra-file="$CNF" shop < dump.sql\ncurl -u "$USER" https://example.com\n',
    check=check,
)
