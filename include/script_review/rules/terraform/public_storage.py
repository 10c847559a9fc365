"""Stored data that anybody can reach."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module

_ACLS = ("public-read", "public-read-write", "authenticated-read")
# Type -> attribute -> the value that opens it.
_OPEN: dict[str, dict[str, str]] = {
    "aws_db_instance": {"publicly_accessible": "true"},
    "aws_rds_cluster_instance": {"publicly_accessible": "true"},
    "aws_redshift_cluster": {"publicly_accessible": "true"},
    "aws_dms_replication_instance": {"publicly_accessible": "true"},
    "azurerm_storage_account": {"allow_blob_public_access": "true", "allow_nested_items_to_be_public": "true"},
    "azurerm_mssql_server": {"public_network_access_enabled": "true"},
    "azurerm_postgresql_server": {"public_network_access_enabled": "true"},
    "azurerm_mysql_server": {"public_network_access_enabled": "true"},
}
_BLOCK = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def check(module: Module) -> Iterator[Hit]:
    for block in module.resources("aws_s3_bucket", "aws_s3_bucket_acl"):
        if block.literal("acl") in _ACLS:
            yield block.at("acl", f"{block.name} can be read by anybody")
    for block in module.resources("aws_s3_bucket_public_access_block"):
        off = [name for name in _BLOCK if block.literal(name) == "false"]
        if off:
            yield block.at(off[0], f"{block.name} takes the bar against public access away")
    for block in module.resources("azurerm_storage_container"):
        if block.literal("container_access_type") in ("blob", "container"):
            yield block.at("container_access_type", f"{block.name} can be read by anybody")
    for block in module.resources(*_OPEN):
        for name, value in _OPEN[block.type].items():
            if block.literal(name) == value:
                yield block.at(name, f"{block.name} can be reached from the internet")


RULE = Rule(
    id="tf-public-storage",
    title="Stored data is open to the internet",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="Names of buckets and servers are guessed and listed by machines; what is in them is copied before anyone looks.",
    fix="Keep it private and hand out signed links, or serve it through a content network that alone may read it.",
    bad='resource "aws_s3_bucket_acl" "logs" {\n  bucket = aws_s3_bucket.logs.id\n  acl    = "public-read"\n}\n',
    good=(
        'resource "aws_s3_bucket_acl" "logs" {\n  bucket = aws_s3_bucket.logs.id\n  acl    = "private"\n}\n'
        'resource "aws_db_instance" "db" {\n  publicly_accessible = false\n}\n'
    ),
    check=check,
)
