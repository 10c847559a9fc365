"""A module's source may be another one tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module

_MOVES = ("main", "master", "develop", "head", "trunk", "latest")


def check(module: Module) -> Iterator[Hit]:
    for block in module.of_kind("module"):
        source = block.literal("source")
        if source and (says := _moves(source, "version" in block.attributes)):
            yield block.at("source", f"module {block.name} {says}")


def _moves(source: str, version: bool) -> str:
    if source.startswith(("./", "../", "/")):
        return ""
    repository = source.startswith(("git::", "git@", "hg::", "github.com/", "bitbucket.org/")) or ".git" in source
    if repository:
        mark = source.partition("?ref=")[2].split("&")[0] or source.partition("&ref=")[2].split("&")[0]
        if not mark:
            return "takes whatever its repository's main branch holds that day"
        return f"follows the branch {mark}" if mark.lower() in _MOVES else ""
    if "://" in source or source.startswith(("s3::", "gcs::")):
        return ""
    return "" if version or source.count("/") < 2 else "takes the newest version of the registry"


RULE = Rule(
    id="tf-module-unpinned",
    title="A module without a fixed version",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="The same commit then plans something else next week, and whoever can push there can change what you apply.",
    fix="Name a tag or, better, a commit (`?ref=`), or a `version`.",
    bad='module "vpc" {\n  source = "git::https://example.com/vpc.git"\n}\n',
    good=(
        'module "vpc" {\n  source = "git::https://example.com/vpc.git?ref=v1.2.0"\n}\n'
        'module "net" {\n  source  = "hashicorp/network/aws"\n  version = "3.1.0"\n}\nmodule "own" {\n  source = "./own"\n}\n'
    ),
    check=check,
)
