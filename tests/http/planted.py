"""A country of two children whom two states hold, in which every value can be told from every other.

Ana's newest record is Tennessee's, Ben's is Texas's; each has a record in the other state too, and a retired MSIX ID.
Whatever column a value came from, a test that finds it in an answer or a log knows it: texts name their column and
row, dates are each used once.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Numeric, insert, text, update

from hub.identity.msix_id import check_digit
from hub.names import fold
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
from tests.http.hub import REGION

STATES = {"TN": "47", "TX": "48"}
CHILDREN = {"Ana": ("TN", "TX"), "Ben": ("TX", "TN")}
"""Each child with the states that hold it, the one whose record speaks first."""


def msix_id(number: int) -> str:
    """A valid MSIX ID."""
    digits = f"7{number:010}"
    return digits + check_digit(digits)


ACCOUNTS = range(1, 16)
"""The accounts that `store_accounts` makes."""

PLANTED_BY = 1
"""The account that did what somebody must have done; the first that `store_accounts` makes."""

_NO_SECRETS = {
    *("ANSWERED", "UPHELD", "WITHDRAWN", "PARENT", "REFUSED", "DECIDED", "demographics", "firstName"),
    *("CHRONIC", "ACTIVE", "ACCEPTED", "MERGE", "WARN", "FULL", "RETIRED", "STATE_USER_ADMINISTRATOR"),
    *(
        "StateRecord",
        "FIRST_MDES",
        "STUDENT_CHANGED",
        "MERGE_VALIDATION",
        "RESOLVED",
        "OPEN",
        "PRIMARY_USERS_DECIDE",
        "DISTRICT",
        "APPROVED",
        "DONE",
    ),
    *("DEPARTURE", "ES"),
    *STATES,
}


@dataclass
class Planted:
    """What was stored: `values[table, column]` are all the values of a column, `ids` the ids to ask by."""

    values: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    msix: dict[str, str] = field(default_factory=dict)
    retired: dict[str, str] = field(default_factory=dict)
    students: dict[str, int] = field(default_factory=dict)
    records: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    uploads: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[type[Base], dict[str, Any]]] = field(default_factory=list)

    def secrets(self, table: str, column: str) -> list[str]:
        """The values of a column that can be recognized wherever they turn up."""
        found = (value for value in self.values.get((table, column), ()) if isinstance(value, str | datetime.date))
        return [str(value) for value in found if value not in _NO_SECRETS]

    def all_secrets(self) -> set[str]:
        """Every recognizable value of a child."""
        tables = (
            StateRecordRow,
            AlternateIdRow,
            DemographicsRow,
            QualifyingMoveRow,
            EnrollmentRow,
            CourseRow,
            AssessmentRow,
        )
        found = {
            secret
            for table in tables
            for column in table.__table__.columns
            if "mde" in column.info
            for secret in self.secrets(table.__tablename__, column.name)
        }
        directory = {*self.secrets("districts", "district_id"), *self.secrets("schools", "school_id")}
        return {secret for secret in found - directory if len(secret) > 6}


class _Planter:
    """Makes rows in which whatever is not said is filled with a value of its own."""

    def __init__(self) -> None:
        self.planted = Planted()
        self._days = (datetime.date(1990, 1, 1) + datetime.timedelta(days=n) for n in count())
        self._numbers = count(1)

    def row(self, table: type[Base], **given: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for column in table.__table__.columns:
            if column.computed is not None or (column.identity is not None and column.name not in given):
                continue
            value = given[column.name] if column.name in given else self._value(table, column)
            made[column.name] = value
            if value is not None:
                self.planted.values[table.__tablename__, column.name].append(value)
        self.planted.rows.append((table, made))
        return made

    def _value(self, table: type[Base], column: Any) -> Any:
        number = next(self._numbers)
        if isinstance(column.type, Boolean):
            return True
        if isinstance(column.type, Date):
            return next(self._days)
        if isinstance(column.type, DateTime):
            return datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(hours=number)
        if isinstance(column.type, LargeBinary):
            return number.to_bytes(4, "big")
        if isinstance(column.type, Integer):
            return 1000 + number
        if isinstance(column.type, Numeric):
            return number
        return f"{table.__tablename__}-{column.name}-{number}~"


def _plant() -> Planted:
    planter = _Planter()
    planted = planter.planted
    for number, (state, fips) in enumerate(STATES.items(), 1):
        planted.uploads[state] = number
        planter.row(
            UploadRow, upload_id=number, state=state, sequence=number, mode="FULL", status="ACCEPTED", account_id=None
        )
        planter.row(StatePolicyRow, state=state, policy="PRIMARY_USERS_DECIDE", value=True, account_id=1)
        district = f"{fips}00001"
        planter.row(DistrictRow, district_id=district, state=state)
        planter.row(SchoolRow, school_id=f"{district}00007", district_id=district, state=state)
        _account(planter, 900 + number, state, district)
        planter.row(ContactListRow, list_id=number, state=state, district_id=district, account_id=PLANTED_BY)
        planter.row(ContactRow, contact_id=number, list_id=number, language="ES", matters=["MOVE_NOTICE"])
    records = count(1)
    for number, (child, states) in enumerate(CHILDREN.items(), 1):
        planted.students[child] = number
        planted.msix[child], planted.retired[child] = msix_id(number), msix_id(number + 100)
        planter.row(
            StudentRow,
            student_id=number,
            msix_id=planted.msix[child],
            current_id=number,
            merged_into=None,
            retired_at=None,
        )
        retired = planted.retired[child]
        planter.row(StudentRow, student_id=number + 100, msix_id=retired, current_id=number, merged_into=number)
        for rank, state in enumerate(states):
            _record(planter, child, state, next(records), rank)
    _notifications(planter)
    return planted


def _account(planter: _Planter, key: int, state: str, district: str) -> None:
    """A State User Administrator's account that OME and the state see, and the application that it came from."""
    role, place = "STATE_USER_ADMINISTRATOR", {"state": state, "district_id": district}
    people = {"reviewed_by": PLANTED_BY, "deactivated_by": PLANTED_BY}
    planter.row(AccountRow, account_id=key, status="ACTIVE", **place, **people)
    planter.row(AccountRoleRow, account_id=key, role=role)
    planter.row(TrainingRow, account_id=key, recorded_by=PLANTED_BY)
    planter.row(
        AccessApplicationRow,
        application_id=key,
        account_id=key,
        status="APPROVED",
        role=role,
        decided_by=PLANTED_BY,
        **place,
    )


