"""Whom a state or district wants told of a matter: the district's contacts, else the state's, else its administrators.

A state that keeps no list is told all the same: State Data Administrators answer for their state by law, so their
accounts stand in for contacts. A place without even one of those has nobody; whoever sends says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import asyncpg

from hub.outbox import can_be_mailed

Place = tuple[str, str | None]
"""A state's code, and the id of one of its districts or None for the state as a whole."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address that can be mailed, with the language of its mails (`en`, `es`)."""

    email: str
    language: str = "en"


async def receivers_of(
    connection: asyncpg.Connection, places: Collection[Place], matter: str
) -> dict[Place, list[Receiver]]:
    """The receivers of each place for a matter (a key of `hub.tables.MATTERS`); no place is missing."""
    asked = sorted(set(places), key=lambda place: (place[0], place[1] or ""))
    found: dict[Place, list[Receiver]] = {place: [] for place in asked}
    rows = await connection.fetch(_FIND, [state for state, _ in asked], [district for _, district in asked], matter)
    for row in rows:
        if can_be_mailed(row["email"]):
            found[asked[row["number"] - 1]].append(Receiver(row["email"], row["language"].lower()))
    return found


_FIND = """
WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS place (state, district_id, number)
), known AS (
    SELECT asked.number, contact.email, contact.language,
        CASE WHEN list.district_id IS NULL THEN 2 ELSE 1 END AS rank, contact.contact_id AS place
    FROM asked
    JOIN contact_lists AS list ON list.state = asked.state
        AND (list.district_id IS NULL OR list.district_id = asked.district_id)
    JOIN contacts AS contact USING (list_id)
    WHERE $3 = ANY(contact.matters)
    UNION ALL
    SELECT asked.number, account.email, 'EN', 3, account.account_id
    FROM asked
    JOIN accounts AS account USING (state)
    JOIN account_roles AS held ON held.account_id = account.account_id AND held.role = 'STATE_DATA_ADMINISTRATOR'
    WHERE account.status = 'ACTIVE' AND account.trained_at IS NOT NULL
), ranked AS (
    SELECT *, rank() OVER (PARTITION BY number ORDER BY rank) AS choice FROM known
)
SELECT number, email, language FROM ranked WHERE choice = 1 ORDER BY number, place
"""
