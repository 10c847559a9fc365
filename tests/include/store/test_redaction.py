"""The secrets below are made up; none ever opened anything. They are put together here so that no scanner trips over them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.store.canonical import canonical
from include.store.redaction import MAX_DEPTH, redact_text, redact_value, suspicious

SECRET = "Zx9qL0vR7tB2kM4n"

# What is written -> the secret in it, which must be gone; `{}` is where it stands.
NAMED = {
    "environment": "export DB_PASSWORD={}",
    "client variable": "PGPASSWORD={} psql",
    "colon": "password: {}",
    "short name": "db_pass={} ok",
    "go struct": "Config{{Host:h Password:{} Port:1}}",
    "hash rocket": "'passwd' => '{}',",
    "python": "password = '{}'",
    "python dict": "{{'api_key': '{}'}}",
    "header lookup": 'headers["X-Api-Key"] = "{}"',
    "json": '{{"client_secret": "{}", "x": 1}}',
    "json in json": '{{"body": "{{\\"accessToken\\": \\"{}\\"}}"}}',
    "json thrice": '"{{\\\\\\"refresh_token\\\\\\":\\\\\\"{}\\\\\\"}}"',
    "with blanks, quoted": 'passphrase="{} and more of it"',
    "with a quote in it": 'secret="a\\"{}"',
    "unterminated": 'token="{} and the line ends',
    "yaml": "  privateKey: {}",
    "query": "GET /x?access_token={}&page=2 HTTP/1.1",
    "first in a query": "https://h/x?api-key={}",
    "flag": "run --password {} --verbose",
    "flag with equals": "run --token={}",
    "single dash": "java -Dx -keystorePassword {}",
    "connection string": "Server=db;User Id=sa;Password={};Encrypt=true",
    "storage account": "AccountName=a;AccountKey={}==;EndpointSuffix=x",
    "service bus": "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey={}=",
    "aws": "AWS_SECRET_ACCESS_KEY={}",
    "capitals": "API_KEY: {}",
    "sql user": "ALTER USER app IDENTIFIED BY '{}'",
    "sql role": "CREATE ROLE app LOGIN PASSWORD '{}'",
    "netrc": "machine h login me password {}",
    "prose": "The temporary password is {}, please change it.",
    "curl": "curl -u admin:{} https://h/",
    "curl long": "curl --user admin:{} https://h/",
    "url": "postgres://app:{}@db.local:5432/shop",
    "url without user": "redis://:{}@cache:6379/0",
    "url with an at sign": "amqp://u:p@{}@h/v",
    "url with a slash": "mysql://u:a/{}@h/db",
    "go dsn": "app:{}@tcp(127.0.0.1:3306)/shop",
    "bearer header": "Authorization: Bearer {}",
    "basic header": "authorization: basic {}",
    "bare header": "Authorization: {}",
    "proxy header": "Proxy-Authorization: Basic {}",
    "digest header": 'Authorization: Digest username="u", response="{}"',
    "signed header": "Authorization: AWS4-HMAC-SHA256 Credential=x/aws4_request, Signature={}",
    "header in json": '{{"Authorization": "Bearer {}"}}',
    "bearer in prose": "sent Bearer {} upstream",
    "cookie": "Cookie: theme=dark; sid={}",
    "set-cookie": "Set-Cookie: sid={}; Path=/; HttpOnly",
    "shared access signature": "https://a.blob/x?sv=2020&sig={}",
    "presigned": "https://b.s3/x?X-Amz-Date=1&X-Amz-Signature={}",
}

A, DIGITS = "Ab3dEf6hIj9kLm2n", "0123456789abcdef"
FORMS = {
    "pem": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\nvQIB\n-----END RSA PRIVATE KEY-----",
    "pem on one line": "-----BEGIN " + "PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----",
    "pem cut short": "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNzaC1rZXk",
    "pgp": "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----\nlQOY\n-----END PGP PRIVATE KEY BLOCK-----",
    "aws": "AKIA" + "ABCDEFGHIJKLMNOP",
    "aws session": "ASIA" + "0123456789ABCDEF",
    "github": "ghp" + "_" + A * 2 + "wxyz",
    "github server": "ghs" + "_" + A * 2 + "wxyz",
    "github fine-grained": "github" + "_pat_" + A + "_" + A * 3,
    "gitlab": "glpat" + "-" + A + "wxyz",
    "slack": "xoxb" + "-123456789012-" + A,
    "slack app": "xapp" + "-1-A0-" + A,
    "slack webhook": "https://hooks.slack.com/services/" + "T000/B000/" + A,
    "google key": "AIza" + A * 2 + "wxy",
    "google token": "ya29" + "." + A * 2,
    "jwt": "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + A,
    "jwe": ".".join(["eyJ" + "hbGciOiJSU0EtT0FFUCJ9", A, A, A, A]),
    "model key": "sk" + "-proj-" + A * 2,
    "stripe": "sk" + "_live_" + A,
    "sendgrid": "SG" + "." + A + "abcdef." + A + "abcdef",
    "npm": "npm" + "_" + A * 2 + "wxyz",
    "pypi": "pypi" + "-AgEIcHlwaS5vcmc" + A * 3,
    "vault": "hvs" + "." + A + "wxyzwxyz",
    "digitalocean": "dop_v1" + "_" + DIGITS * 4,
    "grafana": "glsa" + "_" + A * 2 + "_1234abcd",
    "newrelic": "NRAK" + "-ABCDEFGHIJKLMNOPQRSTUVWXYZ1",
    "age": "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54K",
    "bot": "123456789" + ":AA" + A * 2 + "x",
    "shadow": "$6$" + "saltsalt$" + A * 4,
    "bcrypt": "$2b$12$" + A * 3,
    "basic": "Basic " + "dXNlcjpodW50ZXIy",
}

HARMLESS = [
    "commit 9f3c1b2a7d5e4f60718293a4b5c6d7e8f9012345 deployed 4 minutes ago",
    "sha256:" + DIGITS * 4,
    "digest=" + DIGITS * 4,
    "id=5f7b8c9d-0e1f-4a3b-8c5d-6e7f8091a2b3",
    "inc_01jd3c4k7w8m9e2f5a6b7c8d9e",
    "trace_id: 4bf92f3577b34da6a3ce929d0e0e4736",
    "2026-01-02T03:04:05.678Z INFO orders 200 GET /api/orders/1234?page=2&sort=desc 12ms",
    "http://prometheus:9090/graph?g0.expr=up@offset",
    "https://grafana.local/d/abc?from=1&to=2",
    "ssh://git@github.com/org/repo.git",
    "mailto:ada@example.org",
    "Failed password for root from 192.0.2.7 port 4242 ssh2",
    'password authentication failed for user "app"',
    "the token expired, the password is wrong, the secret was rotated",
    "token: expired",
    "password: ********",
    "password=${DB_PASSWORD}",
    "password: <redacted>",
    "api_key: null",
    "prompt_tokens=512 completion_tokens: 87, total_tokens=599",
    "passed 12, bypass=1, compass: north, keyboard: qwerty, monkey=2",
    "PWD=/srv/app",
    "Bearer authentication failed",
    "Basic authentication required",
    "cookies: 3",
    "secretName: db-credentials",
    "secretKeyRef: db",
    "key: value",
    "primary key: id, foreign key: order_id",
    "cache key users:42",
    "risk-assessment-of-a-very-long-thing and task-force-with-a-long-name",
    "image registry.local/shop/orders:v1.2.3@sha256:" + DIGITS * 4,
    "asia-northeast1-a ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ratio 3:2, time 10:15:30, mac 00:aa:bb:cc:dd:ee",
    "$1 $2 ${3} $HOME",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----",
    "sudo -u postgres psql; sort -u file; date -u",
]


@pytest.mark.parametrize("name", NAMED)
def test_h09_a_named_secret_goes_and_its_surroundings_stay(name: str) -> None:
    text = redact_text("before\n" + NAMED[name].format(SECRET) + "\nafter")
    assert SECRET not in text
    assert "[redacted:" in text
    assert text.startswith("before\n")
    assert text.endswith("\nafter")


@pytest.mark.parametrize("name", FORMS)
def test_h09_a_secret_with_a_form_goes_whatever_stands_around_it(name: str) -> None:
    for template in ("{}", "see {} here", "x\n{}", '{{"v": "{}"}}', "({})", "a={},b"):
        text = redact_text(template.format(FORMS[name]))
        assert FORMS[name][-12:] not in text, text
        assert "[redacted:" in text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_to_the_letter(text: str) -> None:
    assert redact_text(text) == text
    assert redact_value({"text": text, "list": [text]}) == {"text": text, "list": [text]}


@pytest.mark.parametrize("text", [template.format(SECRET) for template in NAMED.values()] + list(FORMS.values()))
def test_the_rest_of_a_line_is_kept(text: str) -> None:
    """Evidence is worth nothing when redaction eats it: the words in front always stay."""
    assert redact_text(f"orders error rate 5 % {text}").startswith("orders error rate 5 % ")


def test_a_marker_shields_nothing() -> None:
    """Whoever writes our marker into a log must not thereby hide a secret from us."""
    assert SECRET not in redact_text(f"password=[redacted:password]{SECRET}")
    assert SECRET not in redact_text(f"Cookie: [redacted:cookie]; sid={SECRET}")
    assert SECRET not in redact_text(f"Authorization: [redacted:authorization]{SECRET}")
    assert SECRET not in redact_text(f"postgres://u:[redacted:password]{SECRET}@h/db")


def test_no_fingerprint_of_a_secret_remains() -> None:
    assert redact_text("password=hunter2") == redact_text("password=swordfish") == "password=[redacted:password]"


# -- values ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "dbPassword",
        "DB_PASSWORD",
        "user-passwd",
        "Pwd",
        "client_secret",
        "token",
        "accessToken",
        "X-Api-Key",
        "apikey",
        "Authorization",
        "Cookie",
        "set-cookie",
        "private_key",
        "privateKey",
        "aws_secret_access_key",
        "secretKey",
        "credential",
        "passphrase",
        "db_pass",
        "connectionString",
        "fernet key",
    ],
)
@pytest.mark.parametrize("value", [SECRET, 12345, 1.5, [SECRET], {"deep": {"er": [SECRET, 5]}}])
def test_h09_all_below_a_secrets_name_goes(name: str, value: Any) -> None:
    redacted = json.dumps(redact_value({name: value, "kept": value}))
    assert redacted.count(SECRET) == json.dumps(value).count(SECRET)
    assert "12345" not in json.dumps(redact_value({name: value}))
    assert "[redacted:" in redacted


@pytest.mark.parametrize(
    "value",
    [
        {"password": None, "token": "", "secret": True, "api_key": "***", "cookie": "[redacted:cookie]"},
        {"max_tokens": 4096, "tokens": 7, "secret_name": "db", "password_last_set": "2026-01-01", "token_type": "bearer"},
        {"bypass": 1, "author": "ada", "authorized": True, "key": "value", "keys": ["a"], "monkey": 5, "hash": DIGITS},
    ],
)
def test_what_only_sounds_like_one_stays(value: dict[str, Any]) -> None:
    assert redact_value(value) == value


def test_pairs_of_name_and_value_are_understood() -> None:
    env = [
        {"name": "DB_PASSWORD", "value": SECRET},
        {"name": "LOG_LEVEL", "value": "debug"},
        {"key": "X-Api-Key", "value": SECRET},
    ]
    assert redact_value(env) == [
        {"name": "DB_PASSWORD", "value": "[redacted:password]"},
        {"name": "LOG_LEVEL", "value": "debug"},
        {"key": "X-Api-Key", "value": "[redacted:key]"},
    ]


def test_secrets_in_keys_go_and_no_two_entries_become_one() -> None:
    value = {FORMS["github"]: 1, FORMS["github server"]: 2, "[redacted:github-token] (2)": 3}
    assert sorted(redact_value(value).values()) == [1, 2, 3]
    assert FORMS["github"] not in json.dumps(redact_value(value))


def test_depth_is_bounded() -> None:
    deep: Any = SECRET
    for _ in range(100_000):
        deep = [deep]
    text = json.dumps(redact_value(deep))
    assert text == "[" * MAX_DEPTH + '"[redacted:too-deep]"' + "]" * MAX_DEPTH
    while isinstance(deep, list):  # or the interpreter itself dies of freeing it
        deep = deep[0]


def test_other_types_pass_and_nothing_is_changed_in_place() -> None:
    value = {"a": (1, 2), "b": b"x", "c": 1.5, 5: None, "password": "x1"}
    assert redact_value(value) == {"a": [1, 2], "b": b"x", "c": 1.5, 5: None, "password": "[redacted:password]"}
    assert value["password"] == "x1"


def test_lone_surrogates_are_written_out() -> None:
    assert redact_text("a\ud800b password=x1") == "a\\ud800b password=[redacted:password]"


# -- properties --------------------------------------------------------------------------------------------------------

piece = st.one_of(
    st.sampled_from([template.format(SECRET) for template in NAMED.values()] + list(FORMS.values())),
    st.sampled_from(
        [
            "password",
            "token",
            "=",
            ":",
            " ",
            "\n",
            '"',
            "'",
            "\\",
            "[redacted:password]",
            "[redacted:",
            "]",
            "Bearer ",
            "://",
            "@",
            ";",
            "cookie",
            "Authorization: ",
            "-u ",
            "secret is ",
            "--token ",
            "&",
            "key",
            "pass",
            "x:y@",
            "[",
            "{",
            "}",
        ]
    ),
    st.text(max_size=8),
)
texts = st.lists(piece, max_size=8).map("".join)


@pytest.mark.parametrize("count", [1, 4, 12, 40])
def test_secrets_without_a_gap_between_them_all_go(count: int) -> None:
    """Each is no word of its own before the one on its left is replaced."""
    text = "123456789:AAAb3dEf6hIj9kLm2nAb3dEf6hIj9kLm2nx" * count + "AKIAABCDEFGHIJKLMNOP"
    once = redact_text(text)
    assert "AKIAABCD" not in once
    assert "Ab3dEf6" not in once
    assert redact_text(once) == once


@settings(max_examples=600, deadline=None)
@given(texts)
def test_to_redact_twice_changes_nothing(text: str) -> None:
    once = redact_text(text)
    assert redact_text(once) == once


trees = st.recursive(
    st.one_of(texts, st.integers(-5, 5), st.none(), st.booleans()),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(texts, below, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(texts, trees, max_size=3))
def test_h09_what_would_be_redacted_looks_suspicious_as_json(value: dict[str, Any]) -> None:
    """The quick look that spares the walk must never be the one that misses something."""
    try:
        body = canonical(value)
    except ValueError:  # a lone surrogate, refused before anything is written
        return
    if redact_value(value) != value:
        assert suspicious(body)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(texts, trees, max_size=3))
def test_to_redact_a_value_twice_changes_nothing(value: dict[str, Any]) -> None:
    once = redact_value(value)
    assert redact_value(once) == once


# -- speed -------------------------------------------------------------------------------------------------------------

LINE = "2026-01-02T03:04:05Z INFO orders 5f7b8c9d-0e1f-4a3b-8c5d-6e7f8091a2b3 GET /api/orders/1234 200 12ms user=ada\n"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (LINE * 50_000, 1),
        ((LINE + "token refresh ok for the user that passed the key\n") * 30_000, 2),
        ((LINE + "password=hunter2\n") * 20_000, 8),
        ("password" * 500_000, 4),
        ("a:" * 1_000_000, 4),
        ("://" * 1_000_000, 4),
        ("://u:" * 500_000, 4),
        ("-----BEGIN RSA PRIVATE KEY-----" * 50_000, 4),
        ("eyJ" * 1_000_000, 4),
        ('\\"' * 1_000_000 + "password", 4),
        ("token=" * 300_000, 8),
    ],
    ids=[
        "log",
        "innocent words",
        "many secrets",
        "names",
        "colons",
        "slashes",
        "urls",
        "pem",
        "jwt",
        "quotes",
        "names and signs",
    ],
)
def test_time_is_linear_in_the_text(text: str, seconds: float) -> None:
    """The bounds are ten times what two slow cores need; a backtracking search would take hours."""
    started = time.perf_counter()
    redact_text(text)
    assert time.perf_counter() - started < seconds