def _record(planter: _Planter, child: str, state: str, key: int, rank: int) -> None:
    student, district = planter.planted.students[child], f"{STATES[state]}00001"
    activity = datetime.date(2024 - rank, 6, 1)
    record = planter.row(
        StateRecordRow,
        state_record_id=key,
        student_id=student,
        state=state,
        msix_id=planter.planted.msix[child],
        status="ACTIVE",
        upload_id=planter.planted.uploads[state],
        latest_enrollment=activity,
        latest_activity=activity,
        warnings=7100 + key,
        review_scopes=None,
    )
    planter.planted.records[child, state] = (key, record["state_student_id"])
    hung = {"state_record_id": key}
    planter.row(AlternateIdRow, **hung, position=0)
    names = {name: f"{child}{name.title().replace('_', '')}{state}" for name in _NAMES}
    keys = {f"{name}_key": fold(value) for name, value in names.items()}
    planter.row(DemographicsRow, **hung, **names, **keys)
    planter.row(QualifyingMoveRow, **hung, position=0)
    place = {"school_id": f"{district}00007", "district_id": district}
    planter.row(EnrollmentRow, **hung, position=0, **place)
    final = {"final_grade": None} if rank else {}
    planter.row(CourseRow, **hung, enrollment_position=0, position=0, **final)
    planter.row(AssessmentRow, **hung, position=0, administration_month=f"20{key + 10}-0{key}")
    planter.row(HealthAlertRow, **hung, kind="CHRONIC", enrollment_position=0)
    planter.row(
        LinkRow,
        link_id=key,
        state_record_id=key,
        student_id=student,
        previous_student_id=student + 100,
        how="MERGE",
        upload_id=planter.planted.uploads[state],
        account_id=PLANTED_BY,
        evidence=None,
    )
    planter.row(
        IdentityRequestRow,
        request_id=key,
        kind="MERGE",
        status="DONE",
        student_id=student,
        duplicates=[student + 100],
        state_records=[key],
        state=state,
        account_id=1,
    )
    planter.row(
        WorklistItemRow,
        item_id=key,
        kind="MERGE_VALIDATION",
        state=state,
        region=REGION,
        level="DISTRICT",
        account_id=1,
        district_id=district,
        request_id=key,
        parent_id=None,
        upload_id=planter.planted.uploads[state],
        evidence={"score": 7},
        **(_OPEN_ITEM if rank else {"status": "RESOLVED", "decision": "APPROVED", "decided_by": 1}),
    )
    goes_to = next(other for other in STATES if other != state)
    planter.row(
        MoveNoticeRow,
        notice_id=key,
        kind="DEPARTURE",
        student_id=student,
        from_state=state,
        from_district=district,
        to_state=goes_to,
        to_district=f"{STATES[goes_to]}00001",
        copy_to=[f"copy-{key}@agency.gov"],
        receivers=[f"contact-{key}@agency.gov"],
        account_id=PLANTED_BY,
        upload_id=None,
    )
    planter.row(
        MoveNoticeReplyRow, reply_id=key, notice_id=key, account_id=PLANTED_BY, state=state, answers=True, receivers=[]
    )
    planter.row(
        ClockRow,
        kind="FIRST_MDES",
        state=state,
        state_record_id=key,
        district_id=district,
        **dict.fromkeys(("other_record_id", "other_district_id", "followed_at", "item_id")),
    )
    planter.row(
        DataRequestRow,
        request_id=key,
        student_id=student,
        asking_state=goes_to,
        state=state,
        elements=["finalGrade"],
        wanted=[],
        account_id=PLANTED_BY,
        item_id=key,
    )
    planter.row(WorklistItemRecordRow, item_id=key, state_record_id=key, side=1)
    planter.row(
        IdentityChangeRow,
        change_id=key,
        kind="RETIRED",
        student_id=student,
        other_student_id=student + 100,
        request_id=key,
        item_id=key,
        account_id=1,
    )
    _said(planter, student, key, state)
    planter.row(
        FindingRow,
        upload_id=planter.planted.uploads[state],
        position=key,
        severity="WARN",
        state_student_id=record["state_student_id"],
    )


