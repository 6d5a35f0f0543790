"""All rows of a small database in memory, and which of them are shown."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.store.engine import write_engine
from hub.tables import Base, DemographicsRow, StateRecordRow, StudentRow

R = TypeVar("R", bound=Base)
_TABLES: tuple[type[Base], ...] = tuple(mapper.class_ for mapper in Base.registry.mappers)


@dataclass(frozen=True)
class World:
    """The rows by table. `closed` are the students that are kept from whoever looks."""

    rows: dict[type[Base], list[Any]]
    closed: frozenset[int] = frozenset()
    _hanging: dict[type[Base], dict[int, list[Any]]] = field(default_factory=dict)
    _shown: dict[int, list[StateRecordRow]] = field(default_factory=dict)

    def without(self, closed: frozenset[int]) -> World:
        """The same rows, for somebody from whom these students are kept."""
        return World(self.rows, closed, self._hanging)

    def all(self, table: type[R], holds: Callable[[R], bool] = lambda row: True) -> list[R]:
        """The rows of a table for which something holds."""
        return [row for row in self.rows.get(table, ()) if holds(row)]

    def one(self, table: type[R], holds: Callable[[R], bool]) -> R | None:
        """The row of a table for which something holds, if there is one."""
        return next(iter(self.all(table, holds)), None)

    def shown_records(self, student_id: int) -> list[StateRecordRow]:
        """A student's active records, the one that speaks for it first."""
        if student_id not in self._shown:
            own = self.all(StateRecordRow, lambda r: r.student_id == student_id and self._is_shown(r))
            own.sort(key=lambda r: (r.state, r.state_record_id))
            own.sort(key=lambda r: (r.latest_activity, r.submitted_at), reverse=True)
            self._shown[student_id] = own
        return list(self._shown[student_id])

    def shown_record(self, record_id: int) -> StateRecordRow | None:
        return self.one(StateRecordRow, lambda r: r.state_record_id == record_id and self._is_shown(r))

    def _is_shown(self, record: StateRecordRow) -> bool:
        return record.status == "ACTIVE" and record.student_id not in self.closed

    def shown_students(self) -> list[StudentRow]:
        return self.all(StudentRow, lambda s: bool(self.shown_records(s.student_id)))

    def student_by_msix_id(self, msix_id: str) -> tuple[StudentRow, str | None] | None:
        """The student that an MSIX ID answers with, and the retired ID that it answers for."""
        asked = self.one(StudentRow, lambda s: s.msix_id == msix_id)
        found = asked and self.one(StudentRow, lambda s: s.student_id == asked.current_id)
        if found is None or asked is None or not self.shown_records(found.student_id):
            return None
        return found, asked.msix_id if asked is not found else None

    def hanging(self, table: type[R], records: list[StateRecordRow]) -> list[R]:
        """The rows of a table that hang on records."""
        if table not in self._hanging:
            index = self._hanging[table] = defaultdict(list)
            for row in self.rows.get(table, ()):
                index[row.state_record_id].append(row)
        return [row for record in records for row in self._hanging[table].get(record.state_record_id, [])]

    def demographics(self, record: StateRecordRow) -> DemographicsRow:
        (found,) = self.hanging(DemographicsRow, [record])
        return found


async def load(url: str) -> World:
    """Read every row of the database at `url`."""
    engine = write_engine(url)
    rows: dict[type[Base], list[Any]] = {}
    async with AsyncSession(engine, expire_on_commit=False) as session:
        for table in _TABLES:
            rows[table] = list((await session.scalars(select(table))).all())
        session.expunge_all()
    await engine.dispose()
    return World(rows)


NEVER = datetime.date.min


def newest_first(rows: list[R], by: Callable[[R], Any], key: Callable[[R], Any]) -> list[R]:
    """Rows in the order of a list: the newest first, those without a date last, equals by key."""
    dated = sorted((row for row in rows if by(row) is not None), key=key)
    dated.sort(key=by, reverse=True)
    return dated + sorted((row for row in rows if by(row) is None), key=key)
