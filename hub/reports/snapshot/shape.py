"""Turns spooled rows into Parquet files, a state at a time, in a DuckDB of its own with bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from hub.reports.facts import FACTS
from hub.reports.snapshot.manifest import Extremes, FactFile
from hub.reports.snapshot.shaping import PREPARATIONS, QUERIES
from hub.reports.snapshot.spools import Spool

MEMORY = "1GB"
THREADS = 2
AMOUNTS = ("credits", "clock_hours")


class Shaper:
    """One DuckDB in memory, which spills what is too much into a folder. For one thread at a time."""

    def __init__(self, spill: Path) -> None:
        self._database = duckdb.connect(
            config={
                "memory_limit": MEMORY,
                "threads": THREADS,
                "temp_directory": str(spill / "duckdb"),
                "preserve_insertion_order": False,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()

    def take(self, spools: Mapping[Spool, Path], district_regions: Sequence[tuple[str, str]]) -> None:
        """Read one state's spools in place of the last one's."""
        for spool, path in spools.items():
            self._database.execute(
                f"CREATE OR REPLACE TABLE {spool.name} AS SELECT * FROM read_csv($path, columns = $columns, "  # noqa: S608
                "header = false, nullstr = '', quote = '\"', escape = '\"', auto_detect = false)",
                {"path": str(path), "columns": dict(spool.columns)},
            )
        self._database.execute("CREATE OR REPLACE TABLE district_regions (district_id VARCHAR, region VARCHAR)")
        if district_regions:
            rows = [list(row) for row in district_regions]
            self._database.executemany("INSERT INTO district_regions VALUES ($1, $2)", rows)
        for statement in PREPARATIONS:
            self._database.execute(statement)

    def write(self, fact: str, state: str, region: str | None, path: Path, files: Path, fingerprint: str) -> FactFile:
        """One fact of the state that was taken, as a file that is there whole or not at all."""
        draft = path.with_suffix(".new")
        made = self._database.execute(
            f"COPY ({QUERIES[fact]}) TO '{_quoted(draft)}' (FORMAT parquet, COMPRESSION snappy)",
            {"state": state, "region": region},
        ).fetchall()
        draft.chmod(0o600)
        draft.replace(path)
        return FactFile(str(path.relative_to(files)), int(made[0][0]), fingerprint)

    def extremes(self, fact: str, paths: Iterable[Path]) -> Extremes:
        """The most rows and the largest amounts of one child over all files of a fact."""
        listed = [str(path) for path in paths]
        if not listed:
            return Extremes()
        amounts = [name for name in AMOUNTS if name in FACTS.tables[fact].columns]
        inner = "".join(f", sum({name}) AS s{number}" for number, name in enumerate(amounts))
        sums = "".join(f", max(s{number})" for number in range(len(amounts)))
        most, *largest = self._database.execute(
            f"SELECT max(n){sums} FROM (SELECT count(*) AS n{inner} FROM read_parquet($1) GROUP BY child)",  # noqa: S608
            [listed],
        ).fetchall()[0]
        return Extremes(int(most or 0), {name: int(value or 0) for name, value in zip(amounts, largest, strict=True)})


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
