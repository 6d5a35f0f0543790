"""Row scope: which rows a viewer may see. What is shown, and how far a grant reaches, is decided here and nowhere else;
the sources only tie their rows to these predicates.

A row out of scope answers like a row that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    FromClause,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from hub.errors import Code, HubError
from hub.tables import AccountRoleRow, AccountRow, DisputeRecordRow, StateRecordRow, StudentRow
from hub.viewer import Reach
from permissions.grants import Grant
from permissions.roles import Role

DECIDES_FOR: BindParameter[Any] = BindParameter("viewer_decides_for", type_=ARRAY(Text()), required=True)
"""`Viewer.decides_for` of whoever asks; the compiler binds parameters of the viewer by their names."""

READS_STUDENTS: BindParameter[Any] = BindParameter("viewer_reads_students", type_=Boolean(), required=True)
"""`Viewer.reads_students` of whoever asks."""

ACCOUNT: BindParameter[Any] = BindParameter("viewer_account_id", type_=BigInteger(), required=True)
"""`Viewer.account_id` of whoever asks."""

HELD: BindParameter[Any] = BindParameter("viewer_grant_names", type_=ARRAY(Text()), required=True)
"""`Viewer.grant_names` of whoever asks."""


def record_is_shown(record: FromClause) -> ColumnElement[bool]:
    """A state record is shown while its state holds it (neither deleted nor withdrawn) and, while its student is under
    review, to those who may decide."""
    held = record.c.status == literal_column("'ACTIVE'")
    return and_(held, or_(record.c.review_scopes.is_(None), decides(record.c.review_scopes)))


def decides(deciders: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the viewer is one of those who may decide, named as in `Viewer.decides_for`."""
    decided: ColumnElement[bool] = deciders.op("&&", is_comparison=True)(DECIDES_FOR)
    return decided


def student_is_shown(student: FromClause) -> ColumnElement[bool]:
    """A student is shown while some state holds a record of it, under the ID that survives."""
    record = StateRecordRow.__table__.alias()
    return exists(
        select(literal_column("1"))
        .select_from(record)
        .where(record.c.student_id == student.c.student_id, record_is_shown(record))
    )


def clock_is_shown(clock: FromClause) -> ColumnElement[bool]:
    """A clock is shown while its child is; one that names `deciders`, a worklist item's, to those alone."""
    record = StateRecordRow.__table__.alias()
    one: ColumnElement[Any] = literal_column("1")
    of_child = select(one).where(record.c.student_id == clock.c.student_id, record_is_shown(record))
    return and_(or_(clock.c.deciders.is_(None), decides(clock.c.deciders)), exists(of_child.correlate(clock)))


def child_is_told(told: FromClause) -> ColumnElement[bool]:
    """What is told about a child (`student_id`, null: about none) is told on to those who may read children, while the
    child is shown to them."""
    return or_(told.c.student_id.is_(None), and_(READS_STUDENTS, child_is_shown(told)))


def child_is_shown(said: FromClause) -> ColumnElement[bool]:
    """Whether the child is shown that something was said about: what names a record (`state_record_id`) follows that
    record, else the survivor of the child that it names (`student_id`)."""
    record, of_student, student = (table.__table__.alias() for table in (StateRecordRow, StateRecordRow, StudentRow))
    survivor = select(student.c.current_id).where(student.c.student_id == said.c.student_id).correlate(said)
    one: ColumnElement[Any] = literal_column("1")
    by_record = select(one).where(record.c.state_record_id == said.c.state_record_id, record_is_shown(record))
    by_student = select(one).where(
        said.c.state_record_id.is_(None),
        of_student.c.student_id == survivor.scalar_subquery(),
        record_is_shown(of_student),
    )
    return or_(exists(by_record.correlate(said)), exists(by_student.correlate(said)))


def request_is_shown(request: FromClause) -> ColumnElement[bool]:
    """A request to merge or split is shown to whoever asked; to others, as long as nobody has ended it, while the
    student that it names (`student_id`) is: those who decide."""
    record, student = StateRecordRow.__table__.alias(), StudentRow.__table__.alias()
    survivor = select(student.c.current_id).where(student.c.student_id == request.c.student_id).correlate(request)
    one: ColumnElement[Any] = literal_column("1")
    of_student = select(one).where(record.c.student_id == survivor.scalar_subquery(), record_is_shown(record))
    return or_(
        request.c.status != literal_column("'PENDING'"),
        request.c.account_id == ACCOUNT,
        exists(of_student.correlate(request)),
    )


def dispute_is_shown(dispute: FromClause) -> ColumnElement[bool]:
    """A dispute is shown to those who may read what it disputes, while one of the records that it disputes is."""
    about, record = DisputeRecordRow.__table__.alias(), StateRecordRow.__table__.alias()
    one: ColumnElement[Any] = literal_column("1")
    shown = (
        select(one)
        .select_from(about.join(record, record.c.state_record_id == about.c.state_record_id))
        .where(about.c.dispute_id == dispute.c.dispute_id, record_is_shown(record))
        .correlate(dispute)
    )
    return and_(dispute.c.needs.op("<@", is_comparison=True)(HELD), exists(shown))


