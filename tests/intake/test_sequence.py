"""Which file of a state may come: repeats do nothing, the past is refused, two at once take turns."""

import asyncio

import pytest

from hub.intake import Outcome
from tests.intake.build import bundle, gzipped, jsonl, members, student, tables, zipped
from tests.intake.state import codes, dump, rows, send, snapshot, value

pytestmark = pytest.mark.anyio


async def test_the_same_sequence_with_the_same_content_does_nothing(database_url: str) -> None:
    file = jsonl([student()], sequence=5)
    first = await send(database_url, file)
    before = await snapshot(database_url)
    again = await send(database_url, gzipped(file))
    assert (again.outcome, again.upload_id, again.created) == (Outcome.REPEATED, first.upload_id, 1)
    assert await snapshot(database_url) == before
    assert await value(database_url, "SELECT count(*) FROM uploads") == 1


async def test_an_earlier_upload_repeated_is_still_no_news(database_url: str) -> None:
    old = jsonl([student()], sequence=5)
    await send(database_url, old)
    await send(database_url, jsonl([student()], sequence=6))
    assert (await send(database_url, old)).outcome is Outcome.REPEATED


async def test_the_same_sequence_with_other_content_is_refused(database_url: str) -> None:
    await send(database_url, jsonl([student()], sequence=5))
    assert await codes(await send(database_url, jsonl([student(action="DELETE")], sequence=5))) == ["SEQUENCE_REUSED"]


async def test_the_other_encoding_is_other_content(database_url: str) -> None:
    await send(database_url, jsonl([student()], sequence=5))
    assert await codes(await send(database_url, bundle([student()], sequence=5))) == ["SEQUENCE_REUSED"]


async def test_a_bundle_packed_anew_is_the_same_content(database_url: str) -> None:
    files = members(tables([student()], sequence=5))
    await send(database_url, zipped(files))
    anew = zipped(dict(reversed(files.items())), 0)
    assert (await send(database_url, anew)).outcome is Outcome.REPEATED


async def test_a_sequence_below_the_last_accepted_is_refused(database_url: str) -> None:
    await send(database_url, jsonl([student()], sequence=5))
    assert await codes(await send(database_url, jsonl([student()], sequence=4))) == ["STALE_SEQUENCE"]
    other = await send(database_url, jsonl([student()], sequence=4, state="TX"))
    assert other.outcome is Outcome.ACCEPTED


async def test_a_refused_sequence_may_be_used_again(database_url: str) -> None:
    assert (await send(database_url, jsonl([student()], students=2))).refused
    assert (await send(database_url, jsonl([student()]))).outcome is Outcome.ACCEPTED


async def test_two_files_of_a_state_at_once_take_turns(database_url: str) -> None:
    file = jsonl([student(stateStudentId=f"S{number}") for number in range(300)])
    reports = await asyncio.gather(*(send(database_url, file) for _ in range(4)))
    assert sorted(report.outcome for report in reports) == ["ACCEPTED", "REPEATED", "REPEATED", "REPEATED"]
    assert await value(database_url, "SELECT count(*) FROM state_records") == 300


async def test_files_of_several_states_at_once_do_not_disturb_each_other(
    database_url: str, other_database_url: str
) -> None:
    files = [jsonl([student(stateStudentId=f"S{n}") for n in range(600)], state=state) for state in ("TN", "TX", "FL")]
    await asyncio.gather(*(send(database_url, file) for file in files))
    for file in files:
        await send(other_database_url, file)
    assert await dump(database_url, "upload_id") == await dump(other_database_url, "upload_id")


async def test_every_outcome_is_in_the_audit_trail(database_url: str) -> None:
    await send(database_url, jsonl([student()]))
    await send(database_url, jsonl([student()], students=9, sequence=2))
    trail = await rows(database_url, "SELECT tag, user_id, state, students FROM audit_events ORDER BY event_id")
    one = await value(database_url, "SELECT student_id FROM students")
    assert trail == [
        ("upload:accepted", "operator:test", "TN", []),
        ("upload:applied", "operator:test", "TN", [one]),
        ("upload:refused", "operator:test", "TN", []),
    ]
