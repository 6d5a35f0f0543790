"""Children of states that upload on days of the test's choosing, the worker's turns, and the clocks that are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub import clock
from hub.intake.report import Outcome
from hub.jobs import Work
from hub.store.engine import read_pool
from hub.tables.web_role import WEB_ROLE
from hub.worker import jobs
from tests.http.hub import DATA_ADMIN, Hub, cheap_settings
from tests.identity.country import child, rows
from tests.intake.build import jsonl
from tests.intake.state import send

CLOCK = "kind state districtId startAt dueAt metAt overdue status stateRecord { state stateStudentId }"
OF_STUDENT = (
    "query Q($id: String!, $filter: ClockFilter)"
    f" {{ student(msixId: $id) {{ clocks(filter: $filter) {{ {CLOCK} }} }} }}"
)
ALL = f"query A($filter: ClockFilter) {{ clocks(filter: $filter) {{ totalCount nodes {{ {CLOCK} }} }} }}"


def at(moment: str) -> datetime:
    """A moment such as `2026-11-20` or `2026-11-20T08:00`, in UTC."""
    return datetime.fromisoformat(f"{moment}+00:00" if "T" in moment else f"{moment}T00:00+00:00")


def kid(number: int = 1, *, moves: Any = (), enrollments: Any = (), **changes: Any) -> dict[str, Any]:
    """A child like no other with these moves (arrival, to state) and enrollments (first day, last day, more)."""
    return child(
        number,
        qualifyingMoves=[
            {"qualifyingArrivalDate": day, "fromState": "FL", **({"toState": to} if to else {})} for day, to in moves
        ]
        or [{"fromState": "FL"}],
        enrollments=[
            {
                "enrollmentDate": first,
                **({"withdrawalDate": last} if last else {}),
                "enrollmentType": "BASIC",
                "medicalAlert": "NONE",
                "immunizationRecord": True,
                **more,
            }
            for first, last, more in ((*each, {})[:3] for each in enrollments)
        ],
        assessments=[],
        **changes,
    )


_sequences: dict[tuple[str, str], int] = {}


async def sends(hub: Hub, state: str, moment: str, *students: Mapping[str, Any], mode: str = "INCREMENTAL") -> None:
    """A state's next file, submitted then."""
    sequence = _sequences[hub.url, state] = _sequences.get((hub.url, state), 0) + 1
    content = jsonl(
        [dict(each) for each in students],
        state=state,
        sequence=sequence,
        submittedAt=at(moment).isoformat().replace("+00:00", "Z"),
        mode=mode,
    )
    report = await send(hub.url, content, sender=state)
    assert report.outcome is Outcome.ACCEPTED and not report.rejected, report


async def turn(hub: Hub, moment: str, name: str = "clocks") -> None:
    """One turn of the worker's job then, with the rights that it has."""
    (job,) = [job for job in jobs(cheap_settings()) if job.name == name]
    pool = await read_pool(hub.url, 2, role=WEB_ROLE)
    try:
        with clock.frozen(at(moment)):
            await job.run(Work(hub.url, pool, cheap_settings(), asyncio.Event()))
    finally:
        await pool.close()


async def clocks_of(
    hub: Hub, msix_id: str, now: str, *kinds: str, by: str = DATA_ADMIN, **filter_: Any
) -> list[dict[str, Any]]:
    """The clocks of a child as they are shown at a moment."""
    given = {**({"kind": list(kinds)} if kinds else {}), **filter_}
    found: list[dict[str, Any]] = (await asked(hub, now, OF_STUDENT, {"id": msix_id, "filter": given}, by))["student"][
        "clocks"
    ]
    return found


async def asked(hub: Hub, now: str, query: str, variables: Mapping[str, Any], by: str) -> Any:
    """The answer at a moment to somebody who signs in then, with nothing to do first."""
    with clock.frozen(at(now)):
        await rows(hub.url, _STANDING, at(now))
        answer = await Hub(hub.app, hub.http, hub.url).ask(query, variables, by=by)
    assert answer.errors == [], answer.errors
    return answer.data


_STANDING = """
UPDATE accounts SET password_changed_at = $1, rules_agreed_at = $1, trained_at = $1, refreshed_at = NULL
WHERE trained_at IS NOT NULL RETURNING account_id
"""


async def all_clocks(hub: Hub, now: str, by: str = DATA_ADMIN, **filter_: Any) -> Any:
    """The page of clocks as it is shown at a moment."""
    return (await asked(hub, now, ALL, {"filter": filter_}, by))["clocks"]


def told(found: Mapping[str, Any]) -> tuple[str, str, str | None, str]:
    """A clock's start, due and met moments without their zone, and its status."""
    short = (
        None if found[name] is None else found[name].replace("+00:00", "") for name in ("startAt", "dueAt", "metAt")
    )
    start, due, met = short
    assert start is not None and due is not None
    assert found["overdue"] is (found["status"] == "OVERDUE")
    return start, due, met, found["status"]
