"""The students among whom a batch of records is decided, each with every version of its records.

Filled from the database with one look-up a batch; what the batch itself decides is added as it goes, so that records
of one night meet each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from hub.matching.normalize import Person

LARGEST_BUCKET = 150
"""Records under one key; a key with more says too little and is passed over."""


class Version(NamedTuple):
    """One version of a state record's demographics. `ids` are its ids in the state as `TYPE id`, its own one first."""

    record: int
    state: str
    ids: tuple[str, ...]
    person: Person


_NOBODY: frozenset[int] = frozenset()


@dataclass
class Neighbourhood:
    """`versions` by student, `students` by record, `records` by key but for the keys that are `full`."""

    versions: dict[int, list[Version]] = field(default_factory=dict)
    students: dict[int, set[int]] = field(default_factory=dict)
    records: dict[int, set[int]] = field(default_factory=dict)
    full: set[int] = field(default_factory=set)

    def add(self, student: int, version: Version, keys: Iterable[int] = ()) -> None:
        """Let later records find this version of one of the student's records."""
        self.versions.setdefault(student, []).append(version)
        self.students.setdefault(version.record, set()).add(student)
        for key in keys:
            self.records.setdefault(key, set()).add(version.record)

    def forget(self, record: int) -> None:
        """Its state deleted the record."""
        for student in self.students.pop(record, _NOBODY):
            self.versions[student] = [each for each in self.versions[student] if each.record != record]
            if not self.versions[student]:
                del self.versions[student]

    def candidates(self, keys: Iterable[int]) -> set[int]:
        """The students that share a key; those that share full ones only are left out."""
        sharing: set[int] = set()
        for key in keys:
            records = self.records.get(key)
            if records and len(records) <= LARGEST_BUCKET and key not in self.full:
                sharing |= records
        found: set[int] = set()
        for record in sharing:
            found |= self.students.get(record, _NOBODY)
        return found
