"""Opaque object ids: the type's name and its key, in base64. Ids of another type or form name no object."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, cast, func, literal_column

from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Lookup, Rows, Source

LARGEST = 2**63 - 1
LONGEST = len(str(LARGEST))


def identifier(type_name: str, rows: Rows) -> ColumnElement[str]:
    """The SQL expression of a row's id."""
    text: ColumnElement[str] = literal_column(f"'{type_name}'")
    for column in (rows.main.c[name] for name in rows.source.id_columns):
        text = text.op("||")(literal_column("':'")).op("||")(cast(column, Text))
    return in_base64(text)


def in_base64(text: ColumnElement[str]) -> ColumnElement[str]:
    """The SQL expression of the id whose type and key are `text`, joined by colons."""
    encoded = func.encode(func.convert_to(text, literal_column("'UTF8'")), literal_column("'base64'"))
    return func.translate(encoded, literal_column("E'\\n'"), literal_column("''"))


def encode(type_name: str, *key: object) -> str:
    """The id of an object that is not compiled."""
    return base64.b64encode(":".join((type_name, *map(str, key))).encode()).decode()


def by_id(source: Source, type_name: str) -> Lookup:
    """A root field that finds one object of this type, whose key is a number, by its argument `id`."""
    (key,) = source.id_columns

    def find(rows: Rows, arguments: Value) -> ColumnElement[bool]:
        named: ColumnElement[bool] = rows.c[key] == arguments.get("id").bind(
            BigInteger(), lambda id_: number(id_, type_name)
        )
        return named

    return Lookup(source, find)


def number(id_: str, type_name: str) -> int | None:
    """The key in an id of a type whose key is a number; None where the id is of another type, or of none."""
    named = parse(id_, {type_name: [int]})
    return None if named is None else named[1][0]


def parse(id_: str, types: Mapping[str, Sequence[type]]) -> tuple[str, tuple[Any, ...]] | None:
    """The type and key that an id names, or None where it names nothing. `types` gives each type's key types."""
    try:
        name, *parts = base64.b64decode(id_, validate=True).decode().split(":")
    except (binascii.Error, ValueError):
        return None
    if name not in types or len(parts) != len(types[name]):
        return None
    key: list[Any] = []
    for part, type_ in zip(parts, types[name], strict=True):
        if type_ is int:
            if not (part.isascii() and part.isdigit()) or len(part) > LONGEST or int(part) > LARGEST:
                return None
            key.append(int(part))
        elif "\0" in part:
            return None
        else:
            key.append(part)
    return name, tuple(key)
