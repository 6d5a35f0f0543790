"""Children of TN and TX made by uploads, and people who merge, split and decide about them over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from hub.intake.report import Outcome
from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, Answer, Hub
from tests.intake.build import jsonl, student
from tests.intake.state import send

ITEM = "id kind status state level dueAt version decision records { side stateRecord { state stateStudentId } }"
MERGE = (
    "mutation M($input: InitiateMergeInput!) { initiateMerge(input: $input)"
    " { request { id kind status waitingFor duplicates msixId items { id state } } errors { code field message } } }"
)
SPLIT = (
    "mutation S($input: InitiateSplitInput!) { initiateSplit(input: $input)"
    " { request { id status waitingFor stateRecords { stateStudentId } } errors { code field message } } }"
)
RESOLVE = (
    "mutation R($input: ResolveWorklistItemInput!) { resolveWorklistItem(input: $input)"
    f" {{ item {{ {ITEM} }} errors {{ code field message }} }} }}"
)
STUDENT = (
    "query Q($id: String!) { student(msixId: $id)"
    " { msixId answeredFor retiredIds version states stateRecords { id state stateStudentId } } }"
)


_NAMES = ("Abel", "Bruno", "Carla", "Dario", "Elena", "Fabio", "Gilda", "Hugo", "Irene", "Jorge", "Karla", "Leonel")
_SURNAMES = ("Zamora", "Ybarra", "Xicay", "Villalobos", "Urrutia", "Tovar", "Sandoval", "Quiroga", "Paredes", "Orozco")


async def upload(url: str, state: str, sequence: int, students: Sequence[Mapping[str, Any]]) -> None:
    """One accepted file of a state."""
    report = await send(url, jsonl([dict(each) for each in students], state=state, sequence=sequence), sender=state)
    assert report.outcome is Outcome.ACCEPTED


def child(number: int, **changes: Any) -> dict[str, Any]:
    """A student who is like no other: names, birth date and parents are of the number."""
    given = {
        "stateStudentId": f"S{number}",
        "demographics__firstName": _NAMES[number % len(_NAMES)],
        "demographics__lastName1": _SURNAMES[number % len(_SURNAMES)],
        "demographics__lastName2": _SURNAMES[(number * 5 + 3) % len(_SURNAMES)],
        "demographics__birthDate": f"20{8 + number % 8:02}-{1 + number % 12:02}-{1 + (number * 7) % 28:02}",
        "demographics__birthCity": f"City {number}",
    }
    return student(**{**given, **changes})


async def msix_of(url: str, state: str, state_student_id: str) -> str:
    """The MSIX ID that a state's record answers with now."""
    found: str = await value(
        url,
        "SELECT students.msix_id FROM students JOIN state_records USING (student_id) "
        "WHERE state = $1 AND state_student_id = $2",
        state,
        state_student_id,
    )
    return found


async def value(url: str, query: str, *arguments: Any) -> Any:
    """One value from the database, read as its owner."""
    (row,) = await rows(url, query, *arguments)
    return row[0]


async def rows(url: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
    """Rows from the database, read as its owner."""
    connection = await connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(query, *arguments)
        return found
    finally:
        await connection.close()


async def merge(hub: Hub, survivor: str, *duplicates: str, by: str, **more: Any) -> Any:
    """The payload of `initiateMerge`."""
    given = {"survivor": survivor, "duplicates": list(duplicates), "reason": "The same child", **more}
    return payload(await hub.ask(MERGE, {"input": given}, by=by))


async def split(hub: Hub, msix_id: str, records: Sequence[str], *, by: str, **more: Any) -> Any:
    """The payload of `initiateSplit`."""
    given = {"student": msix_id, "stateRecords": list(records), "reason": "Two children", **more}
    return payload(await hub.ask(SPLIT, {"input": given}, by=by))


async def resolve(hub: Hub, item: str, decision: str, *, by: str, **more: Any) -> Any:
    """The payload of `resolveWorklistItem`."""
    return payload(
        await hub.ask(RESOLVE, {"input": {"item": item, "decision": decision, "reason": "Looked at", **more}}, by=by)
    )


def payload(answer: Answer) -> Any:
    """The only root field of an answer without errors of the request."""
    assert answer.errors == [], answer.errors
    (found,) = answer.data.values()
    return found


def codes(found: Any) -> list[str]:
    """The codes of a payload's refusals."""
    return [error["code"] for error in found["errors"]]


async def worklist(hub: Hub, by: str, **filter_: Any) -> list[dict[str, Any]]:
    """The open items of whoever decides."""
    query = f"query W($filter: WorklistFilter) {{ worklist(filter: $filter) {{ nodes {{ {ITEM} }} }} }}"
    answer = await hub.ask(query, {"filter": {"status": ["OPEN"], **filter_}}, by=by)
    found: list[dict[str, Any]] = payload(answer)["nodes"]
    return found


async def record_ids(hub: Hub, msix_id: str, by: str = DATA_ADMIN) -> dict[str, str]:
    """The ids of a student's state records, by state student id."""
    answer = await hub.ask(STUDENT, {"id": msix_id}, by=by)
    return {record["stateStudentId"]: record["id"] for record in answer.data["student"]["stateRecords"]}
