"""What a snapshot must make anew: a fingerprint of everything that a state's facts are made of.

Reckoned from the rows themselves, not from clocks: an upload, a merge or split, a decision that lets a record count,
a region drawn anew, all show. States whose fingerprint is as it was keep their files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from hub.reports.facts import VERSION
from hub.reports.snapshot.spools import BEGUN, COUNTS

_RECORDS = f"""
SELECT state::text, count(*) AS rows, sum(row) AS sum FROM (
    SELECT record.state, hashtextextended(
        concat_ws('/', state_record_id, student_id, encode(content_hash, 'hex'),
            sum(hashtextextended(record.state, 0)::numeric) OVER (PARTITION BY student_id)), 0
    )::numeric AS row
    FROM state_records AS record WHERE {COUNTS}
) AS counted GROUP BY state
"""  # noqa: S608
"""Beside its own rows, a state's facts say how many records of a child there are, and of how many states."""

_WORKLIST = """
SELECT state::text, count(*) AS rows,
    sum(hashtextextended(concat_ws('/', item_id, version, status, region, district_id), 0)::numeric) AS sum
FROM worklist_items GROUP BY state
"""
_CLOCKS = f"""
SELECT clock.state::text AS state, count(*) AS rows, sum(hashtextextended(
    concat_ws('/', clock.kind, clock.key, clock.start_at, clock.due_at, clock.met_at, clock.district_id,
        clock.student_id), 0)::numeric) AS sum
FROM all_clocks AS clock LEFT JOIN state_records AS record USING (state_record_id) WHERE {BEGUN} GROUP BY clock.state
"""  # noqa: S608
_DISTRICTS = """
SELECT state::text, count(*) AS rows, sum(hashtextextended(district_id || '/' || region, 0)::numeric) AS sum
FROM district_regions GROUP BY state
"""
_REGIONS = "SELECT state::text, region FROM report_regions"


@dataclass(frozen=True)
class Standing:
    """How things stand in the database: each state's region, and fingerprints of records, worklist and clocks."""

    records: Mapping[str, str]
    worklist: Mapping[str, str]
    clocks: Mapping[str, str]
    regions: Mapping[str, str]

    @property
    def states(self) -> list[str]:
        """The states that have any fact."""
        return sorted({*self.records, *self.worklist, *self.clocks})

    def of(self, fact: str, state: str) -> str | None:
        """The fingerprint of a state's rows of a fact; None where it has none."""
        return {"worklist": self.worklist, "clocks": self.clocks}.get(fact, self.records).get(state)


async def standing(connection: asyncpg.Connection) -> Standing:
    """How things stand in the transaction that the connection is in."""
    regions = {row["state"]: row["region"] for row in await connection.fetch(_REGIONS)}
    districts = await _sums(connection, _DISTRICTS)
    records, items = await _sums(connection, _RECORDS), await _sums(connection, _WORKLIST)
    clocks = await _sums(connection, _CLOCKS)

    def fingerprint(state: str, *sums: str | None) -> str:
        text = repr((VERSION, state, regions.get(state), districts.get(state), sums))
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()

    return Standing(
        {state: fingerprint(state, found) for state, found in records.items()},
        {state: fingerprint(state, found, records.get(state)) for state, found in items.items()},
        {state: fingerprint(state, found, records.get(state)) for state, found in clocks.items()},
        regions,
    )


async def _sums(connection: asyncpg.Connection, query: str) -> dict[str, str]:
    return {row["state"]: f"{row['rows']}/{row['sum']}" for row in await connection.fetch(query)}
