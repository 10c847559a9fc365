"""Low-impact writes: tickets, tasks, comments, the page to the person on call. The only module here that imports their hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from plugins.operators.base import HoldpointOperator, airflow_errors
from plugins.operators.review_scripts import ReviewOperator

if TYPE_CHECKING:
    from include.catalogue.catalogue import Catalogue
    from include.contracts.change_desk import ChangeDesk
    from include.contracts.change_draft import ChangeDraft, Filed
    from include.delivery.change_drafts.base import DraftSystem
    from include.delivery.pull_requests.keep_comment import Comments
    from include.delivery.transports.base import Endpoint
    from include.store.database import Store


class EscalateOperator(HoldpointOperator):
    """Runs whatever happened before it: with a brief it passes the brief on, without one it says that there is none (H10).

    Cleared, it finds its own marks and neither comments nor pages twice. Returns `{"ticket", "delivery", "sent"}`.
    """

    ui_color = "#fce8e6"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.triage.escalate import escalate_briefing

        incident_id, briefing = self.briefing_of(context)
        with airflow_errors():
            done = escalate_briefing(
                self.store,
                self.catalogue,
                incident_id=incident_id,
                briefing=briefing,
                run=self.run_of(context),
                link=run_link(self, context),
                endpoints=endpoint_of,
            )
        return {"ticket": f"DESK-{done.ticket}", "delivery": done.delivery_id, "sent": done.sent}


def endpoint_of(conn_id: str) -> Endpoint:
    """A channel's endpoint, from Airflow's connection of that id."""
    from plugins.hooks.low_impact.paging import endpoint

    return endpoint(conn_id)


class FileDraftOperator(HoldpointOperator):
    """Files the package as a draft change request, once. Returns `{"system", "number", "outcome", "version", "probed"}`."""

    ui_color = "#fce8e6"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.cab.file import file_package

        change_id, briefing = self.briefing_of(context)
        run = self.run_of(context)

        def file(draft: ChangeDraft, label: str) -> Filed:
            return file_draft(self.store, self.catalogue, draft, label=label, run=run)

        with airflow_errors():
            filed = file_package(self.store, change_id=change_id, briefing=briefing, run=run, file=file)
        return {name: getattr(filed, name) for name in ("system", "number", "outcome", "version", "probed")}


class RouteForApprovalOperator(HoldpointOperator):
    """Runs whatever happened before it: with a package it opens the owner's review task, without one it says that there is none.

    Cleared, it finds its own marks and writes nothing twice. Returns `{"ticket", "version", "deciders"}`: a count of people.
    """

    ui_color = "#fce8e6"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.cab.route import route

        change_id, briefing = self.briefing_of(context)
        with airflow_errors():
            done = route(
                self.store,
                self.catalogue,
                change_id=change_id,
                briefing=briefing,
                run=self.run_of(context),
                link=run_link(self, context),
            )
        return {"ticket": f"DESK-{done.ticket}", "version": done.version, "deciders": len(done.deciders)}


class FileReportOperator(ReviewOperator):
    """Runs whatever happened before it: owners with something new get it on their task; without a report they are told so.

    Cleared, it finds its own marks and writes nothing twice. Returns `{"review", "version", "tickets"}`.
    """

    ui_color = "#fce8e6"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.reviewing.file import file_report
        from include.reviewing.sight import home_of

        review = self.review_of(context)
        with airflow_errors():
            done = file_report(
                self.store,
                self.catalogue,
                review_id=review.id,
                run=self.run_of(context),
                home=home_of(self.catalogue, review.repository),
                link=f"{base_url()}/holdpoint/reviews/{review.id}",
                run_link=run_link(self, context),
            )
        return {"review": review.id, "version": done.version, "tickets": [f"DESK-{number}" for number in done.tickets]}


class CommentOnPullRequestOperator(ReviewOperator):
    """Keeps the pull request's one comment; skips itself where there is no pull request. Returns `{"version", "outcome"}`."""

    ui_color = "#fce8e6"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.reviewing.comment import comment_on_pull
        from include.reviewing.sight import home_of

        review = self.review_of(context)
        if review.pull is None:
            raise AirflowSkipException("This review is of no pull request.")
        with airflow_errors():
            done = comment_on_pull(
                self.store,
                self.catalogue,
                review_id=review.id,
                run=self.run_of(context),
                home=home_of(self.catalogue, review.repository),
                comments=pull_request_comments(self.catalogue, review.repository),
            )
        return {"review": review.id, "version": done.version, "outcome": done.outcome or "overtaken"}


def pull_request_comments(catalogue: Catalogue, repository: str) -> Comments:
    """The comments of a repository's pull requests, by the connection that its row names."""
    from plugins.hooks.low_impact.github import comments

    return comments(catalogue, repository)


def run_link(operator: HoldpointOperator, context: Any) -> str:
    """Airflow's page of this run."""
    return f"{base_url()}/dags/{operator.dag_id}/runs/{operator.run_of(context)}"


def base_url() -> str:
    """Where people reach Airflow."""
    from airflow.sdk.configuration import conf

    return str(conf.get("api", "base_url", fallback="") or "").rstrip("/")


def file_draft(store: Store, catalogue: Catalogue, draft: ChangeDraft, *, label: str, run: str) -> Filed:
    """File a draft change request where change_desks.yaml says: created, updated, unchanged, or noted on what people took over.

    :param label: the classification of what the draft quotes
    :raises: as `include.delivery.change_drafts.filing.file_draft`; call it inside `airflow_errors()`
    """
    from include.delivery.change_drafts.filing import file_draft as file

    return file(store, catalogue, draft, label=label, run=run, systems=change_system)


def change_system(desk: ChangeDesk) -> DraftSystem:
    """The system behind a change desk, from Airflow's connection of its id; embedded desks have none and never get here."""
    from plugins.hooks.low_impact import jira, servicenow

    return servicenow.system(desk) if desk.kind == "servicenow" else jira.system(desk)
