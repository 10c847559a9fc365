"""A token whose issuer publishes its form."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.rules.secrets.told import hits
from include.script_review.secrets.secret import Family
from include.script_review.source import Source

# Put together here, so that this file holds none.
_TOKEN = "gh" + "p_" + "k8Rz2mVq7LxN4tYw9BcD1fGh6JsP3uAe5XoZ"


def _check(source: Source) -> Iterator[Hit]:
    return hits(source, Family.TOKEN, "What has the form of a {kind} stands here: {preview}.", Severity.CRITICAL)


RULE = Rule(
    id="secret-token-format",
    title="A token or key in a published form",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.CRITICAL,
    why=(
        "The form is one that an issuer gives its tokens, so this is most likely a live one: whoever reads the file, a"
        " log of it or a clone of the repository can use it at once. Public hosts are searched for these forms by"
        " machines, within minutes."
    ),
    fix=(
        "Revoke the token at its issuer and look there for what was done with it. Issue a new one with the least scope,"
        " hand it over by the environment or a vault, and prefer an identity without a stored secret (workload identity,"
        " OIDC) where there is one."
    ),
    bad=f"git clone https://{_TOKEN}@github.com/acme/infra.git\n",
    good='git clone "https://${GITHUB_TOKEN}@github.com/acme/infra.git"\n',
    sample="deploy.sh",
    check=_check,
)
