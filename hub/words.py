"""Text that a person typed, as it is kept: plain, of a bounded length, without control characters.

What is kept holds nothing that looks like a social security number either; messages about a child are screened for
that and more (`hub.notices.screening`).
"""

from __future__ import annotations

import unicodedata

from hub.refusal import Refusal, RefusalCode
from hub.ssn import looks_like_ssn

LONGEST_TEXT = 4000
LONGEST_REASON = 1000
LONGEST_LINE = 200

_REFUSED = frozenset(("Cc", "Cs", "Co", "Cn"))
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing: a text shall read as it is checked."""


def plain_text(text: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """The text without blanks around it, its lines ended by a line feed. Raises Refusal (INVALID_INPUT)."""
    kept = text.replace("\r\n", "\n").strip()
    if not kept or len(kept) > longest:
        raise Refusal(RefusalCode.INVALID_INPUT, f"the text has 1 to {longest} characters", field)
    if any(
        (letter not in "\n\t" and unicodedata.category(letter) in _REFUSED) or letter in _TURNING for letter in kept
    ):
        raise Refusal(RefusalCode.INVALID_INPUT, "the text is plain: no control characters", field)
    return kept


def kept_text(text: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """The same for a text that is not screened: what looks like a social security number is refused.

    Names and other values may be in it: only those read it who may read the record.
    """
    kept = plain_text(text, field, longest)
    if looks_like_ssn(kept):
        raise Refusal(RefusalCode.INVALID_INPUT, "the hub keeps no social security number; leave it out", field)
    return kept


def kept_line(text: str, field: str, longest: int = LONGEST_LINE) -> str:
    """The same for a text of one line."""
    kept = kept_text(text, field, longest)
    if not kept.isprintable():
        raise Refusal(RefusalCode.INVALID_INPUT, "the text is one line", field)
    return kept
