"""Worklist items, as far as the viewer may decide them, and the records that each is about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import array

from hub.tables import AccountRow, StatePolicyRow, StateRecordRow, StudentRow, WorklistItemRecordRow, WorklistItemRow
from resolvers.compiler.arguments import Value
from resolvers.compiler.node_id import by_id
from resolvers.compiler.source import Columns, Condition, Connection, Expression, Relation, Rows, Sort, Source
from resolvers.sources.conditions import one_of, text_matches
from resolvers.sources.record_rows import record_table, same_record
from resolvers.sources.state_record import STATE_RECORDS


def _deciders(item: Any) -> ColumnElement[Any]:
    """Who may decide an item, by its columns; what `hub.identity.locks.ITEM_SCOPES` says in SQL."""
    policy = StatePolicyRow.__table__.alias()
    primary = (
        select(item.state + literal_column("'+primary'"))
        .where(
            policy.c.state == item.state,
            policy.c.policy == literal_column("'PRIMARY_USERS_DECIDE'"),
            policy.c.value == literal_column("'true'::jsonb"),
        )
        .correlate_except(policy)
        .scalar_subquery()
    )
    scopes = array([cast(item.state, Text), item.state + literal_column("'/'") + item.region, primary])
    return cast(func.array_remove(scopes, literal_column("NULL")), ARRAY(Text))


def _students(item: Rows) -> ColumnElement[Any]:
    """Every student that an item is about."""
    about, record = WorklistItemRecordRow.__table__.alias(), record_table()
    students = (
        select(record.c.student_id)
        .select_from(about.join(record, record.c.state_record_id == about.c.state_record_id))
        .where(about.c.item_id == item.c.item_id)
        .correlate(item.main)
    )
    return func.unnest(func.array(students.scalar_subquery()))


WORKLIST_ITEMS = Source(
    "worklist items", WorklistItemRow, ("item_id",), subject=_students, deciders=lambda rows: _deciders(rows.c)
)
ITEM_RECORDS = Source(
    "records of worklist items",
    WorklistItemRecordRow,
    ("item_id", "state_record_id"),
    subject=lambda rows: _record(rows).student_id,
    deciders=lambda rows: _deciders(_item(rows)),
    order=lambda rows: [rows.c.side, rows.c.state_record_id],
)


def _record(about: Rows) -> Columns:
    return about.join(
        "record", StateRecordRow.__table__.alias, lambda record: record.state_record_id == about.c.state_record_id
    )


def _item(about: Rows) -> Columns:
    return about.join("item", WorklistItemRow.__table__.alias, lambda item: item.item_id == about.c.item_id)


def _account(item: Rows, column: str) -> ColumnElement[Any]:
    account = item.join(column, AccountRow.__table__.alias, lambda c: c.account_id == item.c[column], outer=True)
    return account.name


SORTS = {"DUE": Sort(lambda rows: [rows.c.due_at]), "RAISED": Sort(lambda rows: [rows.c.raised_at])}
WORKLIST = Connection(WORKLIST_ITEMS, sorts=SORTS)
RECORDS_OF_ITEM = Relation(
    ITEM_RECORDS, lambda about, item: about.c.item_id == item.c.item_id, many=True, inherits=True, size=4
)
RECORD_OF_SIDE = Relation(STATE_RECORDS, same_record)
PARENT_OF_ITEM = Relation(WORKLIST_ITEMS, lambda parent, item: parent.c.item_id == item.c.parent_id, leaves=True)
ASSIGNEE = Expression(lambda item: _account(item, "account_id"))
DECIDED_BY = Expression(lambda item: _account(item, "decided_by"))
OVERDUE = Expression(
    lambda item: (item.c.status == literal_column("'OPEN'")) & (item.c.due_at <= func.statement_timestamp())
)
EVIDENCE = Expression(lambda item: item.c.evidence)


BY_ID = by_id(WORKLIST_ITEMS, "WorklistItem")
KIND = one_of(WorklistItemRow.kind)
STATUS = one_of(WorklistItemRow.status)
LEVEL = one_of(WorklistItemRow.level)


def _mine(item: Rows, value: Value) -> ColumnElement[bool]:
    viewer = item.binder.parameter(None, ("account_id",), BigInteger(), None)
    mine: ColumnElement[bool] = item.c.account_id.is_not_distinct_from(viewer)
    return mine if value.actual else ~mine


MINE = Condition(_mine)
IS_OVERDUE = Condition(lambda item, value: OVERDUE.value(item).is_(value.actual))
DISTRICT = Condition(lambda item, value: text_matches(item.c.district_id, value))


def _student(item: Rows, value: Value) -> None:
    about = item.within("about", ITEM_RECORDS, lambda rows: rows.c.item_id == item.c.item_id)
    student = StudentRow.__table__.alias()
    about.conditions.append(
        _record(about).student_id.in_(select(student.c.current_id).where(text_matches(student.c.msix_id, value)))
    )


OF_STUDENT = Condition(_student)
