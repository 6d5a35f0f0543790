"""Loads a file with a hub whose enrollments have one element more: `python -m tests.intake.new_element URL FILE`."""

import asyncio
import sys
from pathlib import Path

from hub.tables.enrollment import EnrollmentRow
from hub.tables.mde import Kind, mde

# Before intake is imported, as the line would stand in the table's file.
EnrollmentRow.homeroom = mde(Kind.TEXT, "Homeroom of the child.", longest=5)


async def load(url: str, path: Path) -> None:
    from hub.intake import receive
    from tests.intake.state import ACTOR, codes

    report = await receive(url, path, file_name=path.name, sender=None, actor=ACTOR)
    sys.stdout.write(f"{report.outcome} {await codes(report)}")


if __name__ == "__main__":
    asyncio.run(load(sys.argv[1], Path(sys.argv[2])))
