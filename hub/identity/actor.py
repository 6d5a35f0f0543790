"""By whose decision identities change: the person, the worklist item and the request, and the reason given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class By:
    """Nobody where a state's policy decided."""

    account_id: int | None = None
    item_id: int | None = None
    request_id: int | None = None
    reason: str | None = None
