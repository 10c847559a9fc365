"""The catalogue that alerts are taken by: the newest that loads, so that an edit under way turns no alert away.

For the intake alone. What a person or a run may read is decided by the catalogue as it stands, or not at all.
"""

from __future__ import annotations

from include.catalogue.catalogue import Catalogue
from include.catalogue.loader import load_catalogue
from include.contracts.errors import ConfigError
from plugins.console.worker import log


class LastGood:
    """One per process. As cheap to ask as `load_catalogue`."""

    def __init__(self) -> None:
        self._good: Catalogue | None = None
        self._trouble = ""

    def catalogue(self) -> Catalogue:
        """:raises ConfigError: it does not load, nor has it since this process was started"""
        try:
            self._good, self._trouble = load_catalogue(), ""
        except ConfigError as error:
            if error.message != self._trouble:
                self._trouble = error.message
                self._tell()
            if self._good is None:
                raise
        return self._good

    def _tell(self) -> None:
        """Once for each change; which row it is doctor says, to whom it may."""
        if self._good is None:
            log.error("the catalogue does not load: alerts are answered 503 until it does; see ./holdpoint doctor")
        else:
            revision = self._good.revision[:12]
            log.error("the catalogue does not load: alerts are taken by the one before, %s; see ./holdpoint doctor", revision)
