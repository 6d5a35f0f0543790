"""`matching`: one state's new file against an index of 20,000 and of 2 million students.

The index is filled with children whose names are as frequent as the model says: students and state records made inside
PostgreSQL, their versions and keys by COPY, all that matching looks at; indexes come last. It is kept in
`.hub/bench-matching/` and each run loads into a copy of it. Then the same 5,000 records go through `hub load`: half of
them are of children that the index holds, as another state writes them down.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import random
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from hub.matching import content_of, keys_of, version_of
from hub.matching.model import default_model
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from hub.store.postgres import DATABASE
from hub.tables.mde import element_name
from tests.benchmarks.data import EVENTS_OFF, HUB, drop_indexes
from tests.benchmarks.intake import load
from tests.benchmarks.report import keep, say, table

SENT = 5_000
STEP = 10_000
CITIES = [f"{one}{other}" for one in ("San ", "Santa ", "Villa ", "Puebla ", "El ") for other in "ABCDEFGHIJKLMNOPQRST"]
STATE, SENDER = "TX", "OH"
COPY = "copied"


def matching(*, quick: bool) -> None:
    """Records a second and peak memory of `hub load` by the size of the index, and the ratio of the two."""
    sizes = (500, 5_000) if quick else (20_000, 2_000_000)
    sent = 500 if quick else SENT
    folder = HUB / "bench-matching"
    folder.mkdir(parents=True, exist_ok=True)
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


def _measured(folder: Path, size: int, file: Path) -> tuple[float, int]:
    """Seconds and peak KiB of loading the file into a copy of the index of that size, made where it is missing."""
    filled = folder / "filled"
    if not filled.exists():
        shutil.rmtree(folder, ignore_errors=True)
        with embedded_server(folder, durable=False) as url:
            migrate.upgrade(url)
            say(f"filling an index of {size:,} students")
            begun = time.perf_counter()
            asyncio.run(_fill(url, size))
            say(f"it took {time.perf_counter() - begun:.0f} s")
        filled.touch()
    with embedded_server(folder) as url:
        migrate.upgrade(url)
        here, own = (urlsplit(url)._replace(path=f"/{name}").geturl() for name in ("postgres", COPY))
        asyncio.run(_copied_anew(here))
        seconds, peak = load(own, file)
        asyncio.run(_dropped(here))
    return seconds, peak


async def _copied_anew(url: str) -> None:
    await _dropped(url)
    connection = await connect(url)
    try:
        await connection.execute(f"CREATE DATABASE {COPY} TEMPLATE {DATABASE} STRATEGY file_copy")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _dropped(url: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {COPY}")
    finally:
        await connection.close()


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
        await connection.execute(f"{EVENTS_OFF}; SET maintenance_work_mem = '1GB'")
        upload = await connection.fetchval(_UPLOAD)
        await connection.execute("ALTER TABLE match_keys DROP CONSTRAINT pk_match_keys")
        later = await drop_indexes(connection, ("students", "state_records", "match_profiles"))
        steps = [(url, begin, min(begin + STEP, size)) for begin in range(0, size, STEP)]
        with ProcessPoolExecutor(2) as pool:
            filled = asyncio.gather(*(asyncio.get_running_loop().run_in_executor(pool, _copy, *step) for step in steps))
            await connection.execute(_STUDENTS, size)
            await connection.execute(_RECORDS, size, STATE, upload)
            await filled
        await connection.execute(
            "ALTER TABLE match_keys ADD CONSTRAINT pk_match_keys PRIMARY KEY (key, state_record_id)"
        )
        for definition in later:
            await connection.execute(definition)
        for name in ("students", "state_records"):
            await connection.execute(_NUMBER, name, f"{name.removesuffix('s')}_id", size)
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
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
        await connection.execute(EVENTS_OFF)
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
