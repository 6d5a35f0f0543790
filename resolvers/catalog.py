"""The code lists, as they are good on a day."""

from __future__ import annotations

import datetime
from typing import Any

from hub.store.reads import ReadConnections

_CODES = """
SELECT code_list, code, label, effective_from, effective_to FROM codes
WHERE coalesce(effective_from, '-infinity') <= $1 AND coalesce(effective_to, 'infinity') >= $1
ORDER BY code_list, position
"""


async def read_codes(reads: ReadConnections, day: datetime.date) -> list[Any]:
    """Every code that is good on `day`, by list and place."""
    found: list[Any] = await reads.fetch(_CODES, day)
    return found
