"""Refuses a change whose texts hold what they must not: one error for each finding, with its field and place."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from hub.notices.screening.family import family_of
from hub.notices.screening.finding import Finding
from hub.notices.screening.screen import screen
from hub.refusal import Refusal, RefusalCode

MOST_TOLD = 50


async def refuse_findings(connection: asyncpg.Connection, student_id: int, texts: Mapping[str, str]) -> None:
    """Screen the texts of a change about a student, by the paths of their input fields.

    Raises Refusal (SENSITIVE_TEXT); its `also` are the findings after the first.
    """
    family = await family_of(connection, student_id)
    refusals = [_refusal(field, finding) for field, text in texts.items() for finding in screen(text, family)]
    if refusals:
        first, *others = refusals[:MOST_TOLD]
        first.also = tuple(others)
        raise first


def _refusal(field: str, finding: Finding) -> Refusal:
    said = (
        f"the text must not hold {finding.kind.description}; take out {finding.length} characters at {finding.offset}"
    )
    return Refusal(RefusalCode.SENSITIVE_TEXT, said, field, place=(finding.kind.value, finding.offset, finding.length))
