"""A review of scripts that has no report in time: whose the repository is hears of it, as a task. Nobody is woken."""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.contracts.catalogue import RaciKind
from include.contracts.errors import NotFound
from include.delivery.report_task import tell_owner
from include.store import ledger, script_reviews
from include.store.database import Store, day
from include.store.script_reviews import Review

ACTOR = "reconcile@service"
DEADLINE_S = 5 * 3_600.0  # an hour more than Airflow gives a run


def escalate_late(store: Store, catalogue: Catalogue, review: Review) -> bool:
    """Say so, once; False where its report has come since it was looked up.

    :raises NotFound: neither the repository nor the workflow has an owner
    """
    with store.begin() as conn:
        ledger.lock(conn)
        if not script_reviews.give_up(conn, review):
            return False
        owner = _owner(catalogue, review.repository)
        number = tell_owner(
            conn,
            catalogue,
            repository=review.repository,
            service=None,
            owner=owner,
            label=catalogue.lowest,
            mark=f"script-review:{review.id}:{owner}:overdue",
            text=f"The review {review.id} has no report in time: look for its run in Airflow, and clear what failed.",
            today=day(conn),
        )
        payload = {"ticket": f"DESK-{number}", "owner": owner, "state": review.state, "repository": review.repository}
        ledger.append(conn, actor=ACTOR, kind="review.overdue", subject=review.id, payload=payload)
    return True


def _owner(catalogue: Catalogue, repository: str) -> str:
    row = catalogue.repositories.get(repository)
    raci = catalogue.accountable(RaciKind.WORKFLOW, "script_review")
    if row is None and raci is None:
        raise NotFound("Nobody owns this review.", next_step="add script_review to raci.yaml")
    return row.owner if row is not None else str(raci and raci.accountable)
