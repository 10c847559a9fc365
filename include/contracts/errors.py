"""Every error Holdpoint raises on purpose.

HoldpointError            base: a code, a message, what to do next
├── BadInput              the caller's data does not fit its contract            exit 2
├── ConfigError           the catalogue, a contract or a runbook does not load   exit 3
├── Denied                no positive rule allows it; never retried (H2)         exit 4
│   └── Refused           a rule of approvals refuses a statement or a release; names the rule
├── NotFound              the named record does not exist                        exit 5
├── Conflict              the record moved on since it was read                  exit 6
├── ReadFailed            a system did not answer a read; may be retried         exit 7
│   └── RateLimited       it asked us to come back later
├── DeliveryFailed        a ticket, chat or page could not be delivered          exit 8
├── StoreError            the store is unreachable or its schema is not ours     exit 9
├── LedgerBroken          the ledger does not verify                             exit 10
└── Ungrounded            a draft cites what its evidence does not say           exit 11
"""

from __future__ import annotations

from typing import ClassVar


class HoldpointError(Exception):
    """Base of all deliberate errors.

    :param message: what is wrong, in one sentence, without content that a log may not carry (H12)
    :param next_step: what the reader should do about it
    """

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} Next: {self.next_step}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling, and Airflow carries errors across processes.
        return (_rebuild, (type(self), self.message, self.next_step))

    def diagnostics(self) -> dict[str, str]:
        """The error for a machine: `{"code", "message", "next_step"}`."""
        return {"code": self.code, "message": self.message, "next_step": self.next_step}


def _rebuild(kind: type[HoldpointError], message: str, next_step: str) -> HoldpointError:
    return kind(message, next_step=next_step)


class BadInput(HoldpointError):
    code = "bad_input"
    exit_status = 2


class ConfigError(HoldpointError):
    code = "config"
    exit_status = 3


class Denied(HoldpointError):
    code = "denied"
    exit_status = 4


class Refused(Denied):
    """A statement, a vote or a release that a rule refuses.

    :param rule: the rule's name, the first of those that refuse
    """

    code = "refused"

    def __init__(self, message: str, *, next_step: str, rule: str) -> None:
        super().__init__(message, next_step=next_step)
        self.rule = rule

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_refused, (self.message, self.next_step, self.rule))

    def diagnostics(self) -> dict[str, str]:
        return {**super().diagnostics(), "rule": self.rule}


def _rebuild_refused(message: str, next_step: str, rule: str) -> Refused:
    return Refused(message, next_step=next_step, rule=rule)


class NotFound(HoldpointError):
    code = "not_found"
    exit_status = 5


class Conflict(HoldpointError):
    code = "conflict"
    exit_status = 6


class ReadFailed(HoldpointError):
    code = "read_failed"
    exit_status = 7
    retryable = True


class RateLimited(ReadFailed):
    code = "rate_limited"


class DeliveryFailed(HoldpointError):
    code = "delivery_failed"
    exit_status = 8
    retryable = True


class StoreError(HoldpointError):
    code = "store"
    exit_status = 9
    retryable = True


class LedgerBroken(HoldpointError):
    code = "ledger_broken"
    exit_status = 10


class Ungrounded(HoldpointError):
    code = "ungrounded"
    exit_status = 11
