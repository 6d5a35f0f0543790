"""Giving out IDs: each once, whatever is drawn."""

import asyncpg
import pytest

from hub.identity import issue_students, links
from hub.identity.msix_id import is_valid

pytestmark = pytest.mark.anyio


async def test_each_student_gets_an_id_of_its_own_and_answers_with_itself(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    issued = await issue_students(connection, 300)
    rows = await connection.fetch("SELECT student_id, msix_id, current_id, retired_at FROM students")
    await connection.close()
    assert sorted(issued) == sorted(row["student_id"] for row in rows)
    assert len(issued) == 300
    assert all(is_valid(row["msix_id"]) and row["current_id"] == row["student_id"] for row in rows)
    assert all(row["retired_at"] is None for row in rows)


async def test_an_id_that_was_given_out_is_never_given_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["000000000000", "000000000000", "000000000000", "000000000013"])
    monkeypatch.setattr(links, "draw", lambda: next(drawn))
    connection = await asyncpg.connect(database_url)
    await issue_students(connection, 1)
    await issue_students(connection, 2 - 1)
    ids = {row["msix_id"] for row in await connection.fetch("SELECT msix_id FROM students")}
    await connection.close()
    assert ids == {"000000000000", "000000000013"}
