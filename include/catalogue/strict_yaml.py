"""YAML without surprises: no duplicate keys, no hidden dates or booleans, no aliases or tags, no NaN, bounded depth."""

from __future__ import annotations

from typing import Any

import yaml

from include.contracts.base import plain_text
from include.contracts.errors import ConfigError

MAX_DEPTH = 20
_BOOL = "tag:yaml.org,2002:bool"


# libyaml's parser where PyYAML was built with it: five times as fast, with the same resolvers and constructors.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_BASE):  # type: ignore[misc]
    pass


# Strings stay strings: "2026-11-02" is a date only to the model that wants one; "on", "no" and "off" are words.
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag not in ("tag:yaml.org,2002:timestamp", _BOOL)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _word in ("true", "false"):
    import re

    _StrictLoader.add_implicit_resolver(_BOOL, re.compile(rf"^{_word}$"), [_word[0]])


def load_yaml(data: bytes, name: str) -> Any:
    """Parse one document.

    :param data: UTF-8 bytes
    :param name: the file's name for messages
    :raises ConfigError: with line and column
    """
    try:
        text = plain_text(data.decode("utf-8").replace("\r\n", "\n"))
        loader = _StrictLoader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _check(node, name, set(), 0)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _error(name, " ".join(str(error).split())) from error
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _error(name, str(error)) from error


def _error(name: str, problem: str) -> ConfigError:
    return ConfigError(f"{name}: {problem}", next_step=f"correct {name}")


def _check(node: yaml.Node, name: str, seen: set[int], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _error(name, f"nested deeper than {MAX_DEPTH} levels")
    if id(node) in seen:
        raise _error(name, f"line {node.start_mark.line + 1}: anchors and aliases are not used here; write it out")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _error(name, f"line {key.start_mark.line + 1}: a key must be one word")
            if key.value in keys:
                raise _error(name, f"line {key.start_mark.line + 1}: the key {key.value!r} stands there twice")
            keys.add(key.value)
            _check(value, name, seen, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check(value, name, seen, depth + 1)
