"""Writes the seeded country into a migrated database, as the owner of its tables."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.engine import write_engine
from hub.tables import (
    AccessApplicationRow,
    AccountRoleRow,
    AccountRow,
    AlternateIdRow,
    AssessmentRow,
    Base,
    ClockRow,
    ContactListRow,
    ContactRow,
    CourseRow,
    DemographicsRow,
    DisputeEntryRow,
    DisputeRecordRow,
    DisputeRow,
    DistrictRow,
    EnrollmentRow,
    FindingRow,
    HealthAlertRow,
    LinkRow,
    MoveNoticeReplyRow,
    MoveNoticeRow,
    QualifyingMoveRow,
    SchoolRow,
    StateRecordRow,
    StudentRow,
    TrainingRow,
    UploadRow,
    WatchRow,
)
from tests.graph.seed import accounts, following, offices, people, schooling, telling

_HANGING = (QualifyingMoveRow, EnrollmentRow, CourseRow, AssessmentRow, HealthAlertRow)


def country() -> list[tuple[type[Base], list[dict[str, Any]]]]:
    """Every row, table by table, in an order that foreign keys allow."""
    rng = Random(20260105)
    records = people.records(rng)
    hanging = [schooling.hang(rng, record) for record in records]
    uploads = list(offices.uploads())
    for record in records:
        own = [upload["upload_id"] for upload in uploads if upload["state"] == record.row["state"]]
        record.row["upload_id"] = rng.choice(own or [12])
    kept = [record for record in records if record.row["status"] != "DELETED"]
    tables: list[tuple[type[Base], Iterable[dict[str, Any]]]] = [
        (AccountRow, accounts.accounts()),
        (AccountRoleRow, accounts.roles()),
        (TrainingRow, accounts.trainings()),
        (AccessApplicationRow, accounts.applications()),
        (DistrictRow, offices.districts()),
        (SchoolRow, offices.schools()),
        (UploadRow, uploads),
        (StudentRow, people.students()),
        (StateRecordRow, (record.row for record in records)),
        (DemographicsRow, (record.demographics for record in kept)),
        (AlternateIdRow, (row for record in kept for row in record.alternates)),
        *((table, [row for rows in hanging for row in rows[table]]) for table in _HANGING),
        (FindingRow, offices.findings(rng, records)),
        (LinkRow, offices.links(rng, records)),
        (ClockRow, following.clocks(records)),
        (ContactListRow, following.contact_lists()),
        (ContactRow, following.contacts()),
        (WatchRow, following.watches()),
        (MoveNoticeRow, telling.move_notices()),
        (MoveNoticeReplyRow, telling.move_notice_replies()),
        (DisputeRow, telling.disputes()),
        (DisputeRecordRow, telling.dispute_records(records)),
        (DisputeEntryRow, telling.dispute_entries()),
    ]
    return [(table, list(rows)) for table, rows in tables]


async def plant(url: str) -> None:
    """Write the country into the database at `url`."""
    engine = write_engine(url)
    async with engine.begin() as connection:
        for table, rows in country():
            await _write(connection, table, rows)
    await engine.dispose()


async def _write(connection: AsyncConnection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    await connection.execute(insert(table), rows)
