"""A load that is killed anywhere and sent again ends as if it had run once."""

import asyncio
import signal
from pathlib import Path

import asyncpg
import pytest

from hub.intake import Outcome
from tests.commands.run import start
from tests.intake.build import bundle, jsonl, saved, student
from tests.intake.state import dump, rows, send, value

pytestmark = pytest.mark.anyio

STUDENTS = 1500
STAGING = "SELECT EXISTS (SELECT FROM staged_students)"
STAGING_ROWS = "SELECT EXISTS (SELECT FROM staged_rows)"
APPLYING = "SELECT EXISTS (SELECT FROM uploads WHERE status = 'APPLYING' AND applied_line > 200)"
ENV = {"HUB_UPLOAD_CHUNK_STUDENTS": "100"}


def _students(first: str = "Ana") -> list[dict[str, object]]:
    known = [student(stateStudentId=f"S{number}", demographics__firstName=first) for number in range(STUDENTS)]
    known[3]["nickname"] = "x"
    known[700]["msixId"] = "123456789012"
    return [*known, student(stateStudentId="S0"), student(stateStudentId="D1", action="DELETE")]


async def _killed_when(url: str, path: Path, condition: str) -> None:
    """Run `hub load` on the file and kill it as soon as the condition holds in the database."""
    connection = await asyncpg.connect(url)
    process = start("load", path, out=path.with_suffix(".out"), HUB_DATABASE_URL=url, **ENV)
    try:
        while not await connection.fetchval(condition):
            assert process.poll() is None, "the load ended before it could be killed"
            await asyncio.sleep(0.002)
        process.kill()
        assert process.wait(30) == -signal.SIGKILL
    finally:
        process.kill()
        await connection.close()


@pytest.mark.parametrize(
    ("condition", "zipped"),
    [(STAGING, False), (APPLYING, False), (STAGING_ROWS, True), (APPLYING, True)],
    ids=["jsonl-staging", "jsonl-applying", "csv-staging", "csv-applying"],
)
async def test_a_killed_load_that_is_sent_again_ends_the_same(
    database_url: str, other_database_url: str, tmp_path: Path, condition: str, zipped: bool
) -> None:
    make = bundle if zipped else jsonl
    before = jsonl([student(stateStudentId=f"S{number}") for number in range(0, STUDENTS + 50, 7)])
    file = make(_students(), sequence=2, mode="FULL")
    path = saved(tmp_path, file)
    await send(database_url, before)
    await send(other_database_url, before)

    await _killed_when(database_url, path, condition)
    again = await send(database_url, file)
    once = await send(other_database_url, file)

    applying = condition == APPLYING
    assert again.outcome is (Outcome.REPEATED if applying else Outcome.ACCEPTED)
    assert (again.resumed == again.upload_id) is applying
    assert again.codes == once.codes
    for count in ("students", "created", "updated", "unchanged", "rejected", "deleted", "withdrawn"):
        assert getattr(again, count) == getattr(once, count)
    assert await dump(database_url) == await dump(other_database_url)
    assert await value(database_url, "SELECT count(*) FROM staged_students") == 0
    assert await value(database_url, "SELECT count(*) FROM staged_rows") == 0
    ended = ["ACCEPTED", "ACCEPTED"] if applying else ["ACCEPTED", "ABANDONED", "ACCEPTED"]
    assert await rows(database_url, "SELECT status FROM uploads ORDER BY upload_id") == [(each,) for each in ended]


async def test_the_next_file_of_the_state_finishes_a_killed_one_first(
    database_url: str, other_database_url: str, tmp_path: Path
) -> None:
    killed, following = jsonl(_students()), jsonl([student(stateStudentId="S9")], sequence=2)
    await _killed_when(database_url, saved(tmp_path, killed), APPLYING)
    report = await send(database_url, following)
    assert (report.outcome, report.updated, report.resumed is not None) == (Outcome.ACCEPTED, 1, True)
    await send(other_database_url, killed)
    await send(other_database_url, following)
    assert await dump(database_url) == await dump(other_database_url)
