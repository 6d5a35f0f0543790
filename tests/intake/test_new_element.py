"""A column with its facts is all that a new element needs to be accepted, checked and stored."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.intake.build import bundle, jsonl, saved, student
from tests.intake.state import rows

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("make", [jsonl, bundle])
async def test_a_new_column_with_facts_is_stored(database_url: str, tmp_path: Path, make: type) -> None:
    await rows(database_url, "ALTER TABLE enrollments ADD homeroom text")
    sent = student(enrollments__0__homeroom="12 B", enrollments__1__homeroom="123456")
    path = saved(tmp_path, make([sent]))
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.intake.new_element", database_url, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "ACCEPTED ['TEXT_TOO_LONG']", done.stderr
    assert await rows(database_url, "SELECT homeroom FROM enrollments ORDER BY position") == [("12 B",), ("12345",)]
