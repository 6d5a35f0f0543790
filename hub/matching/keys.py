"""The keys by which records that may be one child's find each other, as numbers of eight bytes.

By letter: i state id, b birth date and a name's sound, m month of birth and surname, a birth date and a parent, c
birth date and city, y year of birth and both names, d the same by the day, n both names, w both and the city, p first
name and a parent. Names that were written as one, or as two, meet under what they sound like together. Whoever changes
what a key says has to index anew what is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b
from struct import unpack
from typing import NamedTuple

from hub.matching.nicknames import nicknames
from hub.matching.normalize import Person
from hub.matching.phonetic import spanish

PREFIX = 4
MOST_NAMES = 3


class Keys(NamedTuple):
    """`stored`: under which a record is found; `probes`: under which it looks, slips of the pen included."""

    stored: list[int]
    probes: list[int]


def keys_of(person: Person, state: str, ids: Iterable[str]) -> Keys:
    """The keys of a record of `state` with these ids."""
    birth, day = person.birth, person.birth.isoformat()
    month, year, within = day[:7], day[:4], day[5:]
    texts = [f"i|{state}|{each}" for each in ids]
    slips: list[str] = []
    given = [spanish(token) for token in person.given if len(token) > 1]
    surnames = list(dict.fromkeys(map(spanish, person.surnames)))
    sounds = {*given, *surnames}
    sounds.update(spanish("".join(names)) for names in (person.given, person.surnames) if len(names) > 1)
    parents = [(spanish(each.given[0]), each.surnames) for each in person.parents if each.given]
    texts += [f"b|{day}|{sound}" for sound in sounds]
    if birth.day <= 12 and birth.day != birth.month:
        swapped = f"{year}-{birth.day:02}-{birth.month:02}"
        slips += [f"b|{swapped}|{sound}" for sound in sounds]
        if person.surnames:
            slips.append(f"m|{swapped[:7]}|{person.surnames[0][:PREFIX]}|{person.sex}")
    if person.surnames:
        texts.append(f"m|{month}|{person.surnames[0][:PREFIX]}|{person.sex}")
    texts += [f"a|{day}|{parent}" for parent, _ in parents]
    if person.city:
        texts.append(f"c|{day}|{person.city[:PREFIX]}")
    for first in called(person.given[0]) if person.given else ():
        for surname in surnames:
            texts += (f"y|{year}|{first}|{surname}", f"d|{within}|{first}|{surname}")
            slips += (f"y|{birth.year - 1}|{first}|{surname}", f"y|{birth.year + 1}|{first}|{surname}")
        texts.append(f"n|{first}|{' '.join(sorted(surnames))}")
        if person.city and person.surnames:
            texts.append(f"w|{first}|{person.surnames[0][:PREFIX]}|{person.city[:PREFIX]}")
        texts += [f"p|{first}|{parent}|{spanish(names[0])}" for parent, names in parents if names]
    stored = _hashed(dict.fromkeys(texts))
    return Keys(stored, stored + _hashed(dict.fromkeys(slips)))


@lru_cache(maxsize=50_000)
def called(name: str) -> tuple[str, ...]:
    """How a first name sounds, and those it is short for, unless they are too many to say anything."""
    names = nicknames().get(name, frozenset())
    sounds = dict.fromkeys([spanish(name), *(map(spanish, sorted(names)) if len(names) <= MOST_NAMES else ())])
    return tuple(sounds)


def _hashed(texts: Collection[str]) -> list[int]:
    digests = b"".join([blake2b(text.encode(), digest_size=8).digest() for text in texts])
    return list(unpack(f">{len(texts)}q", digests))
