"""The stored form of a version: the compared values as they were sent, so that better normalizing can begin anew."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from hub.matching.neighbourhood import Version
from hub.matching.normalize import ELEMENTS, Person, person

LONGEST = 100
"""Characters of a text that are kept; a name of a thousand is compared by its beginning."""

_TYPES: dict[str, Any] = {"birth_date": datetime.date, "multiple_birth": bool | None}
_Content = msgspec.defstruct(
    "_Content",
    [("ids", tuple[str, ...]), *((name, _TYPES.get(name, str | None)) for name in ELEMENTS)],
    array_like=True,
    gc=False,
)
_encoder: msgspec.msgpack.Encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(_Content)


def content_of(own_id: str, other_ids: Iterable[str], demographics: Any) -> bytes:
    """What is stored of a record's demographics; `demographics` has an attribute for each of `ELEMENTS`."""
    values = (getattr(demographics, name) for name in ELEMENTS)
    return _encoder.encode(
        (
            (own_id, *sorted({*other_ids} - {own_id})),
            *(value[:LONGEST] if isinstance(value, str) else value for value in values),
        )
    )


def version_of(record: int, state: str, content: bytes) -> Version:
    """The version that was stored."""
    ids, who = _read(content)
    return Version(record, state, ids, who)


@lru_cache(maxsize=20_000)
def _read(content: bytes) -> tuple[tuple[str, ...], Person]:
    ids, *values = msgspec.structs.astuple(_decoder.decode(content))
    return ids, person(tuple(values))
