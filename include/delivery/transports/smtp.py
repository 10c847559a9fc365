"""E-mail by SMTP (RFC 5321), STARTTLS where offered, and required where the connection's extra says `starttls: require`."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import make_msgid

from include.contracts.errors import ConfigError, DeliveryFailed
from include.delivery.transports.base import Endpoint, Letter

TIMEOUT_S = 20


def send(letter: Letter, endpoint: Endpoint | None) -> None:
    if endpoint is None or not endpoint.host:
        raise ConfigError("The smtp channel has no connection.", next_step="name it in the channel's conn_id and define it")
    mail = EmailMessage()
    mail["From"] = endpoint.extra.get("from", "holdpoint@localhost")
    mail["To"] = letter.address
    mail["Subject"] = letter.subject.replace("\n", " ")
    mail["Message-ID"] = make_msgid(domain="holdpoint.invalid")
    mail["X-Holdpoint-Mark"] = letter.mark
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body)
    try:
        with smtplib.SMTP(endpoint.host, endpoint.port or 25, timeout=TIMEOUT_S) as server:
            _secure(server, endpoint)
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(
            f"The mail server did not take the message ({type(error).__name__}).",
            next_step="check the connection of the smtp channel; reconcile tries again",
        ) from error


def _secure(server: smtplib.SMTP, endpoint: Endpoint) -> None:
    server.ehlo()
    offered = server.has_extn("starttls")
    if offered:
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    elif endpoint.extra.get("starttls") == "require" or endpoint.login:
        # A password, or a demand for it: never in the clear.
        raise smtplib.SMTPNotSupportedError("STARTTLS is not offered")
    if endpoint.login:
        server.login(endpoint.login, endpoint.password)
