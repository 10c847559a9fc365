"""Refusals: the error that names the rule, and its entry in the ledger, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping

from include.contracts.errors import Refused
from include.contracts.hold import Verdict
from include.store import ledger
from include.store.database import Store

ACTOR = "holds@service"  # whoever it claims to be from: nobody has shown that yet
_LOOK = "look at the hold again: ./holdpoint holds show HOLD --as YOU"
_NEXT: Mapping[str, str] = {
    "plan_intact": "look at the hold again; if nobody superseded it: ./holdpoint ledger verify",
    "derived": "propose it again: ./holdpoint plans propose; the catalogue or a tool changed since",
    "state": _LOOK,
    "environment": _LOOK,
    "person": "ask who reviews people.yaml",
    "key": "./holdpoint keys list says which of your keys count, and where",
    "signature": "sign the statement as it was given, unchanged, with the key that it names",
    "role": "ask somebody who holds the change role of every touched service",
    "independence": "ask somebody who did not work on the plan",
    "view": "reload the page, read what changed, decide again",
    "callouts": "acknowledge each callout by itself",
    "fresh": "say it again now",
    "clock": "set the database's clock right; nothing is decided before",
    "approve_by": "propose it again",
    "execute_by": "propose it again",
    "window": "wait for the window, or propose it again with another",
    "freeze": "wait for the freeze's end, or ask its owner",
    "deny": "talk to who refused; then propose another plan",
    "quorum": "ask another person who may decide",
    "complete_record": "./holdpoint ledger verify; find out who wrote to the database",
    "single_use": "nothing to do: an approval is consumed once",
    "template": "./holdpoint templates show TEMPLATE --as YOU; or let people vote on the plan",
    "endorsed": "./holdpoint templates sign; two people who did not contribute, or let people vote on the plan",
    "fit": "propose a plan within the template, or let people vote on this one",
    "hours": "wait for the template's hours, or let people vote on the plan",
    "uses": "wait, or let people vote on the plan",
    "declared": "./holdpoint holds emergency HOLD --incident INC --reason … --key KEY; or let people vote on the plan",
    "incident": "name an open incident of the touched services that alerts opened; or let people vote on the plan",
    "emergency_clock": "let people vote on the plan, or declare it anew",
    "reviewed": "./holdpoint holds review HOLD, by somebody who had no part in it; or let people vote on the plan",
    "paged": "./holdpoint reconcile sends what is due; then try again",
    "outside": "ask the approver to look at the outside record, or vote with a key",
}
RULES = tuple(_NEXT)
"""The names of all rules."""


def refused(verdict: Verdict) -> Refused:
    """The error of a rule that has refused."""
    return Refused(f"Refused by the rule {verdict.rule}: {verdict.reason}.", next_step=_NEXT[verdict.rule], rule=verdict.rule)


def require(verdict: Verdict) -> None:
    """Refused unless the rule has allowed."""
    if not verdict.ok:
        raise refused(verdict)


def enter(store: Store, kind: str, subject: str, error: Refused, **more: str) -> None:
    """Put a refusal into the ledger: `vote.refused`, `statement.refused` or `release.refused`.

    :param more: what is known of it, such as `statement`, its digest, and `claimed`, whom it names
    """
    payload = {"rule": error.rule, "reason": error.message[:300], **more}
    with store.begin() as conn:
        ledger.append(conn, actor=ACTOR, kind=kind, subject=subject, payload=payload)
