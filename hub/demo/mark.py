"""The mark that `hub demo` leaves in a database that it fills: how many children, and whether all of it is there.

It is the comment of the schema `public`, so it needs no table and goes with a dropped database. A database without the
mark that holds rows is somebody's own, and is never filled or emptied by the demo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import asyncpg

_MARK = re.compile(r"hub demo: (\d{1,9}) children, (loading|loaded)")
_COMMENT = "SELECT obj_description('public'::regnamespace, 'pg_namespace')"
_HOLDS_ROWS = """
SELECT EXISTS (SELECT FROM uploads) OR EXISTS (SELECT FROM students) OR EXISTS (SELECT FROM accounts)
"""


@dataclass(frozen=True)
class Mark:
    """A database that the demo made."""

    students: int
    loaded: bool

    def __str__(self) -> str:
        return f"hub demo: {self.students} children, {'loaded' if self.loaded else 'loading'}"


async def read_mark(connection: asyncpg.Connection) -> Mark | None:
    """The mark of the database, None where there is none."""
    found = _MARK.fullmatch(await connection.fetchval(_COMMENT) or "")
    return Mark(int(found[1]), found[2] == "loaded") if found else None


async def write_mark(connection: asyncpg.Connection, mark: Mark) -> None:
    """Mark the database as the demo's."""
    await connection.execute(f"COMMENT ON SCHEMA public IS '{mark}'")


async def has_tables(connection: asyncpg.Connection) -> bool:
    """Whether the schema `public` holds any table at all, the hub's or another's."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p'))"
    )
    return found


async def holds_rows(connection: asyncpg.Connection) -> bool:
    """Whether uploads, students or accounts are in it. Raises asyncpg's UndefinedTableError before migrations."""
    found: bool = await connection.fetchval(_HOLDS_ROWS)
    return found
