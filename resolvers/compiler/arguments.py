"""Argument values while compiling: their structure shapes the SQL, their scalars only ever become parameters.

Two requests whose arguments have the same `shape` share one statement, so compiling may look at structure (which
filters are there, enum values, booleans, page sizes) but never at a scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import BindParameter, DateTime, Text, bindparam
from sqlalchemy.types import TypeEngine

from hub.viewer import Viewer

STRUCTURAL = ("first", "last", "orderBy")
"""Arguments that shape the SQL by their value: a page size in the text keeps PostgreSQL's plans good."""
OF_KEY = -1
Convert = Callable[[Any], Any]


def shape(value: Any, name: str = "", *, whole: bool = False) -> Any:
    """What of an argument's value shapes the SQL, hashable. `whole` keeps the scalars too."""
    whole = whole or name in STRUCTURAL
    if isinstance(value, Mapping):
        return tuple((key, shape(item, key, whole=whole)) for key, item in sorted(value.items()))
    if isinstance(value, list):
        structured = whole or any(isinstance(item, Mapping) for item in value)
        return ("list", *(shape(item, whole=whole) for item in value)) if structured else "list"
    return value if whole or value is None or isinstance(value, bool | Enum) else type(value).__name__


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a parameter's value comes from at each request: an argument (by slot and path), the viewer, or the key
    of the one record that is read (slot `OF_KEY`)."""

    slot: int | None
    path: tuple[Any, ...]
    convert: Convert | None

    def value(self, arguments: Sequence[Mapping[str, Any]], viewer: Viewer, key: Sequence[Any] = ()) -> Any:
        if self.slot == OF_KEY:
            return key[self.path[0]]
        found: Any = viewer if self.slot is None else arguments[self.slot]
        for step in self.path:
            found = getattr(found, step) if self.slot is None else found[step]
        if isinstance(found, list):
            found = [_plain(item) for item in found]
        return _plain(found) if self.convert is None else self.convert(found)


def viewer_parameter(name: str) -> Bound | None:
    """What row scope means by a parameter `viewer_<attribute>`: that attribute of whoever asks."""
    attribute = name.removeprefix("viewer_")
    return None if attribute == name else Bound(None, (attribute,), None)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


class Binder:
    """Collects the parameters of one statement while it is compiled."""

    def __init__(self) -> None:
        self.bound: dict[str, Bound] = {}

    def parameter(
        self, slot: int | None, path: tuple[Any, ...], type_: TypeEngine[Any] | None, convert: Convert | None
    ) -> BindParameter[Any]:
        name = f"p{len(self.bound)}"
        self.bound[name] = Bound(slot, path, convert)
        return bindparam(name, type_=type_ or Text(), required=True)

    def viewer(self, attribute: str) -> BindParameter[Any]:
        """A parameter that is an attribute of whoever asks, such as `state`."""
        return self.parameter(None, (attribute,), Text(), None)

    def moment(self, reckon: Callable[[], Any]) -> BindParameter[Any]:
        """A parameter that is reckoned from the clock at each request; an aware time."""
        return self.parameter(None, ("account_id",), DateTime(timezone=True), lambda _: reckon())

    def of_key(self, place: int, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """A parameter that is a part of the key of the record that is read."""
        return self.parameter(OF_KEY, (place,), type_, None)


class Value:
    """One argument value, or a part of one, while compiling."""

    def __init__(self, binder: Binder, slot: int, path: tuple[Any, ...], actual: Any) -> None:
        self._binder = binder
        self._slot = slot
        self._path = path
        self.actual = actual

    def __bool__(self) -> bool:
        """Whether it asks for anything: null does not, nor an input object whose members are all null."""
        if isinstance(self.actual, Mapping):
            return any(member for _, member in self.items())
        return self.actual is not None

    def get(self, name: str) -> Value:
        """A member of an input object; falsy when absent or null."""
        member = self.actual.get(name) if isinstance(self.actual, Mapping) else None
        return Value(self._binder, self._slot, (*self._path, name), member)

    def items(self) -> Iterator[tuple[str, Value]]:
        """The members of an input object that are not null."""
        for name in self.actual or ():
            if member := self.get(name):
                yield name, member

    def bind(self, type_: TypeEngine[Any] | None = None, convert: Convert | None = None) -> BindParameter[Any]:
        """The value as a parameter (text unless `type_` says else), converted at each request by `convert`."""
        return self._binder.parameter(self._slot, self._path, type_, convert)
