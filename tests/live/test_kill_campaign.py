"""A long campaign: the API server and the scheduler are killed again and again under fire; nothing that was answered is lost."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from typing import Any

import pytest
from sqlalchemy import select

from include.store.tables.incident import dispatch
from include.store.tables.intake import message
from include.store.verify import verify
from tests.live.conftest import GENERIC_TOKEN

pytestmark = [pytest.mark.live, pytest.mark.soak]
ROUNDS = int(os.environ.get("HOLDPOINT_TEST_ROUNDS", "10"))


class _Sender(threading.Thread):
    """Posts one alert after the other and remembers what was answered 202."""

    def __init__(self, live: Any) -> None:
        super().__init__(daemon=True)
        self.live, self.answered, self.end = live, set(), threading.Event()

    def run(self) -> None:
        while not self.end.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.live.airflow.port, timeout=10)
                headers = {"Authorization": f"Bearer {GENERIC_TOKEN}"}
                connection.request("POST", "/holdpoint/alerts/generic", json.dumps(self.live.body(id="campaign")), headers)
                answer = connection.getresponse()
                if answer.status == 202:
                    self.answered.add(json.loads(answer.read())["message"])
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.2)  # it is dead just now


def test_what_was_answered_survives_every_kill(live: Any) -> None:
    chance = random.Random(20261122)
    senders = [_Sender(live) for _ in range(4)]
    for sender in senders:
        sender.start()
    for number in range(ROUNDS):
        time.sleep(chance.uniform(0.5, 4.0))
        victim = "scheduler" if number % 3 == 2 else "api-server"
        live.airflow.kill_component(victim)
        live.airflow.start_component(victim)
        live.airflow.wait_healthy()
    for sender in senders:
        sender.end.set()
        sender.join(15)
    answered = set().union(*(sender.answered for sender in senders))
    assert len(answered) > ROUNDS
    with live.store.read() as conn:
        assert answered <= set(conn.scalars(select(message.c.id)))
    assert verify(live.store).ok
    live.wait("every briefing briefed", lambda: _finished(live), 600)


def _finished(live: Any) -> bool:
    with live.store.read() as conn:
        return set(conn.scalars(select(dispatch.c.state))) <= {"briefed", "escalated"}