def ome_looks_after(account_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """OME User Administrators look after the accounts of State User Administrators, of all states."""
    held = AccountRoleRow.__table__.alias()
    return exists(
        select(literal_column("1"))
        .select_from(held)
        .where(held.c.account_id == account_id, held.c.role == literal_column(f"'{Role.STATE_USER_ADMINISTRATOR}'"))
        .correlate_except(held)
    )


def within_reach(
    reach: Reach,
    state: ColumnElement[Any] | None,
    viewer_state: ColumnElement[Any],
    of_ome: ColumnElement[bool] | None = None,
    own: ColumnElement[bool] | None = None,
) -> ColumnElement[bool] | None:
    """The predicate that a grant's reach puts on rows that belong to `state`; None: every row. `of_ome` says which
    rows OME looks after, and `own` which are the viewer's own, where there are such.

    Rows that belong to no state, and reaches that mean nothing for rows of records, are closed.
    """
    if reach is Reach.ALL:
        return None
    if reach is Reach.STATE and state is not None:
        return state == viewer_state
    if reach is Reach.OME and of_ome is not None:
        return of_ome
    if reach is Reach.SELF and own is not None:
        return own
    return false()


def student_is_of(student_id: ColumnElement[Any], viewer_state: ColumnElement[Any]) -> ColumnElement[bool]:
    """A child is a state's while the state has a record of it, whatever became of the record."""
    record = StateRecordRow.__table__.alias()
    return exists(
        select(literal_column("1"))
        .select_from(record)
        .where(record.c.student_id == student_id, record.c.state == viewer_state)
        .correlate_except(record)
    )


def event_is_in_reach(
    event: FromClause,
    grants: Mapping[str, Reach],
    viewer_state: ColumnElement[Any],
    named: ColumnElement[Any] | None,
) -> ColumnElement[bool]:
    """The events of the audit trail that a viewer's grants reach: account events of the own state, and who looked at
    the own state's children; of all states' children only where one of them is `named` (its student id).

    Raises `INVALID_ARGUMENT` where nothing is in reach for want of a name.
    """
    arms: list[ColumnElement[bool]] = []
    accounts, students = grants.get(Grant.AUDIT_ACCOUNTS), grants.get(Grant.AUDIT_STUDENTS)
    if accounts is Reach.ALL:
        arms.append(_is_of_accounts(event))
    elif accounts is Reach.STATE:
        arms.append(_is_of_accounts(event) & _concerns_account_of(event, viewer_state))
    if students is Reach.STATE:
        arms.append(_names_child_of(event, viewer_state) if named is None else student_is_of(named, viewer_state))
    elif students is Reach.ALL and named is not None:
        arms.append(true())
    elif students is Reach.ALL and not arms:
        raise HubError(Code.INVALID_ARGUMENT, "Expected `filter.msixId`: all states' trail is open child by child.")
    return or_(false(), *arms)


def _is_of_accounts(event: FromClause) -> ColumnElement[bool]:
    """As the index of these events says it."""
    return event.c.tag.op("~", is_comparison=True)(literal_column("'^(account|token|change|request):'"))


def _concerns_account_of(event: FromClause, viewer_state: ColumnElement[Any]) -> ColumnElement[bool]:
    """What an account of the state did, and what was done to one."""
    account, key = AccountRow.__table__.alias(), event.c.detail.op("->>")(literal_column("'account'"))
    is_key = key.op("~")(literal_column("'^[0-9]{1,18}$'"))
    done_to = exists(
        select(literal_column("1"))
        .select_from(account)
        .where(account.c.account_id == case((is_key, cast(key, BigInteger))), account.c.state == viewer_state)
    )
    return or_(event.c.state == viewer_state, done_to)


def _names_child_of(event: FromClause, viewer_state: ColumnElement[Any]) -> ColumnElement[bool]:
    """Events name children as they were called then: a retired ID leads to its survivor."""
    student = StudentRow.__table__.alias()
    return exists(
        select(literal_column("1"))
        .select_from(student)
        .where(student.c.student_id == func.any(event.c.students), student_is_of(student.c.current_id, viewer_state))
    )


def student_of_event_is_in_reach(
    student: FromClause, event: FromClause, grants: Mapping[str, Reach], viewer: Mapping[str, ColumnElement[Any]]
) -> ColumnElement[bool] | None:
    """Which of the children that an event names a viewer is told: those of the own state where the grant reaches no
    further, and whoever the viewer looked at itself. `viewer` has its `state` and `account_id`. None: every one."""
    if grants.get(Grant.AUDIT_STUDENTS) is not Reach.STATE:
        return None
    own = event.c.account_id == viewer["account_id"]
    return or_(own, student_is_of(student.c.student_id, viewer["state"]))


def event_is_own(event: FromClause, account_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The events of the viewer's own account."""
    own: ColumnElement[bool] = event.c.account_id == account_id
    return own
