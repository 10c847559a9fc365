"""Reviews of scripts: which commit of which repository, its batches, what each unit's review said, what became of findings."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from include.store.schema import metadata

script_review = Table(
    "script_review",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("mark", String(220), nullable=False, unique=True),  # the same request is the same review
    Column("repository", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # nightly | pull_request | by_hand
    Column("asked_by", String(80), nullable=False),  # a person, or a workflow
    Column("state", String(16), nullable=False),  # asked | triggered | claimed | reported | filed
    Column("commit_id", String(64)),  # the pull request's head, or what was resolved
    Column("base_id", String(64)),  # what a pull request is compared with
    Column("pull", Integer),
    Column("rules", String(64)),
    Column("manifest", String(64), ForeignKey("script_manifest.digest")),
    Column("same_as", String(64)),  # unchanged: the review that has said it all
    Column("files", Integer, nullable=False),
    Column("fresh_files", Integer, nullable=False),  # of them in batches of this review
    Column("attempt", Integer, nullable=False),
    Column("run_id", String(250)),
    Column("asked_at", String(32), nullable=False),
    Column("not_before", String(32), nullable=False),
    Column("triggered_at", String(32)),
    Column("claimed_at", String(32)),
    Column("begun_at", String(32)),
    Column("ended_at", String(32)),
    Index("script_review_by_state", "state", "not_before"),
    Index("script_review_by_repository", "repository", "asked_at"),
    Index("script_review_by_run", "run_id"),
)

script_manifest = Table(
    "script_manifest",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the body: the same content is kept once
    Column("body", Text, nullable=False),  # JSON: the units of a commit, their keys, their files
)

script_batch = Table(
    "script_batch",
    metadata,
    Column("review_id", String(64), ForeignKey("script_review.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("units", Text, nullable=False),  # JSON list of keys
    Column("files", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # planned | reviewed | failed
    Column("error", String(64)),  # a code, no content
    Column("ended_at", String(32)),
)

script_unit = Table(
    "script_unit",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 over the rules' digest and each member's path and blob
    Column("files", Integer, nullable=False),
    Column("body", Text, nullable=False),  # JSON list of reviews of files, redacted
    Column("reviewed_at", String(32), nullable=False),
)

script_report = Table(
    "script_report",
    metadata,
    Column("review_id", String(64), ForeignKey("script_review.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("run_id", String(250), nullable=False),
    Column("label", String(64), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("findings", Integer, nullable=False),  # neither suppressed by authors nor dismissed
    Column("new", Integer, nullable=False),
    Column("fixed", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),  # files that nobody has looked at
    Column("body", Text, nullable=False),  # JSON: the review, and each finding's standing
    Column("sarif", Text, nullable=False),
    Column("markdown", Text, nullable=False),
)

script_finding = Table(
    "script_finding",
    metadata,
    Column("repository", String(64), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("first_review", String(64), nullable=False),
    Column("first_seen", String(32), nullable=False),
    Column("last_review", String(64), nullable=False),
    Column("last_seen", String(32), nullable=False),
    Column("fixed_review", String(64)),
    Column("fixed_at", String(32)),
)
"""What stands on a repository's own branch; a pull request is compared with its base and leaves no row here."""

script_dismissal = Table(
    "script_dismissal",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("mark", String(220), nullable=False, unique=True),
    Column("repository", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("fingerprint", String(64)),  # NULL: of every finding of the rule there
    Column("person", String(80), nullable=False),
    Column("reason", Text, nullable=False),  # redacted
    Column("at", String(32), nullable=False),
    Column("agreed_by", String(80)),
    Column("agreed_at", String(32)),
    Index("script_dismissal_by_repository", "repository", "rule"),
)

script_comment = Table(
    "script_comment",
    metadata,
    Column("repository", String(64), primary_key=True),
    Column("pull", Integer, primary_key=True),
    Column("comment_id", String(32)),  # NULL: sent, and not known yet whether it was taken
    Column("review_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # of the text that was sent last
    Column("at", String(32), nullable=False),
)
