"""How a state writes down who a child is.

Each state's system has one of four habits (accents or none, capitals or not, the second given name apart or not);
on top of that, a state that meets the child later mishears, shortens, swaps or mistypes now and then. The home
state writes what is true, in its habit.
"""

import unicodedata
from functools import lru_cache
from random import Random
from typing import Any

from hub.demo.calendars import text
from hub.demo.dice import among, pick
from hub.demo.families import Child, Family, Parent
from hub.demo.names import NICKNAMES
from hub.demo.places import phone_in
from hub.demo.states import State

_SWAPS = (
    ("zález", "zales"),
    ("ández", "andes"),
    ("ínez", "ines"),
    ("Ju", "Hu"),
    ("Va", "Ba"),
    ("Vi", "Bi"),
    ("ll", "y"),
    ("ez", "es"),
    ("th", "t"),
    ("ie", "i"),
    ("y", "i"),
    ("ph", "f"),
    ("nn", "n"),
    ("c", "k"),
)
_VERIFIED_BY = ("1004", "1004", "1004", "1004", "1003", "1006", "1008", "1010", "1013", "1007", "9999")


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """The name without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).replace("Đ", "D")


@lru_cache(maxsize=8192)
def misheard(name: str) -> str:
    """The name as another office may spell it; always different from the name."""
    for heard, written in _SWAPS:
        if heard in name:
            return name.replace(heard, written, 1)
    return name[:-2] + name[-1] + name[-2] if len(name) > 2 and name[-1] != name[-2] else name + "h"


def habit(state: State, name: str | None) -> str | None:
    """The name in the state's habit."""
    if name is None:
        return None
    written = name if state.writing in {0, 3} else plain(name)
    return written.upper() if state.writing in {1, 3} else written


def demographics(rng: Random, state: State, family: Family, child: Child, first: bool) -> dict[str, Any]:
    """The demographics of one child as this state has them, without empty fields, in upload form."""
    given, second, last1, last2 = child.given, child.second, child.surname, child.second_surname
    born = text(child.birth_date.toordinal())
    if not first:
        given, second = _given_elsewhere(rng, given, second)
        last1, last2 = _surnames_elsewhere(rng, last1, last2)
        born = _mistyped(rng, child) if rng.random() < 0.025 else born
    if second and state.writing == 2 and rng.random() < 0.7:
        given, second = f"{given} {second}", None
    found: dict[str, Any] = {
        "firstName": habit(state, given),
        "middleName": habit(state, second),
        "lastName1": habit(state, last1),
        "lastName2": habit(state, last2),
        "suffix": "Jr" if family.father and not child.female and child.given == family.father.given else None,
        "sex": "FEMALE" if child.female else "MALE",
        "birthDate": born,
        "multipleBirth": child.twin if first or rng.random() < 0.7 else None,
        "birthDateVerification": pick(rng, _VERIFIED_BY),
        "birthCity": habit(state, child.birth_city),
        "birthState": child.birth_state,
        "birthCountry": child.birth_country,
    }
    if first or rng.random() < 0.9:
        _add_parents(rng, found, state, family)
    return {field: value for field, value in found.items() if value is not None}


def _given_elsewhere(rng: Random, given: str, second: str | None) -> tuple[str, str | None]:
    chance = rng.random()
    if chance < 0.07 and given in NICKNAMES:
        return NICKNAMES[given], None
    if chance < 0.11:
        return misheard(given), second
    if chance < 0.26:
        return given, None
    return given, second[0] if second and chance < 0.33 else second


def _surnames_elsewhere(rng: Random, last1: str, last2: str | None) -> tuple[str, str | None]:
    chance = rng.random()
    if chance < 0.02:
        return misheard(last1), misheard(last2) if last2 else None
    if last2 is None or chance < 0.06:
        return misheard(last1) if 0.02 <= chance < 0.025 else last1, None
    if chance < 0.11:
        return misheard(last1), last2
    if chance < 0.16:
        return last2, last1
    if chance < 0.19:
        return last2, None
    return last1, last2


def _mistyped(rng: Random, child: Child) -> str:
    """A real date near the birth date: day and month changed about, or the day wrong.

    Changed about only into an earlier date: a later one might pass the arrival, which is another mistake.
    """
    born = child.birth_date
    if born.day < born.month and rng.random() < 0.8:
        return f"{born.year:04d}-{born.day:02d}-{born.month:02d}"
    day = born.day + 1 if born.day < 28 else born.day - among(rng, 1, 9)
    return f"{born.year:04d}-{born.month:02d}-{day:02d}"


def _add_parents(rng: Random, found: dict[str, Any], state: State, family: Family) -> None:
    for number, parent in ((1, family.father), (2, family.mother)):
        if parent is None:
            continue
        found[f"parent{number}FirstName"] = habit(state, parent.given)
        found[f"parent{number}LastName"] = habit(state, parent.surname)
        if rng.random() < 0.5:
            found[f"parent{number}Phone"] = phone_in(state, among(rng, 0, 99))
        if rng.random() < 0.35:
            found[f"parent{number}Email"] = _email(parent, family.index)


def _email(parent: Parent, number: int) -> str:
    name = f"{parent.given}.{parent.surname}".replace(" ", "").replace("-", "")
    return f"{plain(name).lower()}{number}@example.org"
