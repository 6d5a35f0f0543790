"""A read that carries its own event: the statement that reads the data of students also adds the row of the trail.

One statement is one transaction, and asyncpg hands out its rows only after the server has said that it is committed.
So no answer leaves whose event is not durable, and an event costs neither a round trip nor a commit of its own. Where
many sessions commit at once, PostgreSQL flushes them together.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from hub.audit.event import Tag, via_of
from hub.viewer import Viewer

LONGEST_NAME = 200
"""Characters of an operation's name that the audit trail keeps."""

_GIVEN = {
    "account_id": "bigint",
    "user_id": "text",
    "session_id": "bigint",
    "state": "text",
    "purpose": "text",
    "address": "text::inet",
    "detail": "text::jsonb",
    "operation": "text",
}


def carrying(
    read: str, parameters: int, tag: Tag, fields: Sequence[str], *, answer: Sequence[str], only_shown: bool
) -> str:
    """A statement of one row and the columns `answer`, like `read`, which takes the values of `given` too.

    `read` has so many `parameters` and answers one row: `data` (json), `students` (bigint[]) and what else `answer`
    names. `fields` are schema coordinates. `only_shown` adds no event where no student is shown.
    """
    columns = ", ".join(_GIVEN)
    given = ", ".join(f"${parameters + place}::{type_}" for place, type_ in enumerate(_GIVEN.values(), 1))
    around = f"${parameters + len(_GIVEN) + 1}::bigint"
    condition = "WHERE array_remove(students, NULL) <> '{}'" if only_shown else ""
    return f"""WITH shown AS MATERIALIZED (
{read}
), trail AS (
INSERT INTO audit_events (tag, fields, {columns}, students, result_bytes)
SELECT {_literal(tag)}, {_literal(_array(fields))}::text[], {given}, array_remove(students, NULL),
    {around} + coalesce(octet_length(data::text), {len("null")})
FROM shown {condition}
)
SELECT {", ".join(answer)} FROM shown"""  # noqa: S608 (names and constants of the schema only)


def given(viewer: Viewer, operation: str | None, around: int) -> tuple[object, ...]:
    """The values that a carrying statement takes behind its own; `around` are the bytes of the body without `data`."""
    via = via_of(viewer)
    return (
        viewer.account_id,
        viewer.user_id,
        viewer.session_id,
        viewer.state,
        viewer.purpose,
        viewer.address,
        None if via is None else orjson.dumps(via).decode(),
        operation and operation[:LONGEST_NAME],
        around,
    )


def _array(texts: Sequence[str]) -> str:
    """A PostgreSQL array of texts, written out."""
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in escaped) + "}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
