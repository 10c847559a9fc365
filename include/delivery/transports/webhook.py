"""A Slack-compatible incoming webhook: POST `{"text": …}`, 2xx means taken."""

from __future__ import annotations

from include.contracts.errors import ConfigError, DeliveryFailed
from include.delivery.transports.base import Endpoint, Letter

TIMEOUT_S = 15.0
USER_AGENT = "holdpoint/1 (machine)"


def send(letter: Letter, endpoint: Endpoint | None) -> None:
    if endpoint is None or not endpoint.url:
        raise ConfigError("The webhook channel has no URL.", next_step="name a connection in the channel's conn_id and define it")
    import httpx

    payload = {"text": f"*{letter.subject}*\n{letter.body}\n`{letter.mark}`", "unfurl_links": False, "link_names": False}
    try:
        answer = httpx.post(
            endpoint.url, json=payload, timeout=TIMEOUT_S, follow_redirects=False, headers={"User-Agent": USER_AGENT}
        )
    except httpx.HTTPError as error:
        raise DeliveryFailed(f"The webhook did not answer ({type(error).__name__}).", next_step="reconcile tries again") from None
    if not answer.is_success:
        raise DeliveryFailed(f"The webhook answered {answer.status_code}.", next_step="check its URL; reconcile tries again")
