"""The viewer's watches. A watched child is shown while the viewer may see it; the watch itself always is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, literal_column, select

from hub.tables import StudentRow, WatchRow
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Condition, Connection, Expression, Relation, Rows, Source
from resolvers.sources.student import STUDENTS

WATCHES = Source("watches", WatchRow, ("watch_id",), owner=lambda rows: rows.c.account_id)


def _watched(student: Rows, watch: Rows) -> ColumnElement[bool]:
    named = StudentRow.__table__.alias()
    survivor = select(named.c.current_id).where(named.c.student_id == watch.c.student_id)
    watched: ColumnElement[bool] = (
        student.c.student_id == survivor.correlate(*watch.from_._from_objects).scalar_subquery()
    )
    return watched


def _kind(watch: Rows) -> ColumnElement[str]:
    search: ColumnElement[str] = literal_column("'SEARCH'")
    return case((watch.c.student_id.is_(None), search), else_=literal_column("'STUDENT'"))


def _of_kind(watch: Rows, value: Value) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = _kind(watch) == value.bind()
    return wanted


OWN_WATCHES = Connection(WATCHES, ascending=False)
STUDENT_OF_WATCH = Relation(STUDENTS, _watched)
KIND = Expression(_kind)
FILTER = Expression(lambda watch: watch.c.filter)
OF_KIND = Condition(_of_kind)
