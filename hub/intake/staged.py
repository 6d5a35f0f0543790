"""A student of a chunk on its way from staging to the tables: decoded, and made ready to be matched.

All of it is pure and needs no database, so it is done in a thread, ahead of its turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from hub.intake.shapes import Draft, decoded
from hub.matching import Keys, Version, content_of, keys_of, version_of

NOBODY = 0
"""The record of a version whose record is not known yet."""


class Matchable(NamedTuple):
    """The demographics of a draft as matching takes them; `version` is of no record yet."""

    content: bytes
    version: Version
    keys: Keys


class Staged(NamedTuple):
    """One student of a chunk, as staged. `content_hash` is of the draft's bytes.

    `matchable` is None where the hub seemed to hold the very same already.
    """

    line: int
    draft: Draft
    content_hash: bytes
    matchable: Matchable | None

    @property
    def owner(self) -> str:
        owner: str = self.draft.record.state_student_id
        return owner


def staged(rows: Sequence[asyncpg.Record], state: str) -> list[Staged]:
    """The students of staged rows (line, content, and `held`: the hash of what the hub holds of each)."""
    return [_staged(row["line"], row["content"], row["held"], state) for row in rows]


def _staged(line: int, content: bytes, held: bytes | None, state: str) -> Staged:
    draft, content_hash = decoded(content), hashlib.sha256(content).digest()
    known = draft.deleted or held == content_hash
    return Staged(line, draft, content_hash, None if known else matchable(draft, state))


def matchable(draft: Draft, state: str) -> Matchable:
    """A draft of `state` that is no DELETE, ready to be matched."""
    record = draft.record
    others = (f"{each.type or ''} {each.id}" for each in draft.alternate_ids)
    content = content_of(f"{record.state_student_id_type} {record.state_student_id}", others, draft.demographics)
    version = version_of(NOBODY, state, content)
    return Matchable(content, version, keys_of(version.person, state, version.ids))
