"""Intake of a large file: records a second, peak memory, and the ratio to a bare COPY of the same rows.

`python -m tests.benchmarks.intake_memory [STUDENTS]` makes a gzipped file (50,000 students are 310 MiB unpacked), loads
it with `hub load` into a server of its own, and copies the rows that came of it into tables of the same shape.
"""

import asyncio
import gzip
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg

from hub.store import migrate
from hub.store.embedded import embedded_server
from tests.intake.build import header, student

TABLES = (
    "state_records",
    "alternate_ids",
    "demographics",
    "qualifying_moves",
    "enrollments",
    "courses",
    "assessments",
    "links",
)
SURNAMES = [
    "Reyes",
    "Bravo",
    "Orozco",
    "Muñoz",
    "Tapia",
    "Lara",
    "Meza",
    "Peña",
    "Vega",
    "Solís",
    "Nuñez",
    "Soto",
    "Ortiz",
    "Rivas",
]
WORDS = [
    "Oak",
    "Hollow",
    "Cedar",
    "Point",
    "Green",
    "Crossing",
    "Silver",
    "Ridge",
    "Stone",
    "Bend",
    "Elm",
    "Hill",
    "Rock",
    "Lake",
]


def main(students: int) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = folder / "large.jsonl.gz"
        unpacked = _make(path, students)
        with embedded_server(folder / "data") as url:
            migrate.upgrade(url)
            began = time.perf_counter()
            command = [sys.executable, "-m", "hub.cli", "load", str(path)]
            done = subprocess.run(command, env={**os.environ, "HUB_DATABASE_URL": url}, check=True, capture_output=True)
            took = time.perf_counter() - began
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            copied = asyncio.run(_bare_copy(url))
        print(done.stdout.decode().splitlines()[-1])
        print(f"{students:,} students, {unpacked / 2**20:,.0f} MiB unpacked, {path.stat().st_size / 2**20:,.0f} packed")
        print(f"intake {took:.1f} s, {students / took:,.0f} students/s, peak memory {peak:,.0f} MiB")
        print(f"bare COPY of the same rows {copied:.1f} s; intake takes {took / copied:.1f} times as long")


def _make(path: Path, students: int) -> int:
    dice = random.Random(7)
    unpacked = 0
    with gzip.open(path, "wb", compresslevel=3) as file:
        head = json.dumps(header(students)) + "\n"
        file.write(head.encode())
        for number in range(students):
            line = (json.dumps(_student(dice, number), ensure_ascii=False) + "\n").encode()
            unpacked += len(line)
            file.write(line)
    return unpacked


def _student(dice: random.Random, number: int) -> dict[str, object]:
    base = student()["enrollments"][0]
    enrollments = []
    for year in range(2020, 2025):
        place = f"{dice.choice(WORDS)} {dice.choice(WORDS)}"
        courses = [
            {**base["courses"][0], "title": f"Course {dice.randrange(400)}", "finalGrade": str(dice.randrange(50, 100))}
            for _ in range(2)
        ]
        enrollments.append(
            {
                **base,
                "enrollmentDate": f"{year}-08-{dice.randrange(10, 29)}",
                "withdrawalDate": f"{year + 1}-05-{dice.randrange(10, 29)}",
                "schoolName": f"{place} School",
                "schoolId": f"47000{dice.randrange(4000):07}",
                "address1": f"{dice.randrange(9999)} {place} Road",
                "city": place,
                "state": "TN",
                "zip": f"{dice.randrange(10**5):05}",
                "comment": f"{place} {dice.getrandbits(1600):x}",
                "courses": courses,
            }
        )
    return student(
        stateStudentId=f"B{number}",
        enrollments=enrollments,
        demographics__lastName1=dice.choice(SURNAMES),
        demographics__lastName2=f"{dice.choice(SURNAMES)}-{dice.choice(SURNAMES)}",
        assessments=[{"title": "State test", "administrationMonth": "2024-05", "score": str(dice.randrange(900))}] * 3,
    )


async def _bare_copy(url: str) -> float:
    """Seconds of COPY into empty tables with the same indexes, one table after the other."""
    connection = await asyncpg.connect(url)
    took = 0.0
    for table in TABLES:
        await connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        rows = io.BytesIO()
        await connection.copy_from_table(table, output=rows, format="binary")
        rows.seek(0)
        began = time.perf_counter()
        await connection.copy_to_table(f"bare_{table}", source=rows, format="binary")
        took += time.perf_counter() - began
    await connection.close()
    return took


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
