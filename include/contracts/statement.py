"""Signed statements: the only way a person changes what a hold, a key or a plan stands for. A cookie or a token may look.

A statement is canonical JSON (RFC 8785) whose `type` separates it from every other one, so a signature over one means nothing
as another. What is signed is `signed_bytes`: the type, a line feed, the canonical JSON. An SSH key signs these bytes
(SSHSIG, `PROTOCOL.sshsig` of OpenSSH, namespace `NAMESPACE`); a passkey signs a WebAuthn assertion whose challenge is their
SHA-256. The signature's own encoding is malleable and identifies nothing: a statement is known by `statement_digest`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from include.contracts.base import Contract, Digest, Slug, Text

NAMESPACE = "statement@holdpoint"

HoldId = Annotated[str, StringConstraints(pattern=r"^hold_[0-9a-hjkmnp-tv-z]{26}$")]
PlanId = Annotated[str, StringConstraints(pattern=r"^plan_[0-9a-hjkmnp-tv-z]{26}$")]
TemplateId = Annotated[str, StringConstraints(pattern=r"^tmpl_[0-9a-hjkmnp-tv-z]{26}$")]
IncidentId = Annotated[str, StringConstraints(pattern=r"^inc_[0-9a-z]{26}$")]
# The first 40 hexadecimal digits of SHA-256 over the public key's bytes (SSH wire form, or COSE).
KeyId = Annotated[str, StringConstraints(pattern=r"^key_[0-9a-f]{40}$")]
# Kept so that stored and shown alike; a reason is part of what is signed.
Reason = Annotated[str, StringConstraints(max_length=2_000)]


class Method(StrEnum):
    SSH = "ssh"
    PASSKEY = "passkey"


class Decision(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class Stated(Contract):
    """What every statement says: who, with which key, when (the store's clock as the signer was shown it)."""

    person: Slug
    key: KeyId
    at: AwareDatetime


class Proposal(Stated):
    """Says: I propose exactly this plan."""

    type: Literal["holdpoint.proposal.v1"] = "holdpoint.proposal.v1"
    hold: HoldId
    plan_digest: Digest


class Vote(Stated):
    """Says: I saw this page of this plan, acknowledge these callouts, and decide so. `callouts` are sorted, each once."""

    type: Literal["holdpoint.vote.v1"] = "holdpoint.vote.v1"
    hold: HoldId
    environment: Slug
    plan_digest: Digest
    view_digest: Digest
    decision: Annotated[Decision, Field(strict=False)]
    callouts: Annotated[tuple[Slug, ...], Field(max_length=200)] = ()
    reason: Text | Literal[""] = ""


class Revoked(StrEnum):
    VOTE = "vote"
    HOLD = "hold"
    KEY = "key"
    PERSON = "person"
    TEMPLATE = "template"


class Revocation(Stated):
    """Says: this no longer counts. `subject`: the digest of a vote's statement, a hold, a key id, a person, or a template."""

    type: Literal["holdpoint.revocation.v1"] = "holdpoint.revocation.v1"
    what: Annotated[Revoked, Field(strict=False)]
    subject: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
    reason: Text


class Enrolment(Stated):
    """Said with the key itself: it is mine. `public`: the OpenSSH line, or a passkey's public key (COSE, base64url)."""

    type: Literal["holdpoint.enrolment.v1"] = "holdpoint.enrolment.v1"
    method: Annotated[Method, Field(strict=False)]
    public: Annotated[str, StringConstraints(min_length=16, max_length=4_000, pattern=r"^[\x21-\x7e]+( [\x21-\x7e]+)*$")]
    environments: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^(\*|[a-z0-9][a-z0-9_.-]{0,62})$")], ...], Field(min_length=1)
    ]
    credential: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,1400}$")] | None = None  # a passkey's id, base64url


class Witness(Stated):
    """Says: I know that this enrolment is that person's. By another person, with a key that counts already."""

    type: Literal["holdpoint.witness.v1"] = "holdpoint.witness.v1"
    enrolment: Digest
    enrolled_person: Slug


class Endorsement(Stated):
    """Says: plans that fit exactly this template need no vote of mine. `callouts`: what it accepts, sorted, each once."""

    type: Literal["holdpoint.endorsement.v1"] = "holdpoint.endorsement.v1"
    template: TemplateId
    template_digest: Digest
    environment: Slug
    callouts: Annotated[tuple[Slug, ...], Field(max_length=100)] = ()


class Declaration(Stated):
    """Says: this plan is an emergency change, because of that incident; one vote is to be enough."""

    type: Literal["holdpoint.emergency.v1"] = "holdpoint.emergency.v1"
    hold: HoldId
    environment: Slug
    plan_digest: Digest
    incident: IncidentId
    reason: Text


class Finding(StrEnum):
    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class Review(Stated):
    """Says: I have looked at this emergency change afterwards, and found so."""

    type: Literal["holdpoint.review.v1"] = "holdpoint.review.v1"
    hold: HoldId
    environment: Slug
    plan_digest: Digest
    finding: Annotated[Finding, Field(strict=False)]
    reason: Text


Statement = Annotated[
    Proposal | Vote | Revocation | Enrolment | Witness | Endorsement | Declaration | Review, Field(discriminator="type")
]


class Signed(Contract):
    """A statement's exact bytes as text, and the signature over them.

    `signature`: an armored SSH signature, or the passkey's assertion as JSON
    (`{"credential", "authenticator_data", "client_data", "signature"}`, base64url).
    """

    statement: Annotated[str, StringConstraints(min_length=2, max_length=200_000)]
    method: Annotated[Method, Field(strict=False)]
    signature: Annotated[str, StringConstraints(min_length=16, max_length=20_000)]
