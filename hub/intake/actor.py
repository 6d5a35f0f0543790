"""Who sends a file, for the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub.audit.event import Event, Tag


@dataclass(frozen=True)
class Actor:
    """An account, or an operator at the command line (`operator:` and the name in the system)."""

    user_id: str
    purpose: str
    account_id: int | None = None
    session_id: int | None = None
    address: str | None = None

    def event(self, tag: Tag, state: str | None, detail: dict[str, Any], students: Sequence[int] = ()) -> Event:
        """An audit event of this actor; `detail` names uploads and counts, never a student's values."""
        return Event(
            tag,
            account_id=self.account_id,
            user_id=self.user_id,
            session_id=self.session_id,
            state=state,
            purpose=self.purpose,
            operation="upload",
            students=tuple(students),
            address=self.address,
            detail=detail,
        )
