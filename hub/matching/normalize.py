"""Makes the names and places of a record comparable: repaired, folded, and cut into tokens.

Two spellings that differ in case, accents, punctuation, hyphens or the place of a space after a particle give the same
tokens. Nothing is thrown away here that tells two children apart; what is stored stays as the state sent it.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from hub.matching.given_names import given_names
from hub.matching.nicknames import nicknames

Tokens = tuple[str, ...]


class Parent(NamedTuple):
    """A parent's given names and surnames; both empty when none was sent."""

    given: Tokens
    surnames: Tokens


class Person(NamedTuple):
    """What is compared of one record. Tokens are in the order sent; a place that was not sent is empty."""

    given: Tokens
    surnames: Tokens
    birth: datetime.date
    sex: str
    multiple: bool | None
    city: str
    region: str
    country: str
    parents: tuple[Parent, Parent]


ELEMENTS = (
    "first_name",
    "middle_name",
    "last_name1",
    "last_name2",
    "sex",
    "birth_date",
    "multiple_birth",
    "birth_city",
    "birth_state",
    "birth_country",
    "parent1_first_name",
    "parent1_last_name",
    "parent2_first_name",
    "parent2_last_name",
)
"""The columns of demographics that are compared, in the order in which `person` takes their values."""

SHORTEST_PART = 3
LONGEST = 12
"""Tokens of one name that are compared; an upload may send a text of any length."""


def person(values: tuple[Any, ...]) -> Person:
    """A person from the values of `ELEMENTS`, any of them None but the birth date."""
    first, middle, last1, last2, sex, birth, multiple, city, region, country, *parents = values
    given = given_tokens(first) + given_tokens(middle) if middle else given_tokens(first)
    return Person(
        given[:LONGEST],
        (surname_tokens(last1) + surname_tokens(last2) if last2 else surname_tokens(last1))[:LONGEST],
        birth,
        sex or "",
        multiple,
        place(city),
        place(region),
        place(country),
        (
            Parent(given_tokens(parents[0]), surname_tokens(parents[1])),
            Parent(given_tokens(parents[2]), surname_tokens(parents[3])),
        ),
    )


@lru_cache(maxsize=50_000)
def given_tokens(name: str | None) -> Tokens:
    """`Ma. de los Ángeles` -> (maria, delosangeles)."""
    tokens = (_SHORT_GIVEN.get(token, token) for token in _joined(_words(name)))
    return tuple(part for token in tokens for part in _parts(token))[:LONGEST]


def _parts(token: str) -> Tokens:
    """Two names written as one: josejoaquin -> jose, joaquin. A name that parents give is left whole."""
    known = given_names()
    if len(token) < 2 * SHORTEST_PART or token in known or token in nicknames():
        return (token,)
    for cut in range(SHORTEST_PART, len(token) - SHORTEST_PART + 1):
        if token[:cut] in known and token[cut:] in known:
            return token[:cut], token[cut:]
    return (token,)


@lru_cache(maxsize=50_000)
def surname_tokens(name: str | None) -> Tokens:
    """`De la Cruz-Hdz. Jr` -> (delacruz, hernandez)."""
    words = [word for word in _words(name) if word not in _SUFFIXES and word != "y"] or _words(name)
    return tuple(_SHORT_SURNAMES.get(token, token) for token in _joined(words))[:LONGEST]


@lru_cache(maxsize=20_000)
def place(name: str | None) -> str:
    """A city, state or country without case, accents and punctuation."""
    return " ".join(_words(name))


def _words(name: str | None) -> list[str]:
    if not name:
        return []
    if not name.isascii():
        name = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", repaired(name)).lower())
        name = "".join(letter for letter in name if not unicodedata.combining(letter))
    else:
        name = name.lower()
    return _BETWEEN.sub(" ", name.translate(_DROPPED)).split()


def repaired(name: str) -> str:
    """UTF-8 that was read as Latin-1 or Windows-1252, made whole, whatever case it was put into since then."""
    return _MISREAD.sub(_letter, name)


def _letter(found: re.Match[str]) -> str:
    second = found[1]
    code = ord(second) if ord(second) < 0x100 else second.encode("cp1252")[0]
    return chr(0x40 + code)


def _joined(words: list[str]) -> list[str]:
    """Particles are joined to what follows: de la cruz -> delacruz."""
    tokens: list[str] = []
    held = ""
    for word in words:
        if word in _PARTICLES:
            held += word
        else:
            tokens.append(held + word)
            held = ""
    return [*tokens, held] if held else tokens


_WINDOWS = "".join(
    bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
_MISREAD = re.compile(f"[Ãã]([\x80-\xbf{re.escape(_WINDOWS)}])")
_DROPPED = str.maketrans(dict.fromkeys("'’`´.\u00b7ʼ"))
_BETWEEN = re.compile(r"[\W_]+")
_PARTICLES = frozenset(
    "de del la las los el da das do dos di du des van von der den ter ten le san santa santo mc mac st".split()
)
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in pairs.split())


_SHORT_GIVEN = _table(
    "ma=maria gpe=guadalupe gdpe=guadalupe gpa=guadalupe fco=francisco fca=francisca fdo=fernando fda=fernanda"
    " gmo=guillermo ant=antonio anto=antonio jno=juan alej=alejandro alejdro=alejandro mgl=miguel rbto=roberto"
    " hdo=hernando ldo=leonardo edo=eduardo rdo=ricardo conc=concepcion concep=concepcion"
    " encarn=encarnacion magd=magdalena ign=ignacio domgo=domingo sgo=santiago wm=william chas=charles geo=george"
    " jas=james thos=thomas robt=robert"
)
_SHORT_SURNAMES = _table(
    "hdez=hernandez hdz=hernandez hrdz=hernandez hndz=hernandez rdz=rodriguez rdguez=rodriguez rguez=rodriguez"
    " rodz=rodriguez gtz=gutierrez gtrz=gutierrez gutz=gutierrez mtz=martinez mtnz=martinez mrtz=martinez"
    " mtnez=martinez glz=gonzalez glez=gonzalez gzlz=gonzalez gnzlz=gonzalez gzz=gonzalez lpz=lopez fdz=fernandez"
    " fdez=fernandez fndz=fernandez prz=perez pz=perez rmz=ramirez rmrz=ramirez dmz=dominguez dguez=dominguez"
    " dgz=dominguez vzqz=vazquez vzz=vazquez vqz=vazquez vazqz=vazquez vsqz=vasquez jmz=jimenez jmnz=jimenez"
    " mdz=mendez mndz=mendez mndza=mendoza mza=mendoza szc=sanchez schz=sanchez snchz=sanchez"
    " alvz=alvarez alvrz=alvarez velzqz=velazquez vlzqz=velazquez gmz=gomez crz=cruz grc=garcia gcia=garcia gca=garcia"
    " ortz=ortiz trrs=torres"
)
