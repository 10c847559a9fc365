"""What is asked for without a filter, and what is then done to all of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import re2
from tree_sitter import Node

from include.script_review.powershell.command import Command
from include.script_review.powershell.script import Script
from include.script_review.powershell.value import said, variable_name

_NARROWS = ("where-object", "select-object", "out-gridview")
_CHOICE = ("if_statement", "switch_statement")
_ALL = ("*", "objectclass -like '*'", "name -like '*'", 'name -like "*"', "samaccountname -like '*'", "(objectclass=*)")
_USES = 20  # of a variable that are looked at


def unfiltered(command: Command) -> bool:
    """`-Filter *`, `-LDAPFilter (objectclass=*)`, `-ResultSize Unlimited` without anything that narrows it."""
    if command.written("searchbase", least=7) or command.written("identity", least=2):
        return False
    value = command.value("filter", least=2) or command.value("ldapfilter", least=2)
    if value is not None:
        return value.text.strip("\"'{}() ").lower() in {one.strip("()") for one in _ALL}
    size = command.value("resultsize", least=6)
    return size is not None and size.text.lower() == "unlimited" and not command.arguments


def then_done(command: Command) -> Iterator[tuple[Command, bool]]:
    """What is called with what a command gives: behind it in its pipeline, or in a loop over it, also by a variable.

    With each, whether it is called only for some: behind an `if`.
    """
    script, chain = command.script, command.node.parent
    first = chain.named_child(0) if chain is not None and chain.type == "pipeline_chain" else None
    if chain is None or first is None or first.start_byte != command.start:
        return
    if any(one.name in _NARROWS for one in command.pipeline if one.start > command.start):
        return
    yield from _within(script, command.end, chain.end_byte, chain)
    holder = _holder(chain)
    if holder is not None and holder.type == "foreach_statement":
        yield from _within(script, chain.end_byte, holder.end_byte, holder)
    elif holder is not None:
        left = said(holder.named_children[0])
        name = variable_name(left.rpartition("]")[2].strip())
        yield from _by_variable(script, name, holder.end_byte)


def feeds(command: Command) -> Command | None:
    """The first command of a pipeline whose second this is; a pipeline of thousands is not walked for each of them."""
    chain = command.node.parent
    if chain is None or chain.type != "pipeline_chain" or chain.named_child_count < 2:
        return None
    first, second = chain.named_child(0), chain.named_child(1)
    if first is None or second is None or first.type != "command" or second.start_byte != command.start:
        return None
    return command.script.command_of(first)


def _holder(chain: Node) -> Node | None:
    """The assignment or the loop that a pipeline feeds."""
    node = chain.parent
    for _ in range(10):
        if node is None or node.type in ("statement_block", "script_block", "command", "program"):
            return None
        if node.type in ("assignment_expression", "foreach_statement"):
            return node
        node = node.parent
    return None


def _by_variable(script: Script, name: str, start: int) -> Iterator[tuple[Command, bool]]:
    """`$users | Set-ADUser`, `foreach ($one in $users) { … }`, behind a byte."""
    if not name.isidentifier() or not name.isascii():
        return
    pattern = re2.compile(rb"\$" + name.encode() + rb"\b")
    for count, use in enumerate(pattern.finditer(script.lowered, start)):
        if count >= _USES:
            return
        at = script.root.descendant_for_byte_range(use.start(), use.end())
        holder = _use(at, use.start())
        if holder is not None:
            yield from _within(script, use.end(), holder.end_byte, holder)


def _use(node: Node | None, start: int) -> Node | None:
    """The pipeline that a variable begins, or the loop that goes over it."""
    pipeline = None
    for _ in range(6):
        if node is None:
            return None
        if node.type == "foreach_statement":
            return node
        if node.type == "pipeline_chain" and node.start_byte == start:
            pipeline = node
        elif pipeline is not None and node.type in ("statement_list", "statement_block"):
            return pipeline
        node = node.parent
    return pipeline


def _within(script: Script, start: int, end: int, holder: Node) -> Iterator[tuple[Command, bool]]:
    """The commands between two bytes; none where a command narrows what comes."""
    first = bisect_left(script.commands, start, key=_start)
    last = bisect_left(script.commands, end, key=_start)
    found = script.commands[first:last]
    if not any(one.name in _NARROWS and one.node.parent == holder for one in found):
        yield from ((one, _chosen(one.node, holder)) for one in found)


def _start(command: Command) -> int:
    return command.start


def _chosen(node: Node, holder: Node) -> bool:
    """Does a choice stand between a command and the loop around it?"""
    at: Node | None = node.parent
    while at is not None and at.start_byte >= holder.start_byte and at != holder:
        if at.type in _CHOICE:
            return True
        at = at.parent
    return False
