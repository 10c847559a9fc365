"""A review's stages through the store alone, for tests: a repository of files in memory, and rules that look for one word."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from include.contracts.errors import BadInput, NotFound, ReadFailed
from include.contracts.repository import PullRequest
from include.contracts.script_review import FileReview, Position
from include.reviewing.asking import ask_by_night, ask_for_pull
from include.reviewing.batch import Progress, review_batch
from include.reviewing.begin import Begun, begin_review
from include.reviewing.file import Home, Told, file_report
from include.reviewing.ports import Rules
from include.reviewing.report import Compiled, compile_report
from include.script_review.repository.owners import Owners, place_of, read_owners
from include.script_review.runner import InProcess
from include.store import ledger
from include.store.database import Store
from tests.script_kit import file_review, finding

HOME = Home(owner="tomas", service=None, label="internal")
BAD = b"Invoke-Expression $x\n"
MOST = 10_000
REPOSITORY = "shop-orders"  # of the example catalogue
RULES = hashlib.sha256(b"rules").hexdigest()


def sha(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def pull_request(head: str, base: str, number: int = 7) -> PullRequest:
    """As its repository's webhook tells of it."""
    return PullRequest(repository=REPOSITORY, number=number, head=head, base=base, author="maya", action="synchronize")


@dataclass
class Tree:
    commit: str
    files: Mapping[str, bytes]
    broken: set[str]
    read_paths: list[str]

    @property
    def blobs(self) -> dict[str, str]:
        return {path: sha(data) for path, data in self.files.items()}

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        if len(self.files[path]) > MOST:
            raise BadInput(f"larger than {MOST} bytes", next_step="look at it by hand")
        if path in self.broken:
            raise ReadFailed("An object of the repository cannot be read.", next_step="fetch it again")
        return self.files[path]

    def owners(self) -> Owners:
        place = place_of(self.files)
        return read_owners(self.files[place]) if place is not None else Owners()


@dataclass
class Memory:
    """Commits in their order. `broken`: paths whose object cannot be read. `read_paths`: what was asked for."""

    commits: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    read_paths: list[str] = field(default_factory=list)

    def commit(self, files: Mapping[str, bytes]) -> str:
        name = sha(repr((len(self.commits), sorted(files.items()))).encode())
        self.commits[name] = dict(files)
        return name

    def resolve(self, commit: str | None) -> str:
        found = commit if commit is not None else next(reversed(self.commits), "")
        if found not in self.commits:
            raise NotFound("The repository has no such commit.", next_step="push it")
        return found

    def snapshot(self, commit: str) -> Tree:
        return Tree(commit, self.commits[commit], self.broken, self.read_paths)

    def common(self, one: str, other: str) -> str:
        del other
        return one


def by_words(files: dict[str, bytes], options: dict[str, Any]) -> list[dict[str, Any]]:
    """A finding for each line with Invoke-Expression; told apart by the line's words."""
    members = {path: files[path] for path in options["members"]}
    if any(b"CRASH" in data for data in members.values()):
        raise RuntimeError("a secret of the file")
    return [_review(path, data).to_json() for path, data in members.items()]


def _review(path: str, data: bytes) -> FileReview:
    hits = [(number, line) for number, line in enumerate(data.splitlines(), 1) if line.startswith(b"Invoke-Expression")]
    found = [
        finding(path, line=number, fingerprint=hashlib.sha256(path.encode() + b"\0" + line).hexdigest(), end=_end(number))
        for number, line in hits
    ]
    return file_review(path, *found, digest=hashlib.sha256(data).hexdigest())


def _end(number: int) -> Position:
    return Position(line=number, column=9)


@dataclass
class Reviewing:
    """The stages of one run after the other, each time as a run of its own."""

    store: Store
    catalogue: Any
    git: Memory
    runs: int = 0
    review_id: str = ""
    rules: Rules = field(default_factory=lambda: Rules(RULES, InProcess(by_words)))
    home: Home = HOME

    @property
    def run(self) -> str:
        return f"script_review-run-{self.runs}"

    @property
    def ids(self) -> dict[str, Any]:
        return {"review_id": self.review_id, "run": self.run}

    def begin(self) -> Begun:
        return begin_review(self.store, **self.ids, git=self.git, rules=self.rules.digest)

    def ask(self) -> Begun:
        self.runs += 1
        (self.review_id,) = ask_by_night(self.store, [REPOSITORY], night=self.run)
        return self.begin()

    def ask_pull(self, head: str, base: str, pull: int = 7) -> Begun:
        self.runs += 1
        self.review_id = ask_for_pull(self.store, pull_request(head, base, pull))
        return self.begin()

    def batch(self, number: int) -> Progress:
        return review_batch(self.store, **self.ids, number=number, git=self.git, rules=self.rules)

    def batches(self, begun: Begun) -> list[int]:
        """Numbers of those that failed."""
        failed = []
        for number in begun.batches:
            try:
                self.batch(number)
            except ReadFailed:
                failed.append(number)
        return failed

    def compile(self) -> Compiled:
        return compile_report(self.store, **self.ids, label=self.home.label)

    def file(self) -> Told:
        return file_report(
            self.store,
            self.catalogue,
            **self.ids,
            home=self.home,
            link="http://localhost/review",
            run_link="http://localhost/run",
        )

    def whole(self) -> Compiled:
        """A nightly review from its beginning to its end."""
        self.batches(self.ask())
        done = self.compile()
        self.file()
        return done

    def kinds(self) -> list[str]:
        with self.store.read() as conn:
            return [row.kind for row in ledger.entries(conn) if row.subject == self.review_id]
