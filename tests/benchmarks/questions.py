"""The three questions that everything is measured by, with the arguments they are asked with, drawn from the data."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from hub.store.engine import connect

RECORD = """
query Record($msixId: String!) {
  student(msixId: $msixId) {
    msixId firstName middleName lastName1 lastName2 sex birthDate
    stateRecords { state stateStudentId submittedAt }
    qualifyingMoves { qualifyingArrivalDate fromCity fromState toCity toState eligibilityEnd reportedBy }
    enrollments {
      enrollmentDate withdrawalDate enrollmentType schoolName gradeLevel reportedBy
      courses {
        title subjectArea courseType academicYearBegin termType clockHours gradeToDate creditsGranted finalGrade
        partialCredit
      }
    }
    assessments { title content administrationMonth score reportedBy }
    healthAlerts { kind reportedOn reportedBy }
  }
}
"""
PAGE = """
query Page($after: String) {
  students(first: 50, after: $after, orderBy: {field: NAME, direction: ASC}) {
    nodes {
      msixId firstName lastName1 birthDate
      enrollments {
        enrollmentDate withdrawalDate schoolName gradeLevel reportedBy
        courses { title subjectArea courseType creditsGranted finalGrade }
      }
      assessments { title administrationMonth score reportedBy }
    }
  }
}
"""
SEARCH = """
query Search($prefix: String!, $from: Date!, $to: Date!) {
  students(
    first: 50
    filter: {lastName: {prefix: $prefix}, birthDate: {from: $from, to: $to}}
    orderBy: {field: NAME, direction: ASC}
  ) {
    nodes { msixId firstName middleName lastName1 lastName2 sex birthDate }
  }
}
"""
ARGUMENTS = 200
"""Different sets of arguments a question, asked in turn, so that nothing is answered from one row's caches."""
SEARCH_DAYS = 730
"""How far apart the birth dates of a search are."""


@dataclass(frozen=True)
class Question:
    """One question: its document and the sets of variables it is asked with."""

    name: str
    title: str
    document: str
    variables: tuple[dict[str, Any], ...]

    @property
    def bodies(self) -> list[bytes]:
        """The request bodies, one a set of variables. Compact, as clients send documents."""
        document = " ".join(self.document.split())
        return [orjson.dumps({"query": document, "variables": variables}) for variables in self.variables]


async def questions(url: str, *, matches_as_of: int | None = None) -> list[Question]:
    """The three questions with arguments from the database at `url`; the same database gives the same arguments.

    A search finds more the more students there are. `matches_as_of` adds a fourth question, the same search with birth
    dates so much closer together that it finds as many as it would among that number of students.
    """
    connection = await connect(url)
    try:
        msix_ids = [row["msix_id"] for row in await connection.fetch(_MSIX_IDS)]
        names = [tuple(row) for row in await connection.fetch(_NAMES)]
    finally:
        await connection.close()
    dice = random.Random(1)
    students = [{"msixId": msix_id} for msix_id in dice.sample(msix_ids, min(ARGUMENTS, len(msix_ids)))]
    pages = [{"after": cursor(*name)} for name in dice.sample(names, min(ARGUMENTS, len(names)))]
    searched = [last for last, _, _ in dice.sample(names, min(ARGUMENTS, len(names)))]
    asked = [
        Question("record", "one nested record", RECORD, tuple(students)),
        Question("page", "page of 50 nested", PAGE, tuple(pages)),
        Question("search", "flat search", SEARCH, tuple(_search(dice, last, SEARCH_DAYS) for last in searched)),
    ]
    if matches_as_of is not None:
        days = SEARCH_DAYS * matches_as_of // len(names)
        closer = tuple(_search(dice, last, days) for last in searched)
        asked.append(Question("closer", "flat search, as many matches", SEARCH, closer))
    return asked


def cursor(last_name: str, first_name: str, student_id: int) -> str:
    """The hub's cursor of a place in the order by name."""
    place = ["Query.students NAME", last_name, first_name, student_id]
    return base64.b64encode(json.dumps(place, ensure_ascii=False).encode()).decode()


def place_of(cursor: str) -> tuple[str, str, int]:
    """What a cursor by name says: last name, first name (folded), student id."""
    _, last_name, first_name, student_id = orjson.loads(base64.b64decode(cursor))
    return last_name, first_name, student_id


def _search(dice: random.Random, last_name: str, days: int) -> dict[str, Any]:
    born = date(2006, 1, 1) + timedelta(days=dice.randrange(14 * 365))
    return {"prefix": last_name[:3], "from": born.isoformat(), "to": (born + timedelta(days=days - 1)).isoformat()}


_MSIX_IDS = "SELECT msix_id FROM students WHERE current_id = student_id ORDER BY msix_id"
_NAMES = """
SELECT DISTINCT ON (record.student_id) last_name1_key, first_name_key, record.student_id
FROM state_records AS record JOIN demographics USING (state_record_id)
WHERE status = 'ACTIVE' ORDER BY record.student_id, latest_activity DESC, submitted_at DESC, state
"""
