"""The header of an upload, from the first line of a file or from a bundle's header.csv, checked by one set of rules."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from hub.intake.findings import Finding, FindingCode, refusal
from hub.intake.students import shown

FORMAT = "mde-upload/1"
MODES = ("INCREMENTAL", "FULL")
HEADER_CSV = "header.csv"
FIELDS = ("format", "state", "submittedAt", "sequence", "mode", "students")
_MOST = {"sequence": 2**63 - 1, "students": 2**31 - 1}
_SUBMITTED_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]00:00)", re.ASCII)

Pairs = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Header:
    """A header that passed its checks. `submitted_at` is aware, in UTC; `findings` name fields it should not have."""

    state: str
    submitted_at: datetime.datetime
    sequence: int
    mode: str
    students: int
    findings: list[Finding] = field(default_factory=list)


def header_from_json(number: int, line: bytes, sender: str | None, states: Collection[str]) -> Header:
    """The header of a JSON Lines file, which stands on line `number`. Raises FileRefused."""
    repeated: list[str] = []

    def keep(pairs: Pairs) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            repeated.append("")
        return dict(pairs)

    try:
        found = json.loads(line, object_pairs_hook=keep, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise refusal(FindingCode.HEADER_NOT_JSON, line=number) from error
    if not isinstance(found, dict):
        raise refusal(FindingCode.HEADER_NOT_JSON, line=number)
    if repeated:
        raise refusal(FindingCode.HEADER_KEY_TWICE, line=number)
    return _checked(found, sender, states, None, number)


def header_from_cells(names: list[str], cells: list[str], sender: str | None, states: Collection[str]) -> Header:
    """The header in row 2 of header.csv. Raises FileRefused."""
    found: dict[str, Any] = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
    for name in _MOST:
        if re.fullmatch(r"\d{1,19}", found.get(name, ""), re.ASCII):
            found[name] = int(found[name])
    return _checked(found, sender, states, HEADER_CSV, 2)


def _checked(
    found: dict[str, Any], sender: str | None, states: Collection[str], member: str | None, line: int
) -> Header:
    if "format" not in found:
        raise refusal(FindingCode.HEADER_MISSING, member=member, line=line, field="format")
    if found["format"] != FORMAT:
        raise refusal(FindingCode.UNKNOWN_FORMAT, member=member, line=line, field="format")
    state = found.get("state")
    if not isinstance(state, str) or state not in states:
        raise refusal(FindingCode.UNKNOWN_STATE, member=member, line=line, field="state")
    if sender is not None and state != sender:
        raise refusal(FindingCode.WRONG_STATE, member=member, line=line, field="state", sender=sender)

    def wrong(name: str, what: str) -> NoReturn:
        raise refusal(FindingCode.HEADER_FIELD, member=member, line=line, field=name, what=what)

    submitted_at = _time(found.get("submittedAt"))
    if submitted_at is None:
        wrong("submittedAt", "a time in UTC as RFC 3339 writes it, YYYY-MM-DDThh:mm:ssZ")
    for name, least in (("sequence", 1), ("students", 0)):
        number = found.get(name)
        if type(number) is not int or not least <= number <= _MOST[name]:
            wrong(name, f"a whole number, {least} or more")
    if found.get("mode") not in MODES:
        wrong("mode", " or ".join(MODES))
    unknown = FindingCode.UNKNOWN_FIELD
    findings = [
        Finding(unknown, unknown.expected, member, line, None, shown(name), shown(name))
        for name in found
        if name not in FIELDS
    ]
    return Header(state, submitted_at, found["sequence"], found["mode"], found["students"], findings)


def _time(text: Any) -> datetime.datetime | None:
    if not isinstance(text, str) or not _SUBMITTED_AT.fullmatch(text):
        return None
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.astimezone(datetime.UTC) if 1900 < time.year < 2100 else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
