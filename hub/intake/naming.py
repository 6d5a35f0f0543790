"""Whom a record means that was sent with an MSIX ID, and whether that student and the record agree."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

import asyncpg

from hub.intake.shapes import Draft
from hub.names import fold


class Named(NamedTuple):
    """What an MSIX ID names: the student it resolves to, and that student's own ID."""

    student_id: int
    survivor: str


class Person(NamedTuple):
    """What is compared of one record: birth date and folded surnames."""

    birth_date: datetime.date
    last_name1: str
    last_name2: str


People = dict[int, dict[Any, Person]]
"""Of each student that an MSIX ID of the chunk names: its ACTIVE records, by anything that tells them apart."""


def agreement(person: Person, people: dict[Any, Person]) -> list[str]:
    """The elements of `person` that agree with one record of the student; empty when they are not enough."""
    for other in people.values():
        surnames = {other.last_name1, other.last_name2} - {""}
        agreed = [
            name
            for name, surname in (("lastName1", person.last_name1), ("lastName2", person.last_name2))
            if surname in surnames
        ]
        if agreed and person.birth_date == other.birth_date:
            return ["birthDate", *agreed]
    return []


def person_of(student: Draft) -> Person:
    sent = student.demographics
    return Person(sent.birth_date, fold(sent.last_name1), fold(sent.last_name2))


async def named_students(connection: asyncpg.Connection, msix_ids: list[str | None]) -> tuple[dict[str, Named], People]:
    """Whom these MSIX IDs name, by ID, and the records of those students."""
    wanted = sorted({msix_id for msix_id in msix_ids if msix_id is not None})
    if not wanted:
        return {}, {}
    rows = await connection.fetch(_NAMED, wanted)
    named = {row["msix_id"]: Named(row["student_id"], row["survivor"]) for row in rows}
    people: People = {row["student_id"]: {} for row in rows}
    for row in rows:
        if row["state_record_id"] is not None:
            person = Person(row["birth_date"], row["last_name1_key"], row["last_name2_key"])
            people[row["student_id"]][row["state_record_id"]] = person
    return named, people


_NAMED = """
SELECT named.msix_id, current.student_id, current.msix_id AS survivor, state_record_id, birth_date, last_name1_key,
    last_name2_key
FROM students AS named
JOIN students AS current ON current.student_id = named.current_id
LEFT JOIN (state_records JOIN demographics USING (state_record_id))
    ON state_records.student_id = current.student_id AND state_records.status = 'ACTIVE'
WHERE named.msix_id = ANY($1::text[])
"""
