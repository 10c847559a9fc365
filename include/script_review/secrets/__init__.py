"""Secrets in any text, found by the forms their issuers publish and by the names they are given. Nothing found is ever kept."""

from __future__ import annotations

from include.script_review.secrets.find import MOST, secrets
from include.script_review.secrets.secret import Family, Secret

__all__ = ["MOST", "Family", "Secret", "secrets"]
