"""State records: how they belong to students, and the student behind whatever hangs on one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from hub.tables import StateRecordRow
from permissions.scope import record_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Columns, Lookup, Relation, Rows, Source
from resolvers.sources.record_rows import record_of, same_record
from resolvers.sources.review import review_of
from resolvers.sources.student import STUDENTS, speaking_record

STATE_RECORDS = Source(
    "state records",
    StateRecordRow,
    ("state_record_id",),
    shown=lambda rows: record_is_shown(rows.main),
    subject=lambda rows: rows.c.student_id,
    state=lambda rows: rows.c.state,
    review=review_of,
    order=lambda rows: [rows.c.latest_activity.desc(), rows.c.submitted_at.desc(), rows.c.state, *rows.key],
)


def _of_student(record: Rows, student: Rows) -> ColumnElement[bool]:
    return record.c.student_id == student.c.student_id


def _speaking(record: Rows, student: Rows) -> ColumnElement[bool]:
    return record.c.state_record_id == speaking_record(student).state_record_id


def _behind(student: Rows, row: Rows) -> ColumnElement[bool]:
    linked: Columns = row.c if "student_id" in row.c else record_of(row)
    return student.c.student_id == linked.student_id


RECORDS_OF_STUDENT = Relation(STATE_RECORDS, _of_student, many=True, size=3)
SPEAKING_RECORD = Relation(STATE_RECORDS, _speaking, inherits=True)
RECORD_OF_ROW = Relation(STATE_RECORDS, same_record, inherits=True)
STUDENT_OF_ROW = Relation(STUDENTS, _behind, inherits=True)


def _by_state_id(record: Rows, arguments: Value) -> ColumnElement[bool]:
    return and_(
        record.c.state == arguments.get("state").bind(),
        record.c.state_student_id == arguments.get("stateStudentId").bind(),
    )


BY_STATE_ID = Lookup(STATE_RECORDS, _by_state_id)
