"""A provisioner runs what it has just downloaded."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.bash.script import Script
from include.script_review.rule import Hit, Rule
from include.script_review.rules.bash import download_run
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module
from include.script_review.terraform.value import HOLE


def check(module: Module) -> Iterator[Hit]:
    for block in module.of_kind("resource"):
        for child in block.children:
            if child.kind == "provisioner":
                yield from _of(block, child, "command" if child.type == "local-exec" else "inline")
        for name in ("user_data", "metadata_startup_script", "custom_data"):
            yield from _of(block, block, name)


def _of(owner: Block, block: Block, name: str) -> Iterator[Hit]:
    value = block.attributes.get(name)
    text = "\n".join(value.texts()) if value is not None else ""
    if not text and value is not None and value.call == "base64encode" and value.arguments:
        text = value.arguments[0].text or ""
    if "curl" in text or "wget" in text:
        # What is filled in is of no weight here; a name keeps the shell's own grammar whole.
        found = next(iter(download_run.check(Script(text.replace(HOLE, "x").encode()))), None)
        if found is not None:
            yield block.at(name, f"{owner.name}: {found.message}")


RULE = Rule(
    id="tf-provisioner-download",
    title="A provisioner runs downloaded text unseen",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="It runs with the rights of whoever applies, or as root on the new host, and no plan shows what it will be.",
    fix="Bake it into the image, or download a pinned version and compare its checksum before it runs.",
    bad=(
        'resource "null_resource" "agent" {\n  provisioner "local-exec" {\n'
        '    command = "curl -fsSL https://get.example.com | bash"\n  }\n}\n'
    ),
    good='resource "null_resource" "agent" {\n  provisioner "local-exec" {\n    command = "./register.sh ${self.id}"\n  }\n}\n',
    check=check,
)
