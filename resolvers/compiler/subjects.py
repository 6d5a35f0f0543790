"""Whose data a statement shows: the ids of the students, for the audit row.

Rows that are somebody's data name their student themselves. Where the rows are nobody's data (an upload), what is
nested in them may be (its findings), so the selection is followed until it enters student data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, cast, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import array

from permissions.plan import Selected
from resolvers.compiler.page import page_rows, selection_of_nodes
from resolvers.compiler.record import Compiler, tables_of
from resolvers.compiler.source import Connection, Relation, Rows

_NOBODY = cast(array([]), ARRAY(BigInteger))


def students(queries: Sequence[Select[Any]]) -> ColumnElement[Any]:
    """The distinct students of several SELECTs of `student_id`, as one array."""
    if not queries:
        return _NOBODY.label("students")
    rows = _together(queries).subquery("shown")
    gathered = select(func.array_agg(rows.c.student_id.distinct())).select_from(rows).scalar_subquery()
    return func.coalesce(gathered, _NOBODY).label("students")


def subjects_of(compiler: Compiler, rows: Rows, selection: Sequence[Selected]) -> list[Select[Any]]:
    """SELECTs of `student_id` for rows and what is selected in them."""
    if rows.source.subject is not None:
        return [rows.select([rows.source.subject(rows).label("student_id")])]
    deeper = _nested(compiler, rows, selection)
    if not deeper:
        return []
    inner = _together(deeper).lateral()
    query = rows.select([inner.c.student_id])
    return [query.select_from(rows.from_.join(inner, literal_column("true")))]


def _nested(compiler: Compiler, parent: Rows, selection: Sequence[Selected]) -> list[Select[Any]]:
    found: list[Select[Any]] = []
    for field in selection:
        if field.denied is not None or field.declaration is None or field.children is None:
            continue
        descriptor = field.declaration.source
        if isinstance(descriptor, Relation):
            child, below = compiler.related(parent, field, descriptor), field.only_children()
        elif isinstance(descriptor, Connection):
            child, below = page_rows(compiler, parent, field, descriptor), selection_of_nodes(field)
        else:
            continue
        found += [query.correlate(*tables_of(parent)) for query in subjects_of(compiler, child, below)]
    return found


def _together(queries: Sequence[Select[Any]]) -> Any:
    return queries[0] if len(queries) == 1 else union_all(*queries)
