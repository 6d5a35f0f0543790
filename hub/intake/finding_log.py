"""Writes findings to the database as they are made, so that a file may have millions of them."""

from __future__ import annotations

from collections.abc import Iterable

import asyncpg

from hub.intake.findings import Finding

_COLUMNS = (
    "upload_id",
    "position",
    "severity",
    "code",
    "member",
    "line",
    "state_student_id",
    "field",
    "path",
    "message",
)


class FindingLog:
    """Writes an upload's findings, numbered in the order in which they come."""

    def __init__(self, connection: asyncpg.Connection, upload_id: int, position: int = 0) -> None:
        self._connection = connection
        self._upload_id = upload_id
        self.position = position

    async def write(self, findings: Iterable[Finding]) -> None:
        rows = []
        for found in findings:
            self.position += 1
            rows.append(
                (
                    self._upload_id,
                    self.position,
                    found.severity.value,
                    found.code.value,
                    found.member,
                    found.line,
                    found.state_student_id,
                    found.field,
                    found.path,
                    found.message,
                )
            )
        if rows:
            await self._connection.copy_records_to_table("findings", records=rows, columns=_COLUMNS)
