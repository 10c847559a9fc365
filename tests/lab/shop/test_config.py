from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from include.contracts.errors import ConfigError
from lab.shop.config import changes, load
from lab.shop.orders import OrdersConfig
from lab.shop.payments import PaymentsConfig

GOOD = {"port": 8080, "pool_size": 8, "pool_timeout_ms": 250, "query_ms": 15}


def load_text(text: str, directory: Path, override: str = "") -> PaymentsConfig:
    config, over = directory / "config.json", directory / "override.json"
    config.write_text(text, encoding="utf-8")
    if override:
        over.write_text(override, encoding="utf-8")
    return load(PaymentsConfig, config, over)


def test_override_lies_over_what_was_deployed(tmp_path: Path) -> None:
    before = load_text(json.dumps(GOOD), tmp_path)
    after = load_text(json.dumps(GOOD), tmp_path, override='{"pool_size": 1}')
    assert (before.pool_size, after.pool_size) == (8, 1)
    assert changes(before, after) == {"pool_size": [8, 1]}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"pool_size": "eight"}, 'pool_size must be a whole number from 1 to 256, not "eight"'),
        ({"pool_size": 0}, "pool_size"),
        ({"pool_size": 257}, "pool_size"),
        ({"pool_size": 1.0}, "pool_size"),
        ({"pool_size": True}, "pool_size"),
        ({"pool_size": None}, "pool_size"),
        ({"pool_sise": 8}, r"unknown keys \['pool_sise'\]"),
        ({"port": 65536}, "port"),
    ],
)
def test_wrong_value_is_refused_by_name(change: dict[str, Any], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load_text(json.dumps(GOOD | change), tmp_path)


@pytest.mark.parametrize("garbage", ["", "{", "[]", "null", "\x00", '{"port": 8080}'])
def test_garbage_is_refused(garbage: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.json"):
        load_text(garbage, tmp_path)


@pytest.mark.parametrize("garbage", ["?", "{", "[]", "null", '{"pool_size": "1"}'])
def test_garbage_override_is_refused(garbage: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="configuration refused"):
        load_text(json.dumps(GOOD), tmp_path, override=garbage)


@pytest.mark.parametrize(
    "url", ["https://host:1", "http://host", "host:80", "http://:80", "http://host:0", "http://h:99999", 3, None]
)
def test_address_must_be_whole(url: object, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    values = {"port": 1, "payments_url": url, "payments_timeout_ms": 10, "journal_timeout_ms": 10}
    config.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ConfigError, match="payments_url must be an address"):
        load(OrdersConfig, config, tmp_path / "none.json")
