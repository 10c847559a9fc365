"""A secret is shown when Terraform ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import re2

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.rules.terraform.secret_literal import NAME
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module

# What ends in such an attribute: `random_password.db.result`, `aws_db_instance.db.password`.
_REFERS = re2.compile(
    r"(random_password\.\w+\.result|\.(password|master_password|admin_password|secret|secret_key|private_key(_pem)?|client_secret"
    r"|primary_access_key|primary_connection_string|secret_string|kube_config_raw|kube_admin_config_raw))(\W|$)"
)
_ABOUT = re2.compile(r"(?i)(_arn|_id|_name|_path|_version|_length|\.arn|\.id|\.name|_ref)$")


def check(module: Module) -> Iterator[Hit]:
    for block in module.blocks:
        if block.kind == "output" and block.literal("sensitive") != "true":
            written = block.attributes["value"].written if "value" in block.attributes else ""
            if _REFERS.search(written) and not _ABOUT.search(written) and "nonsensitive" not in written:
                yield block.at("value", f"output {block.type} shows a secret")
        elif block.kind == "variable" and NAME.search(block.type) and "sensitive" not in block.attributes and _holds_text(block):
            yield replace(block.hit(f"variable {block.type} is not marked sensitive"), severity=Severity.LOW)


def _holds_text(block: Block) -> bool:
    written = block.attributes["type"].written if "type" in block.attributes else "string"
    return "string" in written or written == "any"


RULE = Rule(
    id="tf-output-sensitive",
    title="A secret is not marked sensitive",
    category=Category.SECRET_EXPOSURE,
    severity=Severity.MEDIUM,
    why="Plans and outputs are printed into the logs of pipelines, where more people read than may know it.",
    fix="Set `sensitive = true`, or do not put it out at all.",
    bad='output "password" {\n  value = random_password.db.result\n}\n',
    good=(
        'output "password" {\n  value     = random_password.db.result\n  sensitive = true\n}\n'
        'output "arn" {\n  value = aws_secret.x.arn\n}\n'
    ),
    check=check,
)
