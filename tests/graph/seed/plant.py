"""Writes the seeded country into a migrated database, as the owner of its tables."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.identity.locks import refresh_locks
from hub.store.engine import connect, write_engine
from hub.tables import (
    AccessApplicationRow,
    AccountRoleRow,
    AccountRow,
    AlternateIdRow,
    AssessmentRow,
    AuditEventRow,
    Base,
    ClockRow,
    ContactListRow,
    ContactRow,
    CorrectionEntryRow,
    CorrectionRequestRow,
    CourseRow,
    DataRequestRow,
    DemographicsRow,
    DisputeEntryRow,
    DisputeRecordRow,
    DisputeRow,
    DistrictRow,
    EnrollmentRow,
    FindingRow,
    HealthAlertRow,
    IdentityChangeRow,
    IdentityRequestRow,
    LinkRow,
    MoveNoticeReplyRow,
    MoveNoticeRow,
    NotificationRow,
    QualifyingMoveRow,
    SchoolRow,
    StatePolicyRow,
    StateRecordRow,
    StudentRow,
    TrainingRow,
    UploadRow,
    WatchRow,
    WorklistItemRecordRow,
    WorklistItemRow,
)
from tests.graph.seed import (
    accounts,
    corrections,
    data_requests,
    following,
    notifications,
    offices,
    people,
    schooling,
    telling,
    trail,
    worklist,
)

_OPEN = {"status": "OPEN", **dict.fromkeys(("decision", "reason", "decided_by", "decided_at"))}
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
    tables += [
        (StatePolicyRow, worklist.policies()),
        (IdentityRequestRow, worklist.identity_requests()),
        (IdentityChangeRow, worklist.identity_changes()),
        (WorklistItemRow, worklist.items()),
        (WorklistItemRecordRow, worklist.item_records(records)),
        (DataRequestRow, data_requests.data_requests()),
        (CorrectionRequestRow, corrections.corrections(records)),
        (CorrectionEntryRow, corrections.entries()),
        (AuditEventRow, trail.audit_events()),
        (NotificationRow, notifications.notifications(records)),
    ]
    return [(table, list(rows)) for table, rows in tables]


async def plant(url: str) -> None:
    """Write the country into the database at `url`."""
    engine = write_engine(url)
    async with engine.begin() as connection:
        for table, rows in country():
            await _write(connection, table, [row | _OPEN for row in rows] if table is WorklistItemRow else rows)
        for item in worklist.items():  # it has its records now, and none is added to what is settled
            settled = update(WorklistItemRow).where(WorklistItemRow.item_id == item["item_id"])
            await connection.execute(settled.values({name: item[name] for name in _OPEN}))
    await engine.dispose()
    owner = await connect(url)
    await refresh_locks(owner, range(1, people.STUDENTS + 1))
    await owner.close()


async def _write(connection: AsyncConnection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    for columns in dict.fromkeys(map(tuple, rows)):  # None for a JSON column would be JSON's null: such a row lacks it
        await connection.execute(insert(table), [row for row in rows if tuple(row) == columns])
