"""What a reader hands on: a student line that was read and checked, with what was found about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hub.intake.findings import Finding, FindingCode
from hub.intake.shapes import encoded
from hub.intake.students import Found, StudentCheck, shown

Place = tuple[str | None, int]
"""A bundle's member (None in JSON Lines) and the line or row."""


class Checked(NamedTuple):
    """One student line. `content` is the encoded draft, None when rejected; without an id nothing can be staged."""

    line: int
    state_student_id: str | None
    content: bytes | None
    findings: list[Finding]


def checked(
    check: StudentCheck,
    sent: dict[str, Any],
    line: int,
    place: Callable[[str], Place],
    *,
    suspicious: bool,
    found: Found | None = None,
) -> Checked:
    """Check a student of `line`. `place` says where the part at a path lies; `found` is what is known already."""
    found = found or Found()
    draft = check.check(sent, found, suspicious=suspicious)
    state_student_id = shown(sent.get("stateStudentId"))
    return Checked(
        line,
        state_student_id,
        None if draft is None else encoded(draft),
        [finding(item, place, state_student_id) for item in found.items],
    )


def finding(
    item: tuple[FindingCode, str, str | None, str | None], place: Callable[[str], Place], owner: str | None
) -> Finding:
    """What was `Found` at a path, with the place where that path's part lies in the file."""
    code, message, field, path = item
    part = path.rpartition(".")[0] if path and field else path
    # whose line it is that nests too deep is not said, as of one that cannot be read at all
    named = None if code is FindingCode.TOO_DEEP else owner
    return Finding(code, message, *place(part or ""), named, field, path if field else None)
