"""A database that disappears without a copy."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module

# Attribute -> the value that gives the copy, or the time to think again, up.
_LOSES = {
    "skip_final_snapshot": ("true", "is deleted without a last snapshot"),
    "deletion_protection": ("false", "can be deleted by one wrong plan"),
    "deletion_protection_enabled": ("false", "can be deleted by one wrong plan"),
    "backup_retention_period": ("0", "keeps no backups"),
    "purge_protection_enabled": ("false", "can be purged at once"),
    "delete_automated_backups": ("true", "takes its backups along when it is deleted"),
}
_NOT = ("aws_lb", "aws_alb", "aws_elb")  # nothing is stored in them


def check(module: Module) -> Iterator[Hit]:
    for block in module.blocks:
        if block.kind not in ("resource", "module") or block.type in _NOT:
            continue
        for name, (value, says) in _LOSES.items():
            if block.literal(name) == value:
                yield block.at(name, f"{block.name} {says}")


RULE = Rule(
    id="tf-data-loss",
    title="A store can be deleted without a copy",
    category=Category.MISSING_ROLLBACK,
    severity=Severity.MEDIUM,
    why="A rename, a moved block or the wrong workspace is enough for a plan to replace it, and nothing is left to restore.",
    fix="Keep the last snapshot and deletion protection on; switch them off in a change of its own when it must go.",
    bad='resource "aws_db_instance" "shop" {\n  storage_encrypted   = true\n  skip_final_snapshot = true\n}\n',
    good=(
        'resource "aws_db_instance" "shop" {\n  storage_encrypted         = true\n  skip_final_snapshot       = false\n'
        '  final_snapshot_identifier = "shop-last"\n  deletion_protection       = true\n}\n'
    ),
    check=check,
)
