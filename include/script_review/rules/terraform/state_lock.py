"""Two runs may write the state at once."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module

# Backend -> one of these attributes locks it.
_LOCKS = {"http": ("lock_address",), "s3": ("dynamodb_table", "use_lockfile", "dynamodb_endpoint")}


def check(module: Module) -> Iterator[Hit]:
    for block in module.of_kind("terraform"):
        for backend in block.blocks("backend"):
            # An empty block is filled in on the command line, which is not here.
            if backend.type in _LOCKS and backend.attributes and not _locked(backend):
                yield backend.hit(f"the state in backend {backend.type} is not locked")


def _locked(backend: Block) -> bool:
    return any(name in backend.attributes and not backend.attributes[name].false for name in _LOCKS[backend.type])


RULE = Rule(
    id="tf-state-lock",
    title="State without a lock",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Two applies at once write over each other's state: resources are then forgotten, or made twice.",
    fix="Set `lock_address` (http), or `use_lockfile = true` (s3).",
    bad='terraform {\n  backend "http" {\n    address = "https://state.example.com"\n  }\n}\n',
    good='terraform {\n  backend "s3" {\n    bucket       = "state"\n    use_lockfile = true\n  }\n}\n',
    check=check,
)
