"""The audit trail as its readers may see it: within the grants' reach, about one child, or the viewer's own.

Every way to it is paged from the newest event back, and read by an index: of the accounts' events, of the children, of
the viewer's account, or of the ids.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, cast, func, literal_column, null, select, union_all

from hub.audit.event import Tag
from hub.tables import AccountRow, AuditEventRow, StudentRow
from permissions.scope import event_is_in_reach, event_is_own, student_of_event_is_in_reach
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Asking, Condition, Connection, Expression, Relation, Rows, Source
from resolvers.sources.conditions import text_matches
from resolvers.sources.student import STUDENTS

TAGS = {tag.value.upper().replace(":", "_"): tag for tag in Tag}
"""The schema's names of the tags."""

_NAMED = "named child"


def _subject(event: Rows) -> ColumnElement[Any]:
    """The child that was asked about, if one was; who else is shown, the relation to students says."""
    named = event.extras.get(_NAMED)
    return named if named is not None else cast(null(), BigInteger)


EVENTS = Source("audit events", AuditEventRow, ("event_id",), subject=_subject, seen_as=Tag.AUDIT_VIEW)


def _naming(event: Rows, ids: Any) -> ColumnElement[bool]:
    """Events that name one of these student ids: found by the indexes of the names, whatever else is asked."""
    asked = func.array(ids.scalar_subquery())
    one, several = AuditEventRow.__table__.alias(), AuditEventRow.__table__.alias()
    found = union_all(
        select(one.c.event_id).where(
            func.cardinality(one.c.students) == literal_column("1"),
            one.c.students[literal_column("1")] == func.any(asked),
        ),
        select(several.c.event_id).where(
            func.cardinality(several.c.students) > literal_column("1"), several.c.students.op("&&")(asked)
        ),
    )
    return event.c.event_id == func.any(func.array(found.scalar_subquery()))


def _names_of(student_id: ColumnElement[Any]) -> Any:
    """Every id that a child was ever called by: its own, and those merged into it."""
    student = StudentRow.__table__.alias()
    return select(student.c.student_id).where(student.c.current_id == student_id)


def _child(msix_id: Value) -> ColumnElement[Any]:
    student = StudentRow.__table__.alias()
    return select(student.c.current_id).where(student.c.msix_id == msix_id.bind()).scalar_subquery()


def _of_child(event: Rows, msix_id: Value) -> ColumnElement[bool]:
    event.extras[_NAMED] = _child(msix_id)
    return _naming(event, _names_of(event.extras[_NAMED]))


def _by_user(event: Rows, value: Value) -> ColumnElement[bool]:
    account = AccountRow.__table__.alias()
    accounts = select(account.c.account_id).where(text_matches(account.c.user_id, value))
    return event.c.account_id == func.any(func.array(accounts.scalar_subquery()))


def _tagged(event: Rows, value: Value) -> ColumnElement[bool]:
    tags = value.bind(ARRAY(Text()), lambda names: [TAGS[name].value for name in names])
    return event.c.tag == func.any(tags)


CHILD = Condition(_of_child)
USER = Condition(_by_user)
TAGGED = Condition(_tagged)


def _in_reach(event: Rows, parent: Rows | None, asking: Asking) -> ColumnElement[bool]:
    return event_is_in_reach(event.main, asking.grants, asking.state, event.extras.get(_NAMED))


def _is_own(event: Rows, parent: Rows | None, asking: Asking) -> ColumnElement[bool]:
    return event_is_own(event.main, asking.account_id)


def _of_student(event: Rows, student: Rows | None) -> ColumnElement[bool]:
    assert student is not None
    return _naming(event, _names_of(student.c.student_id).correlate(*student.from_._from_objects))


TRAIL = Connection(EVENTS, ascending=False, scope=_in_reach)
OWN_LOG = Connection(EVENTS, ascending=False, scope=_is_own)
ACCESS_LOG = Connection(EVENTS, _of_student, ascending=False)


def _is_named(student: Rows, event: Rows) -> ColumnElement[bool]:
    named = StudentRow.__table__.alias()
    survivors = select(named.c.current_id).where(named.c.student_id == func.any(event.c.students))
    return student.c.student_id.in_(survivors.correlate(*event.from_._from_objects))


def _is_told(student: Rows, event: Rows | None, asking: Asking) -> ColumnElement[bool] | None:
    assert event is not None
    viewer = {"state": asking.state, "account_id": asking.account_id}
    return student_of_event_is_in_reach(student.main, event.main, asking.grants, viewer)


STUDENTS_OF_EVENT = Relation(STUDENTS, _is_named, many=True, leaves=True, size=50, scope=_is_told)


def _name_of_account(event: Rows) -> ColumnElement[Any]:
    account = event.join(
        "account", AccountRow.__table__.alias, lambda c: c.account_id == event.c.account_id, outer=True
    )
    return account.name


TAG = Expression(lambda event: func.upper(func.translate(event.c.tag, literal_column("':'"), literal_column("'_'"))))
USER_NAME = Expression(_name_of_account)
ADDRESS = Expression(lambda event: func.host(event.c.address))
DETAIL = Expression(lambda event: cast(event.c.detail, Text))
RESULT_BYTES = Expression(lambda event: cast(event.c.result_bytes, Text))
EVENT_ID = Expression(lambda event: cast(event.c.event_id, Text))
