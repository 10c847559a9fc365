"""Approvals kept by another system: one interface, whatever the system."""

from __future__ import annotations

from typing import Protocol

from include.contracts.hold import OutsideRecord


class OutsideSource(Protocol):
    """A system that keeps approvals, named in approval_sources.yaml. It is asked when a record is entered, and again when the
    approval is consumed, by whoever consumes it."""

    @property
    def name(self) -> str:
        """Its name in approval_sources.yaml."""

    def fetch(self, record: str) -> OutsideRecord:
        """The record as it is now.

        :param record: the source's own immutable id
        :raises BadInput: it is no id of this source
        :raises ReadFailed: no usable answer; may be tried again
        :raises Refused: rule `outside`: nobody has decided, or not the approver in words of their own
        """
