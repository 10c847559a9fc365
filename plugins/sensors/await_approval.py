"""Wait until a hold is approved; then return its id, which is no authority: whoever acts on it judges the record again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowException, AirflowSensorTimeout, AirflowSkipException, TaskDeferralError

from plugins.hooks.errors import airflow_errors
from plugins.hooks.record import Record

if TYPE_CHECKING:
    from include.holds.waiting import Waiting

# Longer than the plan's own clock: at that the trigger ends the wait; this ends it where no triggerer lives.
_GRACE = timedelta(minutes=5)


class AwaitApprovalSensor(BaseSensorOperator, Record):
    """Deferred until people have decided, or the plan's time to approve is over: the plan's clock, by the store's time.

    Succeeds, with the hold's id, only if the approval holds now, judged from the signatures and not from the row. Rejected,
    revoked, expired or superseded it fails for good, naming what to do next. Cleared, it looks at the record again; so it does
    when its trigger fired, was lost, or fired twice.

    :param hold: the hold's id; without one (its upstream was skipped) the sensor is skipped
    """

    template_fields: Sequence[str] = ("hold",)
    ui_color = "#e8eaf6"

    def __init__(self, *, hold: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hold = hold

    def execute(self, context: Any) -> str:
        del context
        waiting = self._look()
        if waiting is None:
            return self.hold
        until = waiting.hold.approve_by.isoformat(timespec="seconds")
        self.log.info("hold %s is proposed; waiting until %s at the most; people decide at %s", self.hold, until, self._page())
        from plugins.triggers.approval import ApprovalTrigger

        self.defer(
            trigger=ApprovalTrigger(hold=self.hold),
            method_name="execute_complete",
            timeout=max(waiting.left, timedelta()) + _GRACE,
        )
        raise AssertionError("defer raises")

    def execute_complete(self, context: Any, event: Any = None) -> str:
        """The event says that there may be news, and is not believed."""
        del event
        return self.execute(context)

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Any) -> Any:
        """A trigger that failed or took too long is no answer either: the record is."""
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except (AirflowSensorTimeout, TaskDeferralError):
            if self._look() is None:
                return self.hold
        raise AirflowException(
            f"The hold {self.hold} still waits, but its trigger ended. Next: read the triggerer's log (it needs PYTHONPATH and"
            " HOLDPOINT_STORE as the tasks do), then clear this task."
        )

    def _page(self) -> str:
        from airflow.sdk.configuration import conf

        base = str(conf.get("api", "base_url", fallback="") or "").rstrip("/")
        return f"{base}/holdpoint/holds/{self.hold}"

    def _look(self) -> Waiting | None:
        """What there is to wait for; None when the hold is approved. Everything else is raised."""
        if not self.hold:
            raise AirflowSkipException("There is no hold to wait for: the run has claimed none.")
        from include.holds.waiting import wait

        with airflow_errors():
            waiting = wait(self.store, self.catalogue, str(self.hold))
        if waiting is None:
            self.log.info("hold %s is approved", self.hold)
        return waiting
