"""How names are compared: folded, so that case, accents and punctuation decide nothing.

What is stored in the `…_key` columns and what a search asks for go through the same `fold`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST_KEY = 100
"""Characters of a name that are compared; an index cannot hold a name of any length."""

_DROPPED = str.maketrans({"'": None, "’": None, "`": None, ".": None, "-": " "})


@lru_cache(maxsize=20_000)
def fold(name: str | None) -> str:
    """Fold a name: `O'Neil-Peña ` -> `oneil pena`. None gives the empty string."""
    if not name:
        return ""
    if name.isascii():
        plain = name.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", name.casefold())
        plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.translate(_DROPPED).split())[:LONGEST_KEY]
