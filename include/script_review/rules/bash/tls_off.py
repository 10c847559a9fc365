"""The other side of a connection is not checked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.bash.command import Command
from include.script_review.bash.script import Script
from include.script_review.lists import names
from include.script_review.rule import Hit, Rule

_SSH = re2.compile(r"(?i)^(-o)?\s*(StrictHostKeyChecking[= ]\s*[\"']?(no|off)\b|UserKnownHostsFile[= ]/dev/null)")
_LOCAL = re2.compile(r"(?i)(localhost|127\.0\.0\.1|\[::1\])")
_TOOLS = names("curl wget git ssh scp sftp rsync npm kubectl helm yum dnf apt-get docker pip pip3")
_OPTIONS = (
    "--no-check-certificate",
    "--nogpgcheck", "--allow-unauthenticated",
    "--trusted-host", "--insecure-registry", "--kube-insecure-skip-tls-verify",
    "--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true",
)  # fmt: skip
_VARIABLES = {
    "GIT_SSL_NO_VERIFY": ("1", "true"),
    "NODE_TLS_REJECT_UNAUTHORIZED": ("0",),
    "PYTHONHTTPSVERIFY": ("0",),
    "KUBECTL_INSECURE_SKIP_TLS_VERIFY": ("true",),
}


def check(script: Script) -> Iterator[Hit]:
    for command in script.calls(*_TOOLS):
        if _unchecked(command) and not any(_LOCAL.search(text) for text in command.plain):
            yield command.hit(f"`{command.name}` takes any certificate or host key for the right one")
    for name, values in _VARIABLES.items():
        for at, value in script.assignments.get(name, []):
            if value is not None and value.literal in values:
                yield Hit(at, at + len(name) + 1 + len(value.raw), f"{name} switches the check of certificates off")


def _unchecked(command: Command) -> bool:
    name, words = command.name, command.literals
    if name == "curl":
        return command.has("-k", "--insecure", "--proxy-insecure") or (
            "k" in command.flags and any(_bundle(text) for text in words)
        )
    if name == "git":
        return any("sslverify=false" in text.lower() for text in words) or _pair(command, "http.sslverify", "false")
    if name == "npm":
        return _pair(command, "strict-ssl", "false")
    if name in ("ssh", "scp", "sftp", "rsync"):
        return any(_SSH.search(text) for text in words) or (
            name == "rsync" and any("StrictHostKeyChecking=no" in text for text in words)
        )
    return any(text in _OPTIONS for text in words)


def _bundle(text: str) -> bool:
    """Single letters of curl that take no value, with `k` among them: `-fsSLk`."""
    return text.startswith("-") and not text.startswith("--") and "k" in text and set(text[1:]) <= set("fsSLkgiIvNOJ#46jRn")


def _pair(command: Command, name: str, value: str) -> bool:
    words = [text.lower() for text in command.plain]
    return any(first.lower() == name and second == value for first, second in pairwise(words))


RULE = Rule(
    id="sh-tls-off",
    title="Certificates, host keys or signatures are not checked",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Anyone on the way can answer in place of the server, read what is sent and change what comes back.",
    fix="Trust the one authority or host key that is meant: `--cacert FILE`, a `known_hosts` file, a signed repository.",
    bad="curl -k https://vault.example.com/v1/secret\n",
    good="curl --cacert ca.pem https://vault.example.com/v1/secret\nssh -o StrictHostKeyChecking=accept-new host true\n",
    check=check,
)
