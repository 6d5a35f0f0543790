"""Many files at once end like the same files one after the other."""

import asyncio
import io
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from hub.intake import Outcome, Report, Sent, receive_all
from tests.intake.build import jsonl, student
from tests.intake.state import ACTOR, dump, send, value

pytestmark = pytest.mark.anyio


def _country() -> list[tuple[str, bytes]]:
    """Two states that know the same children, one of them twice, and a file that is refused between them."""
    children = [student(stateStudentId=f"S{number}", demographics__firstName=f"Ana{number}") for number in range(40)]
    changed = [student(stateStudentId=f"S{number}", demographics__firstName=f"Eva{number}") for number in range(20)]
    return [
        ("TN", jsonl(children, state="TN", sequence=1)),
        ("TX", jsonl(children, state="TX", sequence=1)),
        ("TX", b"no header"),
        ("TX", jsonl(changed, state="TX", sequence=2)),
        ("TX", jsonl(changed, state="TX", sequence=2)),
        ("TN", jsonl(changed, state="TN", sequence=2, mode="FULL")),
    ]


async def _all(url: str, files: Sequence[tuple[str, bytes]]) -> list[Report]:
    sent = [Sent(io.BytesIO(content), f"file {number}", state) for number, (state, content) in enumerate(files)]
    async with aclosing(receive_all(url, sent, actor=ACTOR)) as reports:
        return [report async for report in reports]


async def test_files_are_applied_in_their_order_and_reported_so(database_url: str, other_database_url: str) -> None:
    files = _country()
    together = await _all(database_url, files)
    alone = [await send(other_database_url, content, sender=state) for state, content in files]

    assert [report.file_name for report in together] == [f"file {number}" for number in (0, 1, 2, 3, 3, 5)]
    for one, other in zip(together, alone, strict=True):
        assert (one.outcome, one.created, one.updated, one.withdrawn) == (
            other.outcome,
            other.created,
            other.updated,
            other.withdrawn,
        )
    assert [report.outcome for report in together][2:5] == [Outcome.REFUSED, Outcome.ACCEPTED, Outcome.REPEATED]
    assert await dump(database_url) == await dump(other_database_url)


async def test_an_interrupted_upload_is_finished_after_the_file_before(database_url: str) -> None:
    files = _country()
    await _all(database_url, files[:2])
    back = "UPDATE uploads SET status = 'APPLYING' WHERE state = 'TX' RETURNING upload_id"
    interrupted = await value(database_url, back)

    together = await _all(database_url, [files[5], files[3]])

    assert together[1].resumed == interrupted
    assert [report.outcome for report in together] == [Outcome.ACCEPTED, Outcome.ACCEPTED]


async def test_whoever_stops_listening_leaves_no_state_held(database_url: str) -> None:
    files = _country()
    sent = [Sent(io.BytesIO(content), "file", state) for state, content in files[:2]]
    async with aclosing(receive_all(database_url, sent, actor=ACTOR)) as reports:
        await anext(reports)
    async with asyncio.timeout(20):
        again = await send(database_url, files[1][1], sender="TX")
    assert again.outcome is not Outcome.REFUSED