def _said(planter: _Planter, student: int, key: int, state: str) -> None:
    """A dispute of the record's first name, answered by its state, and a parent's request for a correction."""
    name = {"section": "demographics", "element": "firstName"}
    planter.row(
        DisputeRow,
        dispute_id=key,
        student_id=student,
        needs=["student:read"],
        status="ANSWERED",
        filed_by=PLANTED_BY,
        ended_at=None,
        **name,
    )
    planter.row(DisputeRecordRow, dispute_id=key, state_record_id=key)
    answered = {"kind": "ANSWERED", "answer": "UPHELD", "state": state}
    planter.row(DisputeEntryRow, entry_id=key, dispute_id=key, account_id=PLANTED_BY, **answered)
    # one that ended, and one of the record as a whole; their state never answered them
    for more, status, about in ((100, "WITHDRAWN", name), (200, "OPEN", {"section": None, "element": None})):
        planter.row(
            DisputeRow,
            dispute_id=key + more,
            student_id=student,
            needs=["student:read"],
            status=status,
            filed_by=PLANTED_BY,
            **about,
            **({"ended_at": None} if status == "OPEN" else {}),
        )
        planter.row(DisputeRecordRow, dispute_id=key + more, state_record_id=key)
    planter.row(
        CorrectionRequestRow,
        request_id=key,
        student_id=student,
        state_record_id=key,
        asked_by="PARENT",
        status="REFUSED",
        state=state,
        received_by=state,
        recorded_by=PLANTED_BY,
        **name,
    )
    planter.row(CorrectionEntryRow, entry_id=key, request_id=key, kind="DECIDED", state=state, account_id=PLANTED_BY)


def _notifications(planter: _Planter) -> None:
    """What every account was told, about each record and about no child, and what it watches."""
    records = planter.planted.records
    about = [(planter.planted.students[child], key) for (child, _), (key, _) in records.items()]
    number = count(1)
    for account in ACCOUNTS:
        for watched in sorted({student for student, _ in about}):
            child = {"student_id": watched, "name": None, "filter": None, "seen": None}
            planter.row(WatchRow, watch_id=2 * account + watched, account_id=account, **child)
        search = {"student_id": None, "filter": {"sex": "FEMALE"}, "seen": None}
        planter.row(WatchRow, watch_id=1000 + account, account_id=account, **search)
        for student, record in [*about, (None, None)]:
            planter.row(
                NotificationRow,
                notification_id=next(number),
                account_id=account,
                kind="STUDENT_CHANGED",
                student_id=student,
                state_record_id=record,
                object_type="StateRecord",
                object_key=record or 1,
                parameters={"state": "TN"},
            )


_OPEN_ITEM = {"status": "OPEN", "decision": None, "decided_by": None, "decided_at": None, "reason": None}
_NAMES = ("first_name", "middle_name", "last_name1", "last_name2")
PLANTED = _plant()


async def store(url: str) -> None:
    """Put the country into a migrated database that has accounts."""
    engine = write_engine(url)
    try:
        async with engine.begin() as connection:
            for table, row in PLANTED.rows:
                await connection.execute(insert(table), {**row, **_OPEN_ITEM} if table is WorklistItemRow else row)
            for item in (row for table, row in PLANTED.rows if table is WorklistItemRow):  # with its records, now
                decided = update(WorklistItemRow).where(WorklistItemRow.item_id == item["item_id"])
                await connection.execute(decided.values({name: item[name] for name in _OPEN_ITEM}))
            for table in {table for table, _ in PLANTED.rows}:
                key = next(column for column in table.__table__.columns)
                if key.identity is not None:
                    await connection.execute(
                        text(f"ALTER TABLE {table.__tablename__} ALTER COLUMN {key.name} RESTART WITH 1000")
                    )
    finally:
        await engine.dispose()
