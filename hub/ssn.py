"""What looks like a social security number: the hub stores none anywhere, and refuses text that looks like one."""

from __future__ import annotations

import re

SSN = re.compile(
    r"(?<![\w-])\d{3}(?:\s?[-‐‑‒–—−]\s?|\s)\d{2}(?:\s?[-‐‑‒–—−]\s?|\s)\d{4}(?![\w-])"
    r"|(?:\bssn\b|\bs\.s\.n|\bss\s?#|\bsoc(?:ial|\.)?[\s.]{0,2}sec)\D{0,24}\d{3}\W?\d{2}\W?\d{4}(?!\d)",
    re.IGNORECASE,
)


def looks_like_ssn(text: str) -> bool:
    """Whether `text` holds ddd-dd-dddd, with any dashes or blanks, or nine digits after a word for social security."""
    return SSN.search(text) is not None
