"""A database that nothing protects from being replaced."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.lists import names
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module

_STORES = names(
    """aws_db_instance aws_rds_cluster aws_dynamodb_table aws_docdb_cluster aws_neptune_cluster aws_redshift_cluster
    google_sql_database_instance google_spanner_instance google_bigtable_instance azurerm_mssql_database
    azurerm_postgresql_flexible_server azurerm_mysql_flexible_server azurerm_cosmosdb_account"""
)
_PROTECTS = ("deletion_protection", "deletion_protection_enabled")


def check(module: Module) -> Iterator[Hit]:
    for block in module.resources(*_STORES):
        # What is switched off on purpose is another rule's.
        if (
            not any(name in block.attributes for name in _PROTECTS)
            and not _kept(block)
            and "replicate_source_db" not in block.attributes
        ):
            yield block.hit(f"{block.name} has neither deletion protection nor `prevent_destroy`")


def _kept(block: Block) -> bool:
    return any(child.literal("prevent_destroy") == "true" for child in block.blocks("lifecycle"))


RULE = Rule(
    id="tf-prevent-destroy",
    title="Nothing keeps a database from being replaced",
    category=Category.MISSING_ROLLBACK,
    severity=Severity.LOW,
    why="Some changed attributes replace the whole database; one line of a long plan is then all that says so.",
    fix="Set `deletion_protection = true`, or `lifecycle { prevent_destroy = true }`.",
    bad='resource "aws_dynamodb_table" "orders" {\n  name = "orders"\n}\n',
    good='resource "aws_dynamodb_table" "orders" {\n  name = "orders"\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
    check=check,
)
