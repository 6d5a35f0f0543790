"""`hub worklist`: the decisions that people owe."""

import csv
from typing import TextIO

import asyncpg
import typer

from hub.audit.event import Event, Tag
from hub.exporting import OutCsv, export_to
from hub.terminal import console, operator

group = typer.Typer(help="The decisions that people owe.", no_args_is_help=True)
COLUMNS = ("stateA", "idA", "stateB", "idB")

# A conflict's other side may hold no record any more; then the newcomer's own earlier version is all there is.
_OPEN = """
SELECT mine.state AS state_a, mine.state_student_id AS id_a, other.state AS state_b, other.state_student_id AS id_b,
    mine.student_id AS one, other.student_id AS other
FROM worklist_items AS item
JOIN LATERAL (SELECT min(state_record_id) AS newcomer FROM worklist_item_records
              WHERE item_id = item.item_id AND side = 1) AS asked ON true
JOIN state_records AS mine ON mine.state_record_id = asked.newcomer
JOIN LATERAL (SELECT state_record_id FROM worklist_item_records WHERE item_id = item.item_id AND side = 2
              ORDER BY state_record_id = (item.evidence->'candidates'->0->>'record')::bigint DESC NULLS LAST,
                  state_record_id LIMIT 1) AS known ON true
JOIN state_records AS other ON other.state_record_id = known.state_record_id
WHERE item.status = 'OPEN' AND item.kind IN ('NEAR_MATCH', 'ID_CONFLICT') ORDER BY item.item_id
"""


@group.callback()
def _worklist() -> None:
    """The decisions that people owe."""


@group.command()
def export(
    out: OutCsv,
) -> None:
    """Write every open near match as CSV: the newcomer's record and the one that it may belong with."""
    count, _ = export_to(out, _write, _event)
    console().print(f"{count} near matches in {out}", markup=False)


async def _write(connection: asyncpg.Connection, file: TextIO) -> tuple[int, set[int]]:
    """Write the near matches: how many they are, and the students that they are about."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    count, students = 0, set[int]()
    async for *pair, one, other in connection.cursor(_OPEN, prefetch=1000):
        rows.writerow(pair)
        students |= {one, other}
        count += 1
    return count, students


def _event(written: tuple[int, set[int]], size: int) -> Event:
    count, students = written
    return Event(
        Tag.STUDENT_EXPORT,
        user_id=operator(),
        purpose="MATCH_RESOLUTION",
        operation="worklist export",
        students=tuple(sorted(students)),
        fields=("StateRecord.state", "StateRecord.stateStudentId"),
        result_bytes=size,
        detail={"nearMatches": count},
    )
