"""Every rule for Terraform, by explicit import; a test fails on a file here that is not named."""

from __future__ import annotations

from include.script_review.rule import Rule
from include.script_review.rules.terraform import (
    data_loss,
    force_destroy,
    iam_owner,
    iam_public,
    iam_wildcard,
    module_unpinned,
    output_sensitive,
    prevent_destroy,
    provider_unpinned,
    provisioner_download,
    public_ingress,
    public_storage,
    secret_literal,
    state_lock,
    tls_off,
    unencrypted,
)

RULES: tuple[Rule, ...] = (
    data_loss.RULE,
    force_destroy.RULE,
    iam_owner.RULE,
    iam_public.RULE,
    iam_wildcard.RULE,
    module_unpinned.RULE,
    output_sensitive.RULE,
    prevent_destroy.RULE,
    provider_unpinned.RULE,
    provisioner_download.RULE,
    public_ingress.RULE,
    public_storage.RULE,
    secret_literal.RULE,
    state_lock.RULE,
    tls_off.RULE,
    unencrypted.RULE,
)
