"""A password or key stands in the code."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module

NAME = re2.compile(
    r"(?i)(^|_)(password|passwd|secret|secret_?key|secret_access_key|api_?key|access_?key|auth_?token|access_?token|api_?token"
    r"|private_key|client_secret|connection_string|token)$"
)
_SPARE = re2.compile(
    r"(?i)^(|null|none|<.*>|\$\{.*|changeme.*|change_me.*|replace.*|your.*|x+|\*+|todo.*|placeholder.*|dummy.*|(ssm|vault|arn):.*)$"
)


def check(module: Module) -> Iterator[Hit]:
    for block in module.blocks:
        if block.kind == "variable" and NAME.search(block.type):
            if _is_secret(block.literal("default")):
                yield block.at("default", f"the default of variable {block.type} is a secret in the clear")
        elif block.kind in ("resource", "provider", "module", "terraform"):
            yield from _inside(block)


def _inside(owner: Block) -> Iterator[Hit]:
    for block in owner.within():
        for name in block.attributes:
            if NAME.search(name) and _is_secret(block.literal(name)):
                yield block.at(name, f"{owner.name}: {name} is given in the clear")


def _is_secret(text: str | None) -> bool:
    return (
        text is not None and len(text) >= 6 and not _SPARE.search(text) and text not in ("true", "false") and "/" not in text[:1]
    )


RULE = Rule(
    id="tf-secret-literal",
    title="A secret in the code",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.HIGH,
    why="It is in the repository's history, in every plan and in the state file, and changing it means changing code.",
    fix="Take it from a secret store by a data source, or from a variable without a default that is marked sensitive.",
    bad='variable "db_password" {\n  type    = string\n  default = "Winter-' + '2024-shop"\n}\n',
    good='variable "db_password" {\n  type      = string\n  sensitive = true\n}\n',
    check=check,
)
