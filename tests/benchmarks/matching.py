"""`matching`: one state's new file against an index of 20,000 and of 2 million students.

The index is filled by COPY with children whose names are as frequent as the model says: students, state records, their
versions and keys, which is all that matching looks at. Then the same 5,000 records go through `hub load`: half of them
are of children that the index holds, as another state writes them down.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import random
import shutil
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hub.matching import content_of, keys_of, version_of
from hub.matching.model import default_model
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from hub.tables.mde import element_name
from tests.benchmarks.data import HUB
from tests.benchmarks.intake import load
from tests.benchmarks.report import keep, say, table

SENT = 5_000
STEP = 10_000
CITIES = [f"{one}{other}" for one in ("San ", "Santa ", "Villa ", "Puebla ", "El ") for other in "ABCDEFGHIJKLMNOPQRST"]
STATE, SENDER = "TX", "OH"


def matching(*, quick: bool) -> None:
    """Records a second and peak memory of `hub load` by the size of the index, and the ratio of the two."""
    sizes = (500, 5_000) if quick else (20_000, 2_000_000)
    sent = 500 if quick else SENT
    folder = HUB / "bench-matching"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = _file(folder, sent, sizes[0])
    measured = [(size, *_measured(folder / str(size), size, file)) for size in sizes]
    rows = [(f"{size:,} students indexed", seconds, sent / seconds, peak / 1024) for size, seconds, peak in measured]
    table(f"matching: {sent:,} records, half of them of known children", ("index", "s", "records/s", "peak MB"), rows)
    ratio = measured[1][1] / measured[0][1]
    say(f"against the large index it takes {ratio:.2f} times as long")
    keep(
        "matching",
        {str(size): {"seconds": round(seconds, 2), "peak_kib": peak} for size, seconds, peak in measured}
        | {"ratio": round(ratio, 2)},
    )
    shutil.rmtree(folder)


def _measured(folder: Path, size: int, file: Path) -> tuple[float, int]:
    with embedded_server(folder, durable=False) as url:
        migrate.upgrade(url)
        say(f"filling an index of {size:,} students")
        asyncio.run(_fill(url, size))
    with embedded_server(folder) as url:
        return load(url, file)


def _child(number: int) -> dict[str, Any]:
    """The demographics of the child of this number, as its own state sends them."""
    draw = random.Random(number)
    given, surnames = _names()
    first, middle, father, mother = _drawn(draw, given, 4)
    paternal, maternal = _drawn(draw, surnames, 2)
    return {
        "first_name": first,
        "middle_name": middle if draw.random() < 0.3 else None,
        "last_name1": paternal,
        "last_name2": maternal if draw.random() < 0.7 else None,
        "sex": draw.choice(("FEMALE", "MALE")),
        "birth_date": datetime.date(2006, 1, 1) + datetime.timedelta(days=draw.randrange(6_500)),
        "multiple_birth": None,
        "birth_city": draw.choice(CITIES),
        "birth_state": None,
        "birth_country": "MX",
        "parent1_first_name": father,
        "parent1_last_name": paternal,
        "parent2_first_name": mother,
        "parent2_last_name": maternal,
    }


def _drawn(draw: random.Random, names: tuple[list[str], list[int]], count: int) -> list[str]:
    return draw.choices(names[0], cum_weights=names[1], k=count)


@cache
def _names() -> tuple[tuple[list[str], list[int]], tuple[list[str], list[int]]]:
    model = default_model()
    return (
        (list(model.given), list(accumulate(model.given.values()))),
        (list(model.surnames), list(accumulate(model.surnames.values()))),
    )


def _file(folder: Path, sent: int, known: int) -> Path:
    """Every second child is one of the first `known`, the others are nobody's yet."""
    path = folder / f"{SENDER}-0001.jsonl"
    header = {"format": "mde-upload/1", "state": SENDER, "submittedAt": "2026-11-20T02:00:00Z", "sequence": 1}
    with path.open("w") as file:
        file.write(json.dumps(header | {"mode": "INCREMENTAL", "students": sent}) + "\n")
        for place in range(sent):
            child = _child(place % known if place % 2 else 10**9 + place)
            who = {element_name(name): value for name, value in child.items() if value is not None}
            line = {
                "action": "UPSERT",
                "stateStudentId": f"O{place}",
                "stateStudentIdType": "STATE",
                "demographics": who | {"birthDate": child["birth_date"].isoformat()},
                "qualifyingMoves": [{"qualifyingArrivalDate": "2026-08-20", "fromCountry": "MX", "toState": SENDER}],
            }
            file.write(json.dumps(line) + "\n")
    return path


async def _fill(url: str, size: int) -> None:
    connection = await connect(url)
    try:
        await connection.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'")
        upload = await connection.fetchval(_UPLOAD)
        await connection.execute("ALTER TABLE match_keys DROP CONSTRAINT pk_match_keys")
        steps = [(url, begin, min(begin + STEP, size)) for begin in range(0, size, STEP)]
        with ProcessPoolExecutor(2) as pool:
            filled = asyncio.gather(*(asyncio.get_running_loop().run_in_executor(pool, _copy, *step) for step in steps))
            await connection.execute(_STUDENTS, size)
            await connection.execute(_RECORDS, size, STATE, upload)
            await filled
        await connection.execute(
            "ALTER TABLE match_keys ADD CONSTRAINT pk_match_keys PRIMARY KEY (key, state_record_id)"
        )
        for name in ("students", "state_records"):
            await connection.execute(_NUMBER, name, f"{name.removesuffix('s')}_id", size)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _copy(url: str, begin: int, end: int) -> None:
    asyncio.run(_copied(url, begin, end))


async def _copied(url: str, begin: int, end: int) -> None:
    """The versions and keys of some children; a child's record has its number, counted from 1."""
    versions, keys = [], []
    for number in range(begin, end):
        content = content_of(f"STATE T{number + 1}", (), SimpleNamespace(**_child(number)))
        version = version_of(number + 1, STATE, content)
        versions.append((number + 1, content))
        keys += [(key, number + 1) for key in keys_of(version.person, STATE, version.ids).stored]
    connection = await connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        columns = ("state_record_id", "content")
        await connection.copy_records_to_table("match_profiles", records=versions, columns=columns)
        await connection.copy_records_to_table("match_keys", records=keys, columns=("key", "state_record_id"))
    finally:
        await connection.close()


_UPLOAD = """
INSERT INTO uploads (state, sequence, mode, encoding, file_name, sha256, submitted_at, status, finished_at)
VALUES ('TX', 1, 'FULL', 'JSONL', 'bench', '', now(), 'ACCEPTED', now()) RETURNING upload_id
"""
_NUMBER = "SELECT setval(pg_get_serial_sequence($1, $2), $3)"
_STUDENTS = """
INSERT INTO students (student_id, msix_id, current_id)
SELECT number, lpad(number::text, 12, '0'), number FROM generate_series(1, $1::bigint) AS number
"""
_RECORDS = """
INSERT INTO state_records (state_record_id, student_id, state, state_student_id, state_student_id_type, upload_id,
    submitted_at, latest_activity, content_hash)
SELECT number, number, $2, 'T' || number, 'STATE', $3, now(), current_date, ''
FROM generate_series(1, $1::bigint) AS number
"""
