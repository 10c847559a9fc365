from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.evidence.sources.sshd import failures

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def read(*texts: str, frame: str = "web1 sshd[100]: ") -> Counter[tuple[str, str, str]]:
    """(account, address, reason) → failures."""
    lines = [(AT + timedelta(seconds=n), text if "sshd" in text[:20] else frame + text) for n, text in enumerate(texts)]
    counts: Counter[tuple[str, str, str]] = Counter()
    for failure in failures(lines):
        counts[(failure.account, failure.address, failure.reason)] += failure.count
    return counts


def test_a_wrong_password_counts_once_with_all_its_lines() -> None:
    assert read(
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root",
        "Failed password for root from 192.0.2.7 port 4001 ssh2",
        "Connection closed by authenticating user root 192.0.2.7 port 4001 [preauth]",
        "PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root",
    ) == {("root", "192.0.2.7", "wrong password"): 1}


def test_an_unknown_user_counts_once_with_all_its_lines() -> None:
    assert read(
        "Invalid user oracle from 192.0.2.7 port 4001",
        "pam_unix(sshd:auth): check pass; user unknown",
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7",
        "Failed password for invalid user oracle from 192.0.2.7 port 4001 ssh2",
        "Disconnected from invalid user oracle 192.0.2.7 port 4001 [preauth]",
    ) == {("oracle", "192.0.2.7", "unknown user"): 1}


def test_repeated_messages_count_as_often_as_they_say() -> None:
    assert read(
        "Failed password for root from 192.0.2.7 port 4001 ssh2",
        "message repeated 4 times: [ Failed password for root from 192.0.2.7 port 4001 ssh2]",
        "error: maximum authentication attempts exceeded for root from 192.0.2.7 port 4001 ssh2 [preauth]",
        "Disconnecting authenticating user root 192.0.2.7 port 4001: Too many authentication failures [preauth]",
    ) == {("root", "192.0.2.7", "wrong password"): 5}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Connection closed by authenticating user git 192.0.2.7 port 5 [preauth]"], ("git", "gave up before authenticating")),
        (["Connection reset by authenticating user git 192.0.2.7 port 5 [preauth]"], ("git", "gave up before authenticating")),
        (
            ["Invalid user x from 192.0.2.7 port 5", "Connection closed by invalid user x 192.0.2.7 port 5 [preauth]"],
            ("x", "unknown user"),
        ),
        (["Invalid user x from 192.0.2.7"], ("x", "unknown user")),
        (
            ["error: maximum authentication attempts exceeded for git from 192.0.2.7 port 5 ssh2 [preauth]"],
            ("git", "too many attempts"),
        ),
        (
            [
                "User root from 192.0.2.7 not allowed because not listed in AllowUsers",
                "Connection closed by invalid user root 192.0.2.7 port 5 [preauth]",
            ],
            ("root", "not allowed"),
        ),
        (
            [
                "User root from 192.0.2.7 not allowed because listed in DenyUsers",
                "Failed password for invalid user root from 192.0.2.7 port 5 ssh2",
            ],
            ("root", "not allowed"),
        ),
        (["error: PAM: Authentication failure for root from 192.0.2.7"], ("root", "authentication failure (PAM)")),
        (["Failed publickey for git from 192.0.2.7 port 5 ssh2: RSA SHA256:abc"], ("git", "key refused")),
        (["Failed keyboard-interactive/pam for git from 192.0.2.7 port 5 ssh2"], ("git", "keyboard-interactive/pam refused")),
        (["Failed none for git from 192.0.2.7 port 5 ssh2"], ("git", "gave up before authenticating")),
    ],
)
def test_every_kind_of_failure_counts_once(texts: list[str], expected: tuple[str, str]) -> None:
    account, reason = expected
    assert read(*texts) == {(account, "192.0.2.7", reason): 1}


def test_keys_offered_before_the_right_one_are_no_failures() -> None:
    texts = [
        "Failed publickey for git from 192.0.2.7 port 5 ssh2: RSA SHA256:abc",
        "Accepted publickey for git from 192.0.2.7 port 5 ssh2: RSA SHA256:d",
    ]
    assert read(*texts) == {}
    assert (
        read("Failed password for git from 192.0.2.7 port 5 ssh2", "Accepted password for git from 192.0.2.7 port 5 ssh2").total()
        == 1
    )


def test_a_process_id_used_again_is_another_connection() -> None:
    assert (
        read(
            "Failed password for root from 192.0.2.7 port 4001 ssh2",
            "Connection closed by authenticating user git 192.0.2.8 port 4002 [preauth]",
        ).total()
        == 2
    )


@pytest.mark.parametrize(
    "frame",
    [
        "web1 sshd[100]: ",
        "web1 sshd-session[100]: ",
        "web1 sshd-auth[100]: ",
        "web1 sshd 100 - - ",
        'web1 sshd - ID47 [ex@1 a="b"] ',
    ],
)
def test_frames_of_syslog(frame: str) -> None:
    assert read(frame + "Failed password for root from 192.0.2.7 port 4001 ssh2") == {("root", "192.0.2.7", "wrong password"): 1}


@pytest.mark.parametrize(
    "name",
    [
        "root from 198.51.100.1 port 22 ssh2",
        "root from 198.51.100.1 port 22 ssh2: RSA SHA256:abc",
        "a b  c",
        "",
        "Accepted password for root from 198.51.100.1 port 22 ssh2",
    ],
)
def test_h11_a_user_name_cannot_pass_for_the_address(name: str) -> None:
    assert read(f"Failed password for invalid user {name} from 192.0.2.66 port 9 ssh2") == {
        (name, "192.0.2.66", "unknown user"): 1
    }
    assert read(f"Invalid user {name} from 192.0.2.66 port 9") == {(name, "192.0.2.66", "unknown user"): 1}
    assert read(f"Connection closed by invalid user {name} 192.0.2.66 port 9 [preauth]") == {
        (name, "192.0.2.66", "unknown user"): 1
    }


def test_other_programs_and_other_lines_count_nothing() -> None:
    lines = [
        (AT, "web1 sudo[1]: pam_unix(sudo:auth): authentication failure; logname= uid=0 rhost=192.0.2.7"),
        (AT, "web1 app[1]: sshd[2]: Failed password for root from 192.0.2.7 port 1 ssh2"),
        (AT, "web1 sshd[1]: Accepted publickey for git from 192.0.2.7 port 1 ssh2: RSA SHA256:d"),
        (AT, "web1 sshd[1]: Received disconnect from 192.0.2.7 port 1:11: Bye [preauth]"),
        (AT, "web1 sshd[1]: pam_unix(sshd:session): session opened for user git(uid=1) by (uid=0)"),
        (AT, "garbage"),
        (AT, ""),
    ]
    assert list(failures(lines)) == []


@given(st.lists(st.text(max_size=80)))
def test_any_text_is_read_without_an_error(texts: list[str]) -> None:
    list(failures((AT, f"web1 sshd[1]: {text}") for text in texts))


def test_a_hostile_line_takes_no_time() -> None:
    began = datetime.now(UTC)
    read(
        "Failed password for " + " from 1.1.1.1 port 1 ssh2" * 300 + " x",
        "Connection closed by invalid user " + "a port 1 " * 400,
    )
    assert (datetime.now(UTC) - began).total_seconds() < 1
