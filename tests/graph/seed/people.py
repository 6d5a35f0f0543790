"""Students, state records and demographics. The named students are those that the readable tests speak of."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hub.names import fold

UTC = datetime.UTC
SURVIVOR, OTHER_SURVIVOR, TWO_OF_ONE_STATE, TIED_BY_STATE, TIED_BY_ID = 1, 2, 3, 4, 5
TWIN, OTHER_TWIN, LEAP_DAY, GRADUATE, BARE, DIFFERING = 6, 7, 8, 9, 10, 11
DELETED_ONLY, HIDDEN = 39, 40
STUDENTS = 40
RETIRED = {41: SURVIVOR, 42: SURVIVOR, 43: OTHER_SURVIVOR, 44: HIDDEN}
STATES = ("TN", "TX", "FL", "GA", "CA", "WA")

_SPECIAL: dict[int, list[tuple[str, str]]] = {
    SURVIVOR: [("TN", "ACTIVE"), ("TX", "ACTIVE"), ("FL", "ACTIVE")],
    OTHER_SURVIVOR: [("TX", "ACTIVE"), ("TN", "WITHDRAWN")],
    TWO_OF_ONE_STATE: [("TN", "ACTIVE"), ("TN", "ACTIVE"), ("FL", "ACTIVE")],
    TIED_BY_STATE: [("TX", "ACTIVE"), ("FL", "ACTIVE")],
    TIED_BY_ID: [("GA", "ACTIVE"), ("GA", "ACTIVE")],
    TWIN: [("TN", "ACTIVE"), ("TX", "ACTIVE")],
    OTHER_TWIN: [("TN", "ACTIVE"), ("TX", "ACTIVE")],
    LEAP_DAY: [("TN", "ACTIVE")],
    GRADUATE: [("TX", "ACTIVE"), ("TN", "ACTIVE")],
    BARE: [("TN", "ACTIVE")],
    DIFFERING: [("TN", "ACTIVE"), ("TX", "ACTIVE"), ("FL", "DELETED"), ("GA", "ACTIVE")],
    DELETED_ONLY: [("FL", "DELETED")],
    HIDDEN: [("TN", "WITHDRAWN"), ("TX", "DELETED")],
}
_FIRST = ("José", "Jose", "María-Elena", "Ana", "Luz", "Zoë", "Ángel", "D'Andre", "Gary", "Marisol")
_LAST = ("García", "Garcia", "Peña", "de la Cruz", "Núñez-Ortiz", "O'Neil", "Gar", "Lopez", "Zamora", "Garcés")
_MADE = datetime.datetime(2026, 1, 5, 6, 7, 8, tzinfo=UTC)
_SUBMITTED = tuple(_MADE + datetime.timedelta(days=day, microseconds=day * 125_000) for day in (-90, -30, -30, -2, 0))


def msix_id(student_id: int) -> str:
    """The MSIX ID of a seeded student."""
    return str(100_000_000_000 + student_id * 7919)


@dataclass
class Record:
    """One state record with what hangs on it, as rows."""

    row: dict[str, Any]
    demographics: dict[str, Any]
    alternates: list[dict[str, Any]] = field(default_factory=list)

    @property
    def number(self) -> int:
        found: int = self.row["state_record_id"]
        return found

    @property
    def student(self) -> int:
        found: int = self.row["student_id"]
        return found


def students() -> Iterator[dict[str, Any]]:
    """Survivors first: a retired ID refers to one."""
    for number in range(1, STUDENTS + 1):
        yield {"student_id": number, "msix_id": msix_id(number), "current_id": number, "retired_at": None}
    for number, survivor in RETIRED.items():
        yield {"student_id": number, "msix_id": msix_id(number), "current_id": survivor, "retired_at": _MADE}


def records(rng: Random) -> list[Record]:
    """About ninety records of the forty students that are not retired."""
    made: list[Record] = []
    for student in range(1, STUDENTS + 1):
        person = _person(rng, student)
        for state, status in _SPECIAL.get(student) or _random_records(rng):
            made.append(_record(rng, len(made) + 1, student, state, status, person))
    return made


def _random_records(rng: Random) -> list[tuple[str, str]]:
    count = rng.choice((1, 2, 2, 3, 4))
    return [(rng.choice(STATES), rng.choice(("ACTIVE",) * 6 + ("WITHDRAWN", "DELETED"))) for _ in range(count)]


def _record(rng: Random, number: int, student: int, state: str, status: str, person: dict[str, Any]) -> Record:
    known = rng.choice((None, msix_id(student), msix_id(42)))
    row = {
        "state_record_id": number,
        "student_id": student,
        "state": state,
        "state_student_id": "SHARED" if student == SURVIVOR else f"{state}-{number * 37:05}",
        "state_student_id_type": rng.choice(("STATE", "MEP")),
        "msix_id": None if student == BARE else known,
        "status": status,
        "upload_id": 1,
        "submitted_at": _SUBMITTED[4] if student in (TIED_BY_STATE, TIED_BY_ID) else rng.choice(_SUBMITTED),
        "warnings": rng.choice((0, 0, 3)),
        "content_hash": number.to_bytes(4, "big"),
        "updated_at": _MADE + datetime.timedelta(hours=rng.randrange(40), microseconds=rng.choice((0, 5, 120_000))),
    }
    alternates = [
        {"state_record_id": number, "position": place, "id": f"ALT-{number % 7}-{place}", "type": kind}
        for place, kind in enumerate(rng.sample(("STATE", "MEP", None), rng.choice((0, 0, 1, 2))))
    ]
    own = person if student in (BARE, TIED_BY_ID, LEAP_DAY) else _retold(rng, person)
    return Record(row, _demographics(number, own), [] if student == BARE else alternates)


def _person(rng: Random, student: int) -> dict[str, Any]:
    def maybe(*values: Any) -> Any:
        return rng.choice((None, *values))

    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    born = datetime.date(2003, 1, 1) + datetime.timedelta(days=rng.randrange(6500))
    person: dict[str, Any] = {
        "first_name": first,
        "middle_name": maybe(*_FIRST),
        "last_name1": last,
        "last_name2": maybe(*_LAST),
        "suffix": maybe("Jr"),
        "sex": maybe("FEMALE", "MALE", "OTHER"),
        "birth_date": born,
        "multiple_birth": maybe(True, False),
        "birth_date_verification": maybe("1003", "1004"),
        "birth_city": maybe("Reynosa", "Knoxville"),
        "birth_state": maybe("Tamaulipas", "TN"),
        "birth_country": maybe("MX", "US"),
        "parent1_first_name": maybe(*_FIRST),
        "parent1_last_name": maybe(*_LAST),
        "parent2_first_name": maybe(*_FIRST),
        "parent2_last_name": maybe(*_LAST),
        "parent1_email": maybe(f"secret{student}@family.example"),
        "parent1_phone": maybe("865 555 0100"),
        "parent2_email": maybe(f"hidden{student}@family.example"),
        "parent2_phone": maybe("865 555 0199"),
    }
    if student == BARE:
        return dict.fromkeys(person) | {"birth_date": born}
    return person | _SAID.get(student, {})


_TWINS = {"last_name1": "Peña", "last_name2": "Ruiz", "birth_date": datetime.date(2012, 5, 6), "multiple_birth": True}
_SAID: dict[int, dict[str, Any]] = {
    TWIN: {**_TWINS, "first_name": "Luz"},
    OTHER_TWIN: {**_TWINS, "first_name": "Lucía", "sex": "FEMALE"},
    LEAP_DAY: {"birth_date": datetime.date(2004, 2, 29)},
    GRADUATE: {"birth_date": datetime.date(2007, 7, 7)},
    SURVIVOR: {"parent1_email": "secret1@family.example", "last_name1": "García"},
}


def _retold(rng: Random, person: dict[str, Any]) -> dict[str, Any]:
    """The same child as another state spells it."""
    told = dict(person)
    for name in rng.sample(sorted(told), 4):
        if rng.random() < 0.5:
            continue
        if name == "birth_date":
            told[name] = person[name] + datetime.timedelta(days=rng.choice((0, 1, 30)))
        elif name == "multiple_birth":
            told[name] = rng.choice((None, True, False))
        elif name not in ("sex", "birth_country", "birth_date_verification"):
            told[name] = rng.choice((None, "Retold", rng.choice(_LAST)))
    return told


def _demographics(number: int, person: dict[str, Any]) -> dict[str, Any]:
    keys = {f"{name}_key": fold(person[name]) for name in ("first_name", "middle_name", "last_name1", "last_name2")}
    return {"state_record_id": number, **person, **keys}
