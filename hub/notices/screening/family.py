"""The family of a child as the hub knows it: every name that any state sent of the child, its parents and siblings.

The data names no siblings. Taken for one is another child with a surname of this one's in the same place, of whose
records one names the same parents (both, where both records name two; else the one, and both surnames agree), or has
the same telephone or e-mail address of a parent. Children of other surnames, and those whose parents no state names,
are not found. It is one query, by the indexes of surnames.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg

from hub.notices.screening.finding import FindingKind

MOST_SIBLINGS = 50
_ACCENTED, _PLAIN = "áéíóúüñàèìòùâêîôûäëïöçãõ", "aeiouunaeiouaeiouaeiocao"


@dataclass(frozen=True, slots=True)
class Relative:
    """A person: given names and surnames, as they were sent."""

    kind: FindingKind
    given: tuple[str, ...]
    surnames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The people whose names a text must not hold, and the child's birth dates, one for each that was ever sent."""

    relatives: tuple[Relative, ...]
    birth_dates: frozenset[datetime.date]


async def family_of(connection: asyncpg.Connection, student_id: int) -> Family:
    """The family of a student by its internal id, of whatever its states hold now."""
    rows = await connection.fetch(_FAMILY, student_id, _ACCENTED, _PLAIN, MOST_SIBLINGS)
    relatives: dict[Relative, None] = {}
    for row in rows:
        if row["own"]:
            for relative in _of_record(row):
                relatives[relative] = None
        else:
            relatives[Relative(FindingKind.SIBLING_NAME, _sent(row["first_name"], row["middle_name"]), ())] = None
    return Family(tuple(relatives), frozenset(row["birth_date"] for row in rows if row["own"]))


def _of_record(row: asyncpg.Record) -> Iterable[Relative]:
    yield Relative(
        FindingKind.STUDENT_NAME,
        _sent(row["first_name"], row["middle_name"]),
        _sent(row["last_name1"], row["last_name2"]),
    )
    for parent in ("parent1", "parent2"):
        given, surnames = _sent(row[f"{parent}_first_name"]), _sent(row[f"{parent}_last_name"])
        if given or surnames:
            yield Relative(FindingKind.PARENT_NAME, given, surnames)


def _sent(*names: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name)


def _folded(column: str) -> str:
    return f"translate(lower(btrim({column})), $2, $3)"


def _parents(of: str) -> str:
    """The parents that a record names in full, as an array of texts."""
    each = (
        f"{_folded(f'{of}.parent{number}_first_name')} || ' ' || {_folded(f'{of}.parent{number}_last_name')}"
        for number in (1, 2)
    )
    return f"array_remove(ARRAY[{', '.join(each)}], NULL)"


def _reached(of: str) -> str:
    """A record's telephones, digits alone, and e-mail addresses of parents."""
    each = (
        f"nullif(regexp_replace({of}.parent{number}_phone, '\\D', '', 'g'), ''), lower({of}.parent{number}_email)"
        for number in (1, 2)
    )
    return f"array_remove(ARRAY[{', '.join(each)}], NULL)"


_FAMILY = f"""
WITH own AS (
    SELECT demographics.*, {_parents("demographics")} AS parents, {_reached("demographics")} AS reached
    FROM state_records JOIN demographics USING (state_record_id)
    WHERE student_id = $1 AND status <> 'DELETED'
), alike AS (
    SELECT DISTINCT record.student_id, other.first_name, other.middle_name
    FROM own
    JOIN demographics AS other ON other.last_name1_key = own.last_name1_key AND own.last_name1_key <> ''
        OR other.last_name2_key = own.last_name2_key AND own.last_name2_key <> ''
    JOIN state_records AS record ON record.state_record_id = other.state_record_id
    CROSS JOIN LATERAL (SELECT {_parents("other")} AS parents, {_reached("other")} AS reached) AS named
    WHERE record.student_id <> $1 AND record.status <> 'DELETED' AND (
        named.reached && own.reached
        OR named.parents && own.parents AND CASE
            WHEN cardinality(named.parents) = 2 AND cardinality(own.parents) = 2 THEN named.parents <@ own.parents
            ELSE other.last_name1_key = own.last_name1_key AND other.last_name2_key = own.last_name2_key END
    )
    LIMIT $4
)
SELECT true AS own, first_name, middle_name, last_name1, last_name2, parent1_first_name, parent1_last_name,
    parent2_first_name, parent2_last_name, birth_date
FROM own
UNION ALL
SELECT false, first_name, middle_name, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM alike
"""  # noqa: S608 (expressions of the hub's own)
