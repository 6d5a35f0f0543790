"""Which given names are called the same: Pepe is José, Lupe is Guadalupe, Toño and Tony are Antonio.

Many-to-many: Beto is Alberto, Roberto, Heriberto …; two nicknames fit when some name is called both.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files

_NONE: frozenset[str] = frozenset()


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Each name and nickname with the names that it may stand for, itself among them when it is a name."""
    stands_for: dict[str, set[str]] = defaultdict(set)
    for name, called in _rows():
        stands_for[name].add(name)
        for nickname in called.split():
            stands_for[nickname].add(name)
    return {nickname: frozenset(names) for nickname, names in stands_for.items()}


def names() -> frozenset[str]:
    """The names that have nicknames."""
    return frozenset(name for name, _ in _rows())


@lru_cache(maxsize=100_000)
def same_name(one: str, other: str) -> bool:
    """Whether one child may be called both."""
    known = nicknames()
    return not known.get(one, _NONE).isdisjoint(known.get(other, _NONE))


def is_called(name: str, word: str) -> bool:
    """Whether somebody of this name is called by the word: the name, short for it, or what it is short for."""
    known = nicknames()
    return name == word or name in known.get(word, _NONE) or word in known.get(name, _NONE)


def _rows() -> list[tuple[str, str]]:
    text = files("hub.matching").joinpath("nicknames.csv").read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    assert header == ["name", "called"], header
    return [(name, called) for name, called in rows]
