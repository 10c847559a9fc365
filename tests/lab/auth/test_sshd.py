from __future__ import annotations

import ipaddress
import re
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from lab.auth.sshd import auth_log

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
LINE = re.compile(r"([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d) shop-bastion ([\w-]+)\[\d+\]: (.+)")
DOCUMENTATION = [ipaddress.ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


def test_every_line_has_the_syslog_frame() -> None:
    lines = auth_log(NOW).splitlines()
    assert len(lines) > 300
    assert all(LINE.fullmatch(line) for line in lines)
    assert any(line.startswith("Jan  2 ") for line in lines)  # the day is padded with a space
    assert any(line.startswith("Jan  1 ") for line in lines)


def test_times_rise_and_end_shortly_before_now() -> None:
    now = time.time()
    year = datetime.fromtimestamp(now, tz=UTC).year
    stamps = [
        datetime.strptime(f"{year} {line[:15]}", "%Y %b %d %H:%M:%S").replace(tzinfo=UTC) for line in auth_log(now).splitlines()
    ]
    newest = datetime.fromtimestamp(now, tz=UTC) - stamps[-1]
    assert timedelta(0) <= newest < timedelta(minutes=6)
    backwards = [later < earlier for earlier, later in pairwise(stamps)]
    assert sum(backwards) <= 1  # the turn of a year, which the format cannot show


def test_addresses_are_reserved_for_documentation() -> None:
    found = set(re.findall(r"(?:from|rhost=|user \S+) ?((?:\d+\.){3}\d+|2001:[0-9a-f:]+)", auth_log(NOW)))
    assert len(found) > 5
    assert all(any(ipaddress.ip_address(each) in network for network in DOCUMENTATION) for each in found)


def test_what_an_investigation_is_to_find_is_there() -> None:
    text = auth_log(NOW)
    assert text.count("Failed password for invalid user") >= 70
    assert len(re.findall(r"Failed password for invalid user \S+ from 203\.0\.113\.9 port \d+ ssh2", text)) >= 48
    assert text.count("message repeated 4 times: [ Failed password for deploy from 198.51.100.77") == 3
    assert "Accepted publickey for jonas" in text
    assert re.search(r"invalid user root from 192\.0\.2\.66 port 22 ssh2 from 203\.0\.113\.9 port \d+ ssh2\n", text)
