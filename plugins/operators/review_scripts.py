"""Review scripts in a repository: list what changed, look at it batch by batch, make the report. Nothing of it is ever run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from plugins.operators.base import HoldpointOperator, airflow_errors

if TYPE_CHECKING:
    from include.reviewing.begin import Begun
    from include.reviewing.ports import Git
    from include.store.script_reviews import Review


class ReviewOperator(HoldpointOperator):
    """What the tasks of `script_review` share."""

    ui_color = "#e6f4ea"

    def review_of(self, context: Any) -> Review:
        """What this run has claimed, by the store's record."""
        from include.store import script_reviews

        with self.store.read() as conn:
            mine = script_reviews.of_run(conn, self.run_of(context))
        if mine is None:
            raise AirflowSkipException("This run has claimed no review: there is none, or another run has it.")
        return mine

    def git(self, review: Review) -> Git:
        """The review's repository as the catalogue names it."""
        from include.reviewing.repositories import Chosen
        from plugins.hooks.read.repositories import open_repository

        row = self.catalogue.repository(review.repository)
        return Chosen(open_repository(self.catalogue, row.name), row)


class ListChangedOperator(ReviewOperator):
    """Returns the numbers of the batches, over which `review_batch` is mapped: none where nothing changed.

    The run's conf names a review (from the dispatcher) or a repository (by hand, under the permissions of whoever started the
    run). With neither it is the nightly run: it asks for a review of each configured repository, each of which has its own run.
    """

    ui_color = "#e8f0fe"

    def execute(self, context: Any) -> list[int]:
        with airflow_errors():
            begun = self._begin(context)
        review = begun.review
        if begun.unchanged:
            self.log.info("review %s: unchanged since %s; nothing to review", review.id, review.same_as)
        else:
            counts = (review.id, review.files, review.fresh_files, len(begun.batches))
            self.log.info("review %s: %d files; %d to look at, in %d batches", *counts)
        return list(begun.batches)

    def _begin(self, context: Any) -> Begun:
        from include.reviewing.begin import begin_review, claim_review
        from include.script_review.rules.registry import digest

        review_id, run = self._asked(context), self.run_of(context)
        claim_review(self.store, review_id=review_id, run=run)  # before anything is fetched: of two runs one does it
        git = self.git(self.review_of(context))
        return begin_review(self.store, review_id=review_id, run=run, git=git, rules=digest())

    def _asked(self, context: Any) -> str:
        from include.store import script_reviews

        params = context["params"]
        if params.get("review"):
            return str(params["review"])
        with self.store.read() as conn:
            mine = script_reviews.of_run(conn, self.run_of(context))
        if mine is not None:
            return mine.id
        return self._by_hand(context, str(params["repository"])) if params.get("repository") else self._by_night(context)

    def _by_hand(self, context: Any, repository: str) -> str:
        from include.policy.accounts import AIRFLOW, person_of_account
        from include.reviewing.asking import ask_by_hand
        from include.reviewing.sight import require_repository

        person = person_of_account(self.catalogue, AIRFLOW, str(context["dag_run"].triggering_user_name or ""))
        with self.store.read() as conn:
            name = require_repository(conn, self.catalogue, person, repository)
        commit = str(context["params"].get("commit") or "") or None
        return ask_by_hand(self.store, name, person=person.name, run=self.run_of(context), commit=commit)

    def _by_night(self, context: Any) -> str:
        from include.reviewing.asking import ask_by_night

        asked = ask_by_night(
            self.store,
            sorted(name for name, row in self.catalogue.repositories.items() if row.nightly),
            night=self.run_of(context),
        )
        raise AirflowSkipException(f"{len(asked)} reviews were asked for; each has a run of its own.")


class ReviewBatchOperator(ReviewOperator):
    """Keeps the reviews of a batch's units; pushes nothing. Its log has a line of progress.

    :param batch: the batch's number
    """

    template_fields = ("batch",)

    def __init__(self, *, batch: int, **kwargs: Any) -> None:
        super().__init__(do_xcom_push=False, **kwargs)
        self.batch = batch

    def execute(self, context: Any) -> None:
        from include.reviewing.batch import review_batch
        from include.reviewing.ports import Rules
        from include.script_review.rules.registry import digest
        from include.script_review.run import bounded

        review = self.review_of(context)
        with airflow_errors():
            done = review_batch(
                self.store,
                review_id=review.id,
                number=int(self.batch),
                run=self.run_of(context),
                git=self.git(review),
                rules=Rules(digest(), bounded()),
            )
        self.log.info("%s", done)


class CompileReportOperator(ReviewOperator):
    """Runs whatever became of the batches: what one that failed was to look at is a gap in the report.

    Returns `{"review", "version", "findings", "new", "fixed", "gaps", "unchanged"}`: counts, no words (H12).
    """

    ui_color = "#fef7e0"

    def execute(self, context: Any) -> dict[str, Any]:
        from include.reviewing.report import compile_report
        from include.reviewing.sight import home_of

        review = self.review_of(context)
        with airflow_errors():
            label = home_of(self.catalogue, review.repository).label
            done = compile_report(self.store, review_id=review.id, run=self.run_of(context), label=label)
        state = "unchanged" if done.unchanged else "new" if done.new else "as it was"
        self.log.info("review %s: report version %d (%s)", review.id, done.version, state)
        return {"review": review.id, "version": done.version, "unchanged": done.unchanged, **vars(done.counts)}
