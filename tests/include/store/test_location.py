from __future__ import annotations

from pathlib import Path

import pytest

from include.contracts.errors import ConfigError
from include.store.location import REPOSITORY, home, locate


def test_the_default_is_a_file_in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDPOINT_HOME", raising=False)
    monkeypatch.delenv("HOLDPOINT_STORE", raising=False)
    assert (REPOSITORY / "pyproject.toml").exists()
    assert locate().database == str(REPOSITORY / "var" / "holdpoint.db")


def test_an_argument_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOLDPOINT_HOME", str(tmp_path))
    assert locate().database == str(tmp_path / "holdpoint.db")
    assert home() == tmp_path
    monkeypatch.setenv("HOLDPOINT_STORE", "sqlite:////tmp/other.db")
    assert locate().database == "/tmp/other.db"
    assert locate("sqlite:////tmp/third.db").database == "/tmp/third.db"


@pytest.mark.parametrize("name", ["a b", "50%", "%20", "what?", "x?mode=ro", "#1", "ü", "a;b&c"])
def test_a_sqlite_path_is_taken_literally(tmp_path: Path, name: str) -> None:
    for prefix in ("sqlite:///", "sqlite+pysqlite:///"):
        assert locate(f"{prefix}{tmp_path}/{name}/s.db").database == f"{tmp_path}/{name}/s.db"


def test_plain_postgresql_means_our_driver() -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        assert locate(f"{scheme}://me@db/holdpoint").drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory",
        "mysql://x",
        "postgresql+asyncpg://x",
        "x",
        "::",
    ],
)
def test_what_cannot_be_a_store_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="HOLDPOINT_STORE"):
        locate(url)


def test_an_unreadable_url_does_not_show_its_password() -> None:
    with pytest.raises(ConfigError) as caught:
        locate("postgresql://me:s3cret@host:port/db")
    assert "s3cret" not in str(caught.value)
