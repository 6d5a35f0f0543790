"""How a name sounds, in Spanish and in English, as a short code: names that sound alike have equal codes."""

from __future__ import annotations

import re
from functools import lru_cache

import jellyfish

LENGTH = 6
_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"ch"), "9"),  # a sound of its own, out of the way of the rules on c and h
    (re.compile(r"h"), ""),
    (re.compile(r"sc(?=[ei])"), "s"),
    (re.compile(r"c(?=[ei])"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"qu|[qc]"), "k"),
    (re.compile(r"x"), "j"),
    (re.compile(r"[zs]"), "s"),
    (re.compile(r"[vw]"), "b"),
    (re.compile(r"ll|y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_INNER_VOWELS = re.compile(r"(?<=.)[aeiou](?!$)")


@lru_cache(maxsize=50_000)
def spanish(token: str) -> str:
    """`ximena` and `jimena` -> `jmna`; `velazquez` and `belasques` -> `blskss`'s first six."""
    for sound, letter in _SOUNDS:
        token = sound.sub(letter, token)
    return _INNER_VOWELS.sub("", token)[:LENGTH]


@lru_cache(maxsize=50_000)
def english(token: str) -> str:
    """Metaphone, for names that were written down as they sound to an English ear."""
    return jellyfish.metaphone(token) if token.isascii() and token.isalpha() else ""


def alike(one: str, other: str) -> bool:
    """Whether the two sound the same in either language; initials do not sound."""
    if min(len(one), len(other)) < 3:
        return False
    if spanish(one) == spanish(other):
        return True
    heard = english(one)
    return bool(heard) and len(heard) > 1 and heard == english(other) and one[0] == other[0]
