"""What all read hooks share: from a query of the tool's contract to an output of it, or an error that carries no content."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from airflow.sdk import BaseHook
from pydantic import ValidationError

from include.catalogue.catalogue import Catalogue
from include.contracts.base import Contract
from include.contracts.catalogue import Service
from include.contracts.errors import BadInput, ConfigError, NotFound
from include.contracts.reads import ServiceInput
from include.contracts.tool import Output, ToolContract
from include.evidence.sources.limits import Deadline, Unreadable, one_line, read_failed
from include.policy.permit import Target, decide

_EVIDENCE_CHARACTERS = 1_000_000
_SOFT = 0.8  # of the time limit: what can be cut off is returned as truncated rather than not at all


@dataclass(frozen=True)
class ReadResult:
    """A read's answer, and where it was read, for people: system and object, e.g. "supervisor shop-payments"."""

    output: Output
    place: str


@dataclass(frozen=True)
class Asked:
    """A query with everything resolved: whom it is about, where that is found, and the time that is left."""

    query: ServiceInput
    service: Service
    at: Any  # an instance of the hook's `location`
    deadline: Deadline
    soft: Deadline


class ReadHook(BaseHook):
    """One system. A subclass gives `contract`, `location` and `_read`.

    :param catalogue: says where a service is found in the system
    :param principal: for whom; decides what the answer may say of *other* services, and which tickets are searched (H12). Nobody,
        the default, sees only the service asked about, which the caller has checked
    :param conn_id: another connection than the contract's, for tests; never from a run's conf or an alert
    """

    contract: ClassVar[ToolContract]
    location: ClassVar[type[Contract] | None] = None  # the model of `systems.<contract.system>` in services.yaml

    def __init__(self, *, catalogue: Catalogue, principal: str = "", conn_id: str | None = None) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.principal = principal
        self.conn_id = conn_id or self.contract.conn_id

    def read(self, query: Contract) -> ReadResult:
        """Make one read.

        :param query: an instance of the contract's input model
        :raises BadInput: the query is none of this tool's
        :raises NotFound: the catalogue does not have the service, or not in this environment or system
        :raises ConfigError: the connection or the catalogue's entry is missing or wrong
        :raises ReadFailed: no usable answer within the contract's timeout
        """
        asked = self._resolve(query)
        system = self.contract.system
        try:
            result = self._read(asked)
            text = sum(len(line) + 1 for line in result.output.text_lines())
        except Unreadable as error:
            raise read_failed(system, "bad answer", str(error)) from None
        except ValidationError as error:  # its text quotes what the system said
            fields = ", ".join(sorted({str(e["loc"][0]) for e in error.errors(include_input=False) if e["loc"]}))
            raise read_failed(system, "bad answer", f"does not fit the contract: {fields}") from None
        if text > _EVIDENCE_CHARACTERS:
            raise read_failed(system, "answer too large", next_step="ask for a shorter window or fewer rows")
        return ReadResult(result.output, one_line(result.place))

    @abstractmethod
    def _read(self, asked: Asked) -> ReadResult:
        """Ask the system; transport and format errors are already ReadFailed, ConfigError or Unreadable."""

    def _resolve(self, query: Contract) -> Asked:
        if not isinstance(query, ServiceInput) or not isinstance(query, self.contract.input_model):
            raise BadInput(
                f"{self.contract.name} was asked with a {type(query).__name__}.",
                next_step=f"ask with a {self.contract.input_model.__name__}",
            )
        service = self.catalogue.service(query.service)
        if query.environment not in service.environments:
            raise NotFound(
                f"{service.name} is not in the environment {query.environment!r}.",
                next_step=f"use one of: {', '.join(service.environments)}; or add it to services.yaml",
            )
        at = self._locate(service) if self.location else None
        seconds, system = self.contract.timeout_s, self.contract.system
        return Asked(query, service, at, Deadline(seconds, system), Deadline(seconds * _SOFT, system))

    def _locate(self, service: Service) -> Contract:
        """Where the catalogue says that the service is found in this system."""
        assert self.location is not None
        system = self.contract.system
        if system not in service.systems:
            raise NotFound(
                f"The catalogue does not say where {service.name} is found in {system}.",
                next_step=f"add systems.{system} to {service.name} in services.yaml, or accept the gap",
            )
        try:
            return self.location.model_validate_json(json.dumps(service.systems[system]))
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or system}: {e['msg']}" for e in error.errors())
            raise ConfigError(
                f"systems.{system} of {service.name} does not load: {problems}.",
                next_step="correct it in services.yaml; docs/reads.md lists its keys",
            ) from None

    def ceiling(self, service: Service) -> str:
        """The label of the answer: the higher of the tool's and the service's classification."""
        return self.catalogue.highest((service.classification, self.contract.label))

    def neighbours(self, asked: Asked, names: Iterable[str], *, today: date | None = None) -> tuple[str, ...]:
        """Those of `names` that the answer may speak about: a grant allows it, and their label is not above the answer's.

        :param today: the store's day, of a hook that asks the store; default the host's
        """
        today = today or datetime.now(UTC).date()
        return tuple(name for name in names if self._may_tell(asked, name, today))

    def _may_tell(self, asked: Asked, name: str, today: date) -> bool:
        label = self.ceiling(self.catalogue.service(name))
        if self.catalogue.rank(label) > self.catalogue.rank(self.ceiling(asked.service)):
            return False
        target = Target(name, asked.query.environment, label)
        return decide(self.catalogue, self.principal, self.contract.name, target, today=today).allowed

    def connection(self) -> Any:
        """The hook's Airflow connection; ConfigError where there is none."""
        from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

        try:
            return self.get_connection(cast(str, self.conn_id))
        except AirflowNotFoundException:
            raise ConfigError(
                f"There is no Airflow connection {self.conn_id!r}.",
                next_step=f"define it (docs/reads.md says how), e.g. as AIRFLOW_CONN_{str(self.conn_id).upper()}",
            ) from None
        except AirflowRuntimeError:  # the API server or a secrets backend did not answer
            raise read_failed(self.contract.system, "not readable", f"the Airflow connection {self.conn_id!r}") from None

    def options(self, connection: Any) -> dict[str, Any]:
        """The connection's extra as a JSON object."""
        extra = connection.extra_dejson
        if not isinstance(extra, dict) or (connection.extra and not extra and connection.extra.strip() not in ("{}", "")):
            raise ConfigError(
                f"The extra of the connection {self.conn_id!r} is not a JSON object.",
                next_step="correct it; docs/reads.md lists its keys",
            )
        return extra

    def with_address(self, connection: Any, *, host: str | None = None, drop: tuple[str, ...] = ()) -> Any:
        """The connection for HttpHook, which makes a header of every extra key that it does not know.

        :param host: a whole address instead of the connection's host and port
        :param drop: keys of the extra that are ours
        """
        from airflow.sdk import Connection

        extra = {key: value for key, value in self.options(connection).items() if key not in drop}
        if not host and not connection.host:
            raise ConfigError(f"The connection {self.conn_id!r} has no host.", next_step="give it a host; docs/reads.md says how")
        return Connection(
            conn_id=connection.conn_id,
            conn_type="http",
            host=host or connection.host,
            port=None if host else connection.port,
            schema=connection.schema,
            login=connection.login,
            password=connection.password,
            extra=json.dumps(extra),
        )

    @property
    def agent(self) -> str:
        """The User-Agent: a system's own log shows who read, and with which tool."""
        return f"holdpoint ({self.contract.name})"

    @contextmanager
    def store(self) -> Iterator[Any]:
        """A read-only transaction on Holdpoint's own store, closed afterwards."""
        from include.store.database import Store
        from plugins.hooks.store import store_url

        store = Store.open(store_url())
        try:
            store.check()
            with store.read() as conn:
                yield conn
        finally:
            store.dispose()

    def root(self) -> tuple[Path, tzinfo]:
        """For connections to files: extra `path` (absolute), and extra `time_zone` of times that name none (default UTC)."""
        extra = self.options(self.connection())
        path = extra.get("path")
        if not isinstance(path, str) or not Path(path).is_absolute():
            raise ConfigError(
                f"The connection {self.conn_id!r} has no absolute `path` in its extra.",
                next_step='set the extra to {"path": "/where/the/files/are"}',
            )
        try:
            return Path(path), ZoneInfo(str(extra.get("time_zone", "UTC")))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ConfigError(
                f"The connection {self.conn_id!r} has an unknown `time_zone`.", next_step="use an IANA name, e.g. Europe/Berlin"
            ) from None
