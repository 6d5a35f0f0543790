"""Reads the FEBRL sets of the literature, which know an address where the hub knows a birth place, and no states.

Columns: rec_id, given_name, surname, suburb, state, date_of_birth, and others that the hub has no element for (the
street, the postcode, and a social security number, which is never read). The place is sent as the place of birth. An
original is one state's record and each of its duplicates another's, since a state knows a child by one id. What has no
name or date of birth is sent as it is: the intake rejects it, and it counts as not found.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

COLUMNS = ("rec_id", "given_name", "surname", "suburb", "state", "date_of_birth")

_SENT = {"given_name": "firstName", "surname": "lastName1", "suburb": "birthCity", "state": "birthState"}
_NAME = re.compile(r"rec-(\d+)-(?:org|dup-(\d+))")
_STATES = ("TX", "CA", "FL", "WA", "MI", "NC", "GA", "OR", "OH", "WI", "CO", "AZ")


def is_febrl(columns: Collection[str]) -> bool:
    """Whether a file with these columns is one of the sets."""
    return {*COLUMNS} <= {*columns}


def fields(row: dict[str, str]) -> tuple[str, str, str, dict[str, Any]]:
    """State, id, truth and demographics of a row. Raises ValueError for a rec_id that is none of the sets'."""
    named = _NAME.fullmatch(row["rec_id"])
    if named is None:
        raise ValueError("rec_id")
    truth, duplicate = named.groups()
    state = _STATES[(int(duplicate) + 1) % len(_STATES) if duplicate else 0]
    sent: dict[str, Any] = {name: row[column] for column, name in _SENT.items() if row[column]}
    born = row["date_of_birth"]
    if len(born) == 8:
        sent["birthDate"] = f"{born[:4]}-{born[4:6]}-{born[6:]}"
    return state, f"R{truth}", truth, sent
