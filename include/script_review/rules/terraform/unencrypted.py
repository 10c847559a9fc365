"""A disk or a database that is stored in the clear."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module

# Type -> the attribute that encrypts it, off unless it is set.
_SWITCH = {
    "aws_db_instance": "storage_encrypted",
    "aws_rds_cluster": "storage_encrypted",
    "aws_ebs_volume": "encrypted",
    "aws_efs_file_system": "encrypted",
    "aws_redshift_cluster": "encrypted",
    "aws_elasticache_replication_group": "at_rest_encryption_enabled",
    "aws_docdb_cluster": "storage_encrypted",
    "aws_neptune_cluster": "storage_encrypted",
    "alicloud_disk": "encrypted",
}


def check(module: Module) -> Iterator[Hit]:
    for block in module.resources(*_SWITCH):
        name = _SWITCH[block.type]
        value = block.attributes.get(name)
        if value is not None and value.false:
            yield block.at(name, f"{block.name} is stored in the clear")
        elif value is None and not _inherits(block):
            yield block.hit(f"{block.name} is stored in the clear: `{name}` is not set")


def _inherits(block: Block) -> bool:
    """Does it take the setting over from a snapshot, a source, or the whole cluster?"""
    sources = (
        "snapshot_identifier",
        "snapshot_id",
        "replicate_source_db",
        "replication_source_identifier",
        "global_cluster_identifier",
    )
    return any(name in block.attributes for name in (*sources, "global_replication_group_id", "kms_key_id", "engine_mode"))


RULE = Rule(
    id="tf-unencrypted",
    title="Storage without encryption",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Copies, snapshots and discarded disks can be read; most of these cannot be encrypted later without being made anew.",
    fix="Set the attribute to true, with a key of your own where the data asks for it.",
    bad='resource "aws_ebs_volume" "data" {\n  availability_zone = "eu-west-1a"\n  size              = 40\n}\n',
    good='resource "aws_ebs_volume" "data" {\n  size      = 40\n  encrypted = true\n}\n',
    check=check,
)
