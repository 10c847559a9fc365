"""A value that is found out when it is first asked for.

As `functools.cached_property`, which before Python 3.12 takes a lock each time: beside a parser written in C that is a tenth of a
review. A model belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class once(Generic[Value]):
    """Kept in the object's `__dict__`, which is looked into before this is asked again."""

    def __init__(self, find: Callable[[Any], Value]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, found: None, owner: type) -> once[Value]: ...

    @overload
    def __get__(self, found: object, owner: type) -> Value: ...

    def __get__(self, found: object | None, owner: type) -> once[Value] | Value:
        if found is None:
            return self
        value = found.__dict__[self._name] = self._find(found)
        return value
