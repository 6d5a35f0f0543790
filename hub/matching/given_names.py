"""Given names that parents give: two of them that differ by a letter are two names, not a slip of the pen."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def given_names() -> frozenset[str]:
    """Folded, without pure nicknames: Marina and Mariana, Kevin and Kelvin, Brayan and Bryan."""
    return frozenset(files("hub.matching").joinpath("given_names.txt").read_text(encoding="utf-8").split())


def both_real(one: str, other: str) -> bool:
    """Whether the two are different names, each of which parents give."""
    return one != other and one in given_names() and other in given_names()
