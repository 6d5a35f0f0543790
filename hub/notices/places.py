"""States and districts as people name them: each checked to be one, a district to lie in its state."""

from __future__ import annotations

import re

import asyncpg

from hub.refusal import Refusal, RefusalCode

_DISTRICT = re.compile(r"[0-9]{7}")


async def check_place(
    connection: asyncpg.Connection, state: str, district: str | None, fields: tuple[str, str]
) -> tuple[str, str | None]:
    """The place. Raises Refusal (INVALID_INPUT) naming the input field of the state or of the district."""
    fips = await connection.fetchval("SELECT fips FROM jurisdictions WHERE code = $1", state.replace("\0", ""))
    if fips is None or len(state) != 2:
        raise Refusal(RefusalCode.INVALID_INPUT, "a state is the two-letter code of a state or territory", fields[0])
    if district is not None and not (_DISTRICT.fullmatch(district) and district.startswith(fips)):
        said = f"a district is its NCES id, seven digits; those of {state} begin with {fips}"
        raise Refusal(RefusalCode.INVALID_INPUT, said, fields[1])
    return state, district
