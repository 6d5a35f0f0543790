"""What the hub is measured against second: Strawberry, aiodataloader and SQLAlchemy's ORM, as one usually writes it.

A resolver a field, a loader a relation, a session a query; no sign-in, no permissions, no audit.
"""

from __future__ import annotations

import datetime
import decimal
import os
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import async_sessionmaker
from strawberry.asgi import GraphQL
from strawberry.types import Info

from hub.store.engine import write_engine
from tests.benchmarks import orm_queries as queries
from tests.benchmarks.orm_queries import Loaders

sessions = async_sessionmaker(write_engine(os.environ["BENCH_DATABASE_URL"], size=16), expire_on_commit=False)
Context = dict[str, Loaders]


def loaders(info: Info[Context, None]) -> Loaders:
    return info.context["loaders"]


@strawberry.type
class StateRecord:
    state: str
    state_student_id: str
    submitted_at: datetime.datetime


@strawberry.type
class QualifyingMove:
    qualifying_arrival_date: datetime.date | None
    from_city: str | None
    from_state: str | None
    to_city: str | None
    to_state: str | None
    eligibility_end: datetime.date | None
    reported_by: str


@strawberry.type
class Course:
    title: str | None
    subject_area: str | None
    course_type: str | None
    academic_year_begin: int | None
    term_type: str | None
    clock_hours: decimal.Decimal | None
    grade_to_date: str | None
    credits_granted: decimal.Decimal | None
    final_grade: str | None

    @strawberry.field
    def partial_credit(self) -> bool:
        return self.clock_hours is not None and self.grade_to_date is not None and self.final_grade is None


@strawberry.type
class Enrollment:
    key: strawberry.Private[tuple[int, int]]
    enrollment_date: datetime.date | None
    withdrawal_date: datetime.date | None
    enrollment_type: str | None
    school_name: str | None
    grade_level: str | None
    reported_by: str

    @strawberry.field
    async def courses(self, info: Info[Context, None]) -> list[Course]:
        return [_of(Course, row) for row in await loaders(info).courses.load(self.key)]


@strawberry.type
class Assessment:
    title: str | None
    content: str | None
    administration_month: str | None
    score: str | None
    reported_by: str


@strawberry.type
class HealthAlert:
    kind: str
    reported_on: datetime.date | None
    reported_by: str


@strawberry.type
class Student:
    key: strawberry.Private[int]
    msix_id: str
    first_name: str | None
    middle_name: str | None
    last_name1: str | None
    last_name2: str | None
    sex: str | None
    birth_date: datetime.date

    @strawberry.field
    async def state_records(self, info: Info[Context, None]) -> list[StateRecord]:
        return [_of(StateRecord, row) for row in await loaders(info).state_records.load(self.key)]

    @strawberry.field
    async def qualifying_moves(self, info: Info[Context, None]) -> list[QualifyingMove]:
        return [_reported(QualifyingMove, found) for found in await loaders(info).moves.load(self.key)]

    @strawberry.field
    async def enrollments(self, info: Info[Context, None]) -> list[Enrollment]:
        found = await loaders(info).enrollments.load(self.key)
        return [_reported(Enrollment, each, key=(each[0].state_record_id, each[0].position)) for each in found]

    @strawberry.field
    async def assessments(self, info: Info[Context, None]) -> list[Assessment]:
        return [_reported(Assessment, found) for found in await loaders(info).assessments.load(self.key)]

    @strawberry.field
    async def health_alerts(self, info: Info[Context, None]) -> list[HealthAlert]:
        return [_reported(HealthAlert, found) for found in await loaders(info).alerts.load(self.key)]


def _of(type_: Any, row: Any, **others: Any) -> Any:
    names = [f.python_name for f in type_.__strawberry_definition__.fields if f.base_resolver is None]
    return type_(**{name: getattr(row, name) for name in names if name not in others}, **others)


def _reported(type_: Any, found: Any, **others: Any) -> Any:
    row, state = found
    return _of(type_, row, reported_by=state, **others)


def _student(found: Any) -> Student:
    student, header = found
    return _of(Student, header, key=student.student_id, msix_id=student.msix_id)  # type: ignore[no-any-return]


@strawberry.type
class StudentConnection:
    nodes: list[Student]


@strawberry.input
class NameFilter:
    prefix: str


@strawberry.input
class DateFilter:
    from_: datetime.date = strawberry.field(name="from")
    to: datetime.date


@strawberry.input
class StudentFilter:
    last_name: NameFilter
    birth_date: DateFilter


@strawberry.enum
class StudentOrderField(Enum):
    NAME = "NAME"


@strawberry.enum
class OrderDirection(Enum):
    ASC = "ASC"


@strawberry.input
class StudentOrder:
    field: StudentOrderField
    direction: OrderDirection


@strawberry.type
class Query:
    @strawberry.field
    async def student(self, msix_id: str) -> Student | None:
        async with sessions() as session:
            found = (await session.execute(queries.by_msix_id(msix_id))).one_or_none()
        return None if found is None else _student(found)

    @strawberry.field
    async def students(
        self,
        first: int,
        order_by: StudentOrder,
        filter: StudentFilter | None = None,
        after: str | None = None,
    ) -> StudentConnection:
        query = queries.by_name(first, after)
        if filter is not None:
            born = filter.birth_date
            query = queries.matching(query, filter.last_name.prefix, born.from_, born.to)
        async with sessions() as session:
            found = (await session.execute(query)).all()
        return StudentConnection(nodes=[_student(each) for each in found])


class _App(GraphQL[Context, None]):
    async def get_context(self, request: Any, response: Any) -> Context:
        return {"loaders": Loaders(sessions)}


app = _App(strawberry.Schema(query=Query), graphql_ide=None)
