"""The rules about secrets in any text, in the order of the documentation."""

from __future__ import annotations

from include.script_review.rule import Rule
from include.script_review.rules.secrets import connection_string, literal_password, private_key, token_format, url_credentials

RULES: tuple[Rule, ...] = (
    private_key.RULE,
    token_format.RULE,
    connection_string.RULE,
    url_credentials.RULE,
    literal_password.RULE,
)
