"""The evidence of a decision as JSON: what each field of each candidate was worth, as it was when it was decided.

It names records by number and fields by name, and never a value of a student.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.matching.decide import SHOWN, Candidate
from hub.matching.score import waterfall


def evidence(candidates: Sequence[Candidate], prior: float) -> dict[str, Any]:
    """At most `SHOWN` candidates, best first, each with its waterfall: the bits of every field and of the prior."""
    return {"prior": prior, "candidates": [_shown(candidate) for candidate in candidates[:SHOWN]]}


def _shown(candidate: Candidate) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "record": candidate.version.record,
        "total": round(candidate.total, 1),
        "personal": round(candidate.score.personal, 1),
        "fields": [
            {"field": field, "level": level, "bits": round(bits, 1)}
            for field, level, bits in waterfall(candidate.levels, candidate.state_id, candidate.score)
            if level or abs(bits) >= 0.05
        ],
    }
    if candidate.levels.transposed:
        shown["transposed"] = True
    if candidate.guards:
        shown["guards"] = [{"guard": guard.value, "reason": guard.description} for guard in candidate.guards]
    return shown
