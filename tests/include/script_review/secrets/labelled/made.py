"""Values in the forms of live credentials, drawn anew from a seed: no file holds one whole."""

from __future__ import annotations

import base64
import random
import string
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LETTERS, DIGITS = string.ascii_letters, string.digits
ALNUM, HEX = LETTERS + DIGITS, "0123456789abcdef"
WORD, BASE64 = ALNUM + "_-", ALNUM + "+/"
CAPITAL = string.ascii_uppercase + DIGITS


def draw(alphabet: str, size: int, seed: str) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=size))


def token(kind: str) -> str:
    """One token of a kind, always the same."""
    parts = _SHAPES[kind]
    return "".join(part if isinstance(part, str) else draw(part[0], part[1], f"{kind}{at}") for at, part in enumerate(parts))


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _url64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def pem(label: str, lines: int = 6, end: str = "\n", headers: str = "") -> str:
    body = end.join(draw(BASE64, 64, f"{label}{number}") for number in range(lines))
    return f"-----BEGIN {label}-----{end}{headers}{body}{end}-----END {label}-----"


def basic(user: str, password: str) -> str:
    return _b64(f"{user}:{password}")


_SHAPES: dict[str, tuple[str | tuple[str, int], ...]] = {
    "aws": ("AK" + "IA", (CAPITAL, 16)),
    "aws-session": ("AS" + "IA", (CAPITAL, 16)),
    "aws-secret": ((BASE64, 40),),
    "google": ("AI" + "za", (WORD, 34), "x"),
    "google-oauth": ("GOC" + "SPX-", (WORD, 28)),
    "google-access": ("ya" + "29.", (WORD, 120)),
    "azure-storage": ((BASE64, 76), "+A" + "St", (ALNUM, 5), "A=="),
    "azure-storage-old": ((BASE64, 86), "=="),
    "azure-client": ((ALNUM, 3), "8Q" + "~", (WORD, 34)),
    "azure-devops": ((ALNUM, 76), "AZ" + "DO", (ALNUM, 4)),
    "azure-sas": ("si" + "g=", (ALNUM, 20), "%2B", (ALNUM, 20), "%3D"),
    "digitalocean": ("do" + "p_v1_", (HEX, 64)),
    "databricks": ("da" + "pi", (HEX, 32)),
    "github": ("gh" + "p_", (ALNUM, 36)),
    "github-server": ("gh" + "s_", (ALNUM, 36)),
    "github-fine": ("github" + "_pat_", (ALNUM, 22), "_", (ALNUM, 59)),
    "gitlab": ("gl" + "pat-", (WORD, 20)),
    "gitlab-deploy": ("gl" + "dt-", (WORD, 20)),
    "npm": ("np" + "m_", (ALNUM, 36)),
    "pypi": ("py" + "pi-AgEIcHlwaS5vcmc", (WORD, 120)),
    "docker": ("dc" + "kr_pat_", (WORD, 27)),
    "rubygems": ("ruby" + "gems_", (HEX, 48)),
    "nuget": ("oy" + "2", (string.ascii_lowercase + DIGITS, 43)),
    "sonar": ("sq" + "u_", (HEX, 40)),
    "pulumi": ("pu" + "l-", (HEX, 40)),
    "terraform": ((ALNUM, 14), ".atlas" + "v1.", (WORD, 66)),
    "vault": ("hv" + "s.", (WORD, 92)),
    "vault-batch": ("hv" + "b.", (WORD, 140)),
    "doppler": ("dp" + ".pt.", (ALNUM, 43)),
    "postman": ("PM" + "AK-", (HEX, 24), "-", (HEX, 34)),
    "tailscale": ("ts" + "key-auth-", (ALNUM, 12), "CNTRL-", (ALNUM, 32)),
    "anthropic": ("sk-" + "ant-api03-", (WORD, 93), "AA"),
    "openai": ("sk-" + "proj-", (WORD, 74), "T3Blbk" + "FJ", (WORD, 74)),
    "openai-old": ("sk" + "-", (ALNUM, 20), "T3Blbk" + "FJ", (ALNUM, 20)),
    "huggingface": ("hf" + "_", (LETTERS, 34)),
    "groq": ("gs" + "k_", (ALNUM, 52)),
    "slack-bot": ("xo" + "xb-", (DIGITS, 12), "-", (DIGITS, 13), "-", (ALNUM, 24)),
    "slack-user": ("xo" + "xp-", (DIGITS, 12), "-", (DIGITS, 12), "-", (DIGITS, 13), "-", (HEX, 32)),
    "slack-app": ("xa" + "pp-1-A", (CAPITAL, 10), "-", (DIGITS, 13), "-", (HEX, 64)),
    "slack-hook": ("hooks.sl" + "ack.com/services/T", (CAPITAL, 8), "/B", (CAPITAL, 10), "/", (ALNUM, 24)),
    "discord-hook": ("disc" + "ord.com/api/webhooks/", (DIGITS, 18), "/", (WORD, 68)),
    "discord-bot": ("M", (ALNUM, 25), ".", (ALNUM, 6), ".", (WORD, 38)),
    "telegram": ("7", (DIGITS, 9), ":A" + "A", (WORD, 33)),
    "twilio": ("S" + "K", (HEX, 32)),
    "sendgrid": ("S" + "G.", (WORD, 22), ".", (WORD, 43)),
    "mailgun": ("ke" + "y-", (HEX, 32)),
    "mailchimp": ((HEX, 32), "-u" + "s14"),
    "stripe": ("sk_" + "live_", (ALNUM, 24)),
    "stripe-restricted": ("rk_" + "live_", (ALNUM, 24)),
    "stripe-test": ("sk_" + "test_", (ALNUM, 24)),
    "square": ("sq" + "0csp-", (WORD, 43)),
    "shopify": ("shp" + "at_", (HEX, 32)),
    "grafana": ("gl" + "sa_", (ALNUM, 32), "_", (HEX, 8)),
    "newrelic": ("NR" + "AK-", (CAPITAL, 27)),
    "dynatrace": ("dt0" + "c01.", (CAPITAL, 24), ".", (CAPITAL, 64)),
    "linear": ("li" + "n_api_", (ALNUM, 40)),
    "notion": ("nt" + "n_", (ALNUM, 46)),
    "figma": ("fi" + "gd_", (WORD, 40)),
    "airtable": ("pa" + "t", (ALNUM, 14), ".", (HEX, 64)),
    "age": ("AGE-SEC" + "RET-KEY-1", ("023456789ACDEFGHJKLMNPQRSTUVWXYZ", 58)),
    "jwt": (_url64('{"alg":"HS256","typ":"JWT"}') + ".", _url64('{"sub":"svc-backup","aud":"vault"}') + ".", (WORD, 43)),
    "hex32": ((HEX, 32),),
    "hex40": ((HEX, 40),),
    "hex64": ((HEX, 64),),
    "base64-32": ((BASE64, 43), "="),
    "alnum20": ((ALNUM, 20),),
    "alnum24": ((ALNUM, 24),),
    "alnum32": ((ALNUM, 32),),
    "alnum52": ((string.ascii_lowercase + DIGITS, 52),),
    "upper26": ((CAPITAL, 26),),
}


def matching(regex: bytes, seed: str) -> str:
    """Some text that a form matches in full: each choice drawn, so that it has the variety of a live one."""
    return _drawn(parser.parse(regex.decode()), random.Random(seed))


def _drawn(nodes: Any, chance: random.Random) -> str:
    return "".join(_node(kind, value, chance) for kind, value in nodes)


def _node(kind: Any, value: Any, chance: random.Random) -> str:
    name = str(kind)
    if name == "LITERAL":
        return chr(value)
    if name == "IN":
        return chr(chance.choice([code for part in value for code in _codes(*part)]))
    if name == "MAX_REPEAT":
        least, most, inner = value
        return "".join(_drawn(inner, chance) for _ in range(chance.randint(least, min(int(most), least + 4))))
    if name == "BRANCH":
        return _drawn(chance.choice(value[1]), chance)
    return _drawn(value[-1], chance) if name == "SUBPATTERN" else ""


def _codes(kind: Any, value: Any) -> list[int]:
    if str(kind) == "RANGE":
        return list(range(value[0], value[1] + 1))
    return [value] if str(kind) == "LITERAL" else [ord(char) for char in WORD.replace("-", "")]
