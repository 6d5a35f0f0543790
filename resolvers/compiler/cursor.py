"""Keyset cursors: the sort values of a row, with the name of the order, opaque to clients.

They hold what the viewer already sees by sorting; a cursor of another order, or a forged one, is `INVALID_CURSOR`.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import decimal
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Text, cast, func, literal_column

from hub.errors import Code, HubError
from resolvers.compiler.node_id import LARGEST

_DECODERS: dict[type, Callable[[Any], Any]] = {
    datetime.date: datetime.date.fromisoformat,
    datetime.datetime: datetime.datetime.fromisoformat,
    decimal.Decimal: decimal.Decimal,
    int: int,
    str: str,
}


def encoded(order: str, columns: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The SQL expression of a row's cursor."""
    values = func.json_build_array(literal_column(f"'{order}'"), *columns)
    return func.translate(func.encode(func.convert_to(cast(values, Text), "UTF8"), "base64"), "\n", "")


def decoder(order: str, columns: Sequence[ColumnElement[Any]], place: int) -> Callable[[str], Any]:
    """The function that takes the value of one sort column out of a cursor. Raises `INVALID_CURSOR`."""
    types = [column.type.python_type for column in columns]

    def decode(cursor: str) -> Any:
        try:
            name, *values = orjson.loads(base64.b64decode(cursor, validate=True))
            if name != order or len(values) != len(types):
                raise ValueError
            value = values[place]
            if not isinstance(value, int if types[place] is int else str) or isinstance(value, bool):
                raise ValueError
            if abs(value) > LARGEST if isinstance(value, int) else "\0" in value:
                raise ValueError
            return _DECODERS[types[place]](value)
        except (ValueError, TypeError, ArithmeticError, binascii.Error):
            raise HubError(
                Code.INVALID_CURSOR, "The cursor must be one that this field gave out for the same order."
            ) from None

    return decode
