"""The students among whom a batch of records is decided, each with every version of its records.

Filled from the database with one look-up a batch; what the batch itself decides is added as it goes, so that records
of one night meet each other.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

from hub.matching.normalize import Person

LARGEST_BUCKET = 150
"""Records under one key; a key with more says too little and is passed over."""

MOST_COMPARED = 20
"""Records that one record is compared with at most. Among 2 million children hundreds share some key with it; those
that share the most and the rarest keys come first. There, of 2,500 records of known children all but one had a record
of the same child among the first 15; in a set of thirty thousand hardly any record shares keys with as many as 20."""

MOST_LOADED = 25
"""Records that are looked up for one record: some more, as those of the batch itself may change the order."""


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
    records: dict[int, list[int]] = field(default_factory=dict)
    full: set[int] = field(default_factory=set)

    def add(self, student: int, version: Version, keys: Iterable[int] = ()) -> None:
        """Let later records find this version of one of the student's records."""
        self.versions.setdefault(student, []).append(version)
        self.students.setdefault(version.record, set()).add(student)
        for key in keys:
            sharing = self.records.setdefault(key, [])
            if version.record not in sharing:
                sharing.append(version.record)

    def forget(self, record: int) -> None:
        """Its state deleted the record."""
        for student in self.students.pop(record, _NOBODY):
            self.versions[student] = [each for each in self.versions[student] if each.record != record]
            if not self.versions[student]:
                del self.versions[student]

    def candidates(self, keys: Iterable[int]) -> set[int]:
        """The students that share a key; those that share full ones only are left out."""
        found: set[int] = set()
        for record in self.sharing(keys, MOST_COMPARED):
            found |= self.students.get(record, _NOBODY)
        return found

    def sharing(self, keys: Iterable[int], most: int) -> Collection[int]:
        """The records that share a key that is not full; of more than `most` those that share the most and rarest."""
        buckets = [
            bucket
            for key in keys
            if (bucket := self.records.get(key)) and len(bucket) <= LARGEST_BUCKET and key not in self.full
        ]
        found = set().union(*buckets)
        if len(found) <= most:
            return found
        bits = dict.fromkeys(found, 0.0)
        for bucket in buckets:
            rarity = math.log2(1 + LARGEST_BUCKET / len(bucket))
            for record in bucket:
                bits[record] += rarity
        return nsmallest(most, found, key=lambda record: (-bits[record], record))
