"""Reads the JSON Lines encoding: a header, then one student a line, as a stream."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import msgspec

from hub.intake.checked import Checked, checked
from hub.intake.findings import Finding, FindingCode, refusal
from hub.intake.header import Header, header_from_json
from hub.intake.lines import lines
from hub.intake.shapes import encoded
from hub.intake.students import StudentCheck
from hub.intake.unpack import Budget, Encoding, unpacked
from hub.intake.values import suspicious


class JsonLines:
    """One JSON Lines file. First `header`, then `students` or `drain` to the end, then `digest`."""

    encoding = Encoding.JSONL

    def __init__(self, file: BinaryIO, budget: Budget, longest_line: int) -> None:
        self._hash = hashlib.sha256()
        self._lines = lines(self._hashed(unpacked(file, budget)), longest_line)

    def header(self, sender: str | None, states: Collection[str]) -> Header:
        for number, line in self._lines:
            if not line.isspace() and line:
                return header_from_json(number, line, sender, states)
        raise refusal(FindingCode.EMPTY_FILE)

    def students(self, check: StudentCheck) -> Iterator[Checked]:
        """Every student line, checked. Raises FileRefused."""
        for number, line in self._lines:
            if line and not line.isspace():
                yield _student(check, number, line)

    def drain(self) -> None:
        for _ in self._lines:
            pass

    def digest(self) -> bytes:
        """SHA-256 of all bytes, gzip undone."""
        return self._hash.digest()

    def _hashed(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._hash.update(block)
            yield block


def _student(check: StudentCheck, number: int, line: bytes) -> Checked:
    wary = suspicious(line)
    if not wary and (student := check.quickly(line)) is not None:
        return Checked(number, student.record.state_student_id, encoded(student), [])
    try:
        sent = _parsed(line)
    except RecursionError:
        return _unreadable(number, FindingCode.TOO_DEEP)
    except ValueError:
        return _unreadable(number, FindingCode.NOT_JSON)
    if type(sent) is not dict:
        return _unreadable(number, FindingCode.NOT_JSON)
    return checked(check, sent, number, lambda _: (None, number), suspicious=wary)


def _parsed(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except msgspec.ValidationError:
        # A number that no machine holds is good JSON; the check of its field says that it is out of range.
        found = json.loads(line, parse_int=_number, parse_constant=_refuse_constant)
        json.dumps(found, ensure_ascii=False).encode()  # half of a surrogate pair is no text
        return found
    except msgspec.DecodeError as error:
        raise ValueError from error


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _unreadable(number: int, code: FindingCode) -> Checked:
    return Checked(number, None, None, [Finding(code, code.expected, None, number)])
