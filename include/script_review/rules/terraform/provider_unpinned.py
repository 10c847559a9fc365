"""A provider may be another version tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module


def check(module: Module) -> Iterator[Hit]:
    for block in module.of_kind("terraform"):
        for child in block.blocks("required_providers"):
            for name, value in child.attributes.items():
                if value.fields and "version" not in value.fields and "configuration_aliases" not in value.fields:
                    yield child.at(name, f"provider {name} has no version")


RULE = Rule(
    id="tf-provider-unpinned",
    title="A provider without a version",
    category=Category.RISKY_OPERATION,
    severity=Severity.LOW,
    why="A new major version changes defaults and replaces resources; without a lock file the next `init` takes it.",
    fix='Give a bound (`version = "~> 5.0"`) and commit `.terraform.lock.hcl`.',
    bad='terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n',
    good='terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 5.0" }\n  }\n}\n',
    check=check,
)
