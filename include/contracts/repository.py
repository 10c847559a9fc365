"""Repositories whose scripts are reviewed: a row of `repositories.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from include.contracts.base import Contract, Line, Plain, Slug
from include.contracts.catalogue import SourceAuth

# A path (relative: below Holdpoint's home), file://, or https://; a name or a password in it does not load.
_HTTP = r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?/"
Where = Annotated[
    str, StringConstraints(pattern=rf"^(({_HTTP}|file:///)[^\s@?#]*|[^:\s][^:\n]*)$", min_length=1, max_length=1_000), Plain
]
Branch = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}$")]
Full = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,62}/[A-Za-z0-9_.-]{1,100}$")]


def _pattern(value: str) -> str:
    if value.startswith("!") or "[" in value or "]" in value or value.endswith("\\") or not value.strip("/"):
        raise ValueError("a pattern as in .gitignore, without ! and without [ ]")
    return value


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\n]*$"), Plain, AfterValidator(_pattern)]


class Repository(Contract):
    """One repository.

    `branch`: default is what is checked out, or the server's own. `include` and `exclude` are patterns as in a `.gitignore`; what
    is excluded is not reviewed. `github`: `owner/name`, by which webhooks name it; `webhook_env` or `webhook_file`: where the
    secret of its webhook is, never the secret. `conn_id`: the Airflow connection with the token that reads it and comments.
    """

    name: Slug
    owner: Slug
    where: Where
    branch: Branch | None = None
    classification: Slug
    service: Slug | None = None  # whose readers may read the reviews, beside the owner
    include: Annotated[tuple[Pattern, ...], Field(min_length=1)] = ("**",)
    exclude: tuple[Pattern, ...] = ()
    review: Literal["nightly", "pull_requests", "both"] = "nightly"
    github: Full | None = None
    conn_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")] | None = None
    webhook_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")] | None = None
    webhook_file: Line | None = None

    @model_validator(mode="after")
    def _has_what_pull_requests_need(self) -> Repository:
        if self.of_pull_requests and not (self.github and (self.webhook_env or self.webhook_file)):
            raise ValueError("github, webhook_env: reviews of pull requests need the repository's name there and a secret")
        if self.branch is not None and (".." in self.branch or "//" in self.branch or self.branch.endswith(("/", ".", ".lock"))):
            raise ValueError("branch: git has no such name")
        return self

    @property
    def nightly(self) -> bool:
        return self.review != "pull_requests"

    @property
    def of_pull_requests(self) -> bool:
        return self.review != "nightly"

    @property
    def webhook_auth(self) -> SourceAuth | None:
        """How GitHub's posts about it prove themselves; None where none are expected."""
        if not (self.webhook_env or self.webhook_file):
            return None
        return SourceAuth(
            kind="hmac_sha256",
            header="X-Hub-Signature-256",
            prefix="sha256=",
            secret_env=self.webhook_env,
            secret_file=self.webhook_file,
        )


Commit = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
Action = Literal["opened", "synchronize", "reopened", "ready_for_review"]


class PullRequest(Contract):
    """What is asked to be reviewed: `base...head` of a repository of the catalogue. `author` is GitHub's name of the account."""

    repository: Slug
    number: Annotated[int, Field(ge=1, le=2_147_483_647)]
    head: Commit
    base: Commit
    author: Line
    action: Action

    @property
    def mark(self) -> str:
        """The same for a post that comes again: the same two commits of the same pull request are one review."""
        return f"github:{self.repository}#{self.number}:{self.base}...{self.head}"
