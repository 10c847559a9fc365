from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import faults
from lab.estate import Estate
from lab.layout import PAYMENTS, SERVICES
from tests.lab.support import Outage, Receiver, Traces, eventually

TOKEN = "lab-token-3b9f"
CANARY = "canary-71c0"
REPEAT = 1.5


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secrets") / "token"
    path.write_text(f"{TOKEN}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver, token_file: Path) -> Iterator[Estate]:
    """A running estate, in a path with a space, whose watcher posts to `receiver`."""
    directory = tmp_path_factory.mktemp("with a space") / "lab"
    made = Estate.create(directory, alert_url=f"{receiver.url}/hook", alert_token_file=token_file, alert_repeat=REPEAT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__CORE__FERNET_KEY", CANARY)
        made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def outage(estate: Estate, receiver: Receiver) -> Outage:
    """Payments was down and is back; the first two posts about it were answered 503."""
    about = ("ServiceDown", PAYMENTS)
    eventually(lambda: not any(map(estate.health, SERVICES)), within=10, what="all services are healthy")
    known = len(receiver.posts)
    receiver.refusals[about] = [503, 503]
    record = faults.switch_on(estate, "dependency_down")
    try:
        eventually(lambda: sum(post.about == about for post in receiver.posts[known:]) >= 4, within=15, what="retries, a repeat")
        state, health = estate.status()["programs"][PAYMENTS]["state"], estate.health(PAYMENTS)
    finally:
        faults.switch_off(estate, "dependency_down")
    eventually(lambda: not receiver.fires(*about), within=12, what="the outage is resolved")
    time.sleep(1.5 * REPEAT)  # in which nothing more may come
    posts = [post for post in receiver.posts[known:] if post.about == about]
    return Outage(record, Traces(estate, record["since"]), state, health, posts)
