"""Loads the code lists as they were good on a day: an edition's change of an option set is a row, not a release."""

from __future__ import annotations

import datetime

import asyncpg

from hub.intake.values import CodeLists

_GOOD_ON = """
SELECT code_list, array_agg(code) AS codes FROM codes
WHERE coalesce(effective_from, $1) <= $1 AND coalesce(effective_to, $1) >= $1 GROUP BY code_list
"""


async def jurisdictions(connection: asyncpg.Connection) -> frozenset[str]:
    """The codes of all states and territories."""
    return frozenset(row["code"] for row in await connection.fetch("SELECT code FROM jurisdictions"))


async def code_lists(connection: asyncpg.Connection, day: datetime.date) -> CodeLists:
    """The codes good on `day`, the last day of a code included."""
    rows = await connection.fetch(_GOOD_ON, day)
    return CodeLists({row["code_list"]: frozenset(row["codes"]) for row in rows}, await jurisdictions(connection))
