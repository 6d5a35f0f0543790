"""Whose data a statement shows: the ids of the students, for the audit row.

Rows that are somebody's data name their student. What is nested in them is the same student's, unless the way leads
through rows that are nobody's (an upload and its findings) or through a relation that may leave the student (a link's
record): there the selection is followed, and the rows found name their students too. A count names the first students
that it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, cast, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import array

from permissions.plan import Selected
from resolvers.compiler.page import Page, page_rows, selection_of_nodes
from resolvers.compiler.record import Compiler, tables_of
from resolvers.compiler.source import Connection, Relation, Rows

COUNTED_NAMED = 200
"""Students that a count names at most."""

_EMPTY = cast(array([]), ARRAY(BigInteger))
_NOBODY: ColumnElement[Any] = _EMPTY.label("students")


def students(queries: Sequence[Select[Any]]) -> ColumnElement[Any]:
    """The distinct students of several SELECTs of `student_id`, as one array."""
    if not queries:
        return _NOBODY
    rows = _together(queries).subquery("shown")
    gathered = select(func.array_agg(rows.c.student_id.distinct())).select_from(rows).scalar_subquery()
    return func.coalesce(gathered, _EMPTY).label("students")


def names_somebody(query: Select[Any]) -> bool:
    """Whether a statement may name a student at all."""
    return query.selected_columns["students"] is not _NOBODY


def subjects_of(
    compiler: Compiler, rows: Rows, selection: Sequence[Selected], *, within: bool = False
) -> list[Select[Any]]:
    """SELECTs of `student_id` for rows and what is selected in them; `within` rows are of a student named already."""
    found: list[Select[Any]] = []
    if rows.source.subject is not None and not within:
        found.append(_subjects(rows))
    deeper = _nested(compiler, rows, selection, within=within or rows.source.subject is not None)
    if deeper:
        inner = _together(deeper).lateral()
        query = rows.select([inner.c.student_id])
        found.append(query.select_from(rows.from_.join(inner, literal_column("true"))))
    return found


def _subjects(rows: Rows) -> Select[Any]:
    """The student of each row. A page of students has their ids already."""
    assert rows.source.subject is not None
    if rows.page is not None and rows.source.key == ("student_id",):
        return select(rows.page.c.k0.label("student_id")).where(*rows.conditions)
    return rows.select([rows.source.subject(rows).label("student_id")])


def counted(compiler: Compiler, root: Selected, spec: Connection) -> list[Select[Any]]:
    """The first students that a connection counts, wherever its page stands: a count tells about them."""
    if spec.source.subject is None or not any(_is_count(part) for part in root.only_children()):
        return []
    rows = page_rows(compiler, None, root, spec)
    return [rows.select([spec.source.subject(rows).label("student_id")]).limit(literal_column(str(COUNTED_NAMED)))]


def _is_count(part: Selected) -> bool:
    return part.field is not None and part.node.name.value == "totalCount"


def _nested(compiler: Compiler, parent: Rows, selection: Sequence[Selected], *, within: bool) -> list[Select[Any]]:
    found: list[Select[Any]] = []
    for field in selection:
        if field.denied is not None or field.declaration is None or field.children is None:
            continue
        descriptor = field.declaration.source
        if isinstance(descriptor, Relation):
            child, below = compiler.related(parent, field, descriptor), field.only_children()
        elif isinstance(descriptor, Connection):
            child, below = _paged(compiler, parent, field, descriptor), selection_of_nodes(field)
        else:
            continue
        same = within and child.source.subject is not None and not getattr(descriptor, "leaves", False)
        queries = subjects_of(compiler, child, below, within=same)
        found += [query.correlate(*tables_of(parent)) for query in queries]
    return found


def _paged(compiler: Compiler, parent: Rows, field: Selected, spec: Connection) -> Rows:
    """The rows of a nested connection that its page shows."""
    page = Page(compiler, parent, field, spec)
    keys = page.query().subquery(compiler.name("page"))
    rows = page.nested(keys)
    rows.conditions.append(page.shown(keys))
    return rows


def _together(queries: Sequence[Select[Any]]) -> Any:
    return queries[0] if len(queries) == 1 else union_all(*queries)
