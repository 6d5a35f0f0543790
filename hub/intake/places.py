"""Keeps districts and schools: whatever an upload names is known from then on, by its newest name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import asyncpg

from hub.intake.shapes import Draft

DISTRICT_DIGITS = 7


async def keep_places(
    connection: asyncpg.Connection,
    students: Iterable[Draft],
    state: str,
    named_at: datetime.datetime,
    states_by_fips: Mapping[str, str],
) -> None:
    """Add what is new and rename what a newer upload calls otherwise. Sorted, so that two loads cannot deadlock."""
    districts: dict[str, str | None] = {}
    schools: dict[str, str | None] = {}
    for student in students:
        for enrollment in student.enrollments:
            _name(districts, enrollment.district_id, enrollment.district_name)
            _name(districts, enrollment.district_of_residence, None)
            _name(schools, enrollment.school_id, enrollment.school_name)
            _name(schools, enrollment.designated_graduation_school, None)

    def columns(places: dict[str, str | None]) -> tuple[list[str], list[str | None], list[str]]:
        ids = sorted(places)
        return ids, [places[place] for place in ids], [states_by_fips.get(place[:2], state) for place in ids]

    if districts:
        await connection.execute(_DISTRICTS, *columns(districts), named_at)
    if schools:
        await connection.execute(_SCHOOLS, *columns(schools), named_at)


def _name(places: dict[str, str | None], place: str | None, name: str | None) -> None:
    if place is not None:
        places[place] = name or places.get(place)


_DISTRICTS = """
INSERT INTO districts AS old (district_id, name, state, named_at)
SELECT *, $4 FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT (district_id) DO UPDATE SET name = excluded.name, named_at = excluded.named_at
WHERE excluded.name IS DISTINCT FROM old.name AND excluded.name IS NOT NULL
    AND (old.name IS NULL OR old.named_at <= excluded.named_at)
"""
_SCHOOLS = f"""
INSERT INTO schools AS old (school_id, name, state, named_at, district_id)
SELECT *, $4, left(school_id, {DISTRICT_DIGITS})
FROM unnest($1::text[], $2::text[], $3::text[]) AS sent (school_id, name, state)
ON CONFLICT (school_id) DO UPDATE SET name = excluded.name, named_at = excluded.named_at
WHERE excluded.name IS DISTINCT FROM old.name AND excluded.name IS NOT NULL
    AND (old.name IS NULL OR old.named_at <= excluded.named_at)
"""  # noqa: S608
