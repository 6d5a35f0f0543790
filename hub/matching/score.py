"""Adds up what the levels of two records are worth, with a cap on what a family shares.

total = personal (given name, birth date, sex) + surname + family (parents, birth place, capped) + state id + prior.
"""

from __future__ import annotations

from typing import NamedTuple

from hub.matching.levels import NONE, Levels, Names
from hub.matching.model import Model
from hub.matching.normalize import Person, Tokens


class Score(NamedTuple):
    """Bits. `bits` has those of each field of the waterfall (`WATERFALL`); they add up to `total` with the prior."""

    total: float
    personal: float
    bits: tuple[float, ...]


WATERFALL = (
    "given",
    "given rarity",
    "birth",
    "sex",
    "surname",
    "surname rarity",
    "parent1",
    "parent2",
    "place",
    "family cap",
    "stateId",
)


def score(model: Model, one: Person, other: Person, levels: Levels, state_id: str) -> Score:
    """The evidence for one child, without the prior. `state_id` is the level of the state ids."""
    weights, limits = model.weights, model.thresholds
    given = weights["given"][levels.given] if levels.given else 0.0
    given_rarity = model.given_rarity(agreed_given(one, other, levels)) if levels.given[:5] == "exact" else 0.0
    birth = weights["birth"][levels.birth]
    sex = weights["sex"][levels.sex] if levels.sex else 0.0
    surname = weights["surname"][levels.surname] if levels.surname else 0.0
    surname_rarity = model.surname_rarity(agreed_surnames(one, other, levels))
    parent1 = weights["parent1"][levels.parent1] if levels.parent1 else 0.0
    parent2 = weights["parent2"][levels.parent2] if levels.parent2 else 0.0
    place = weights["place"][levels.place] if levels.place else 0.0
    family = parent1 + parent2 + place
    capped = max(limits.family_least, min(limits.family_most, family))
    by_id = weights["stateId"][state_id] if state_id else 0.0
    personal = given + given_rarity + birth + sex
    bits = given, given_rarity, birth, sex, surname, surname_rarity, parent1, parent2, place, capped - family, by_id
    return Score(personal + surname + surname_rarity + capped + by_id, personal, bits)


def most(model: Model, one: Person, other: Person, names: Names, birth: str, sex: str, state_id: str) -> float:
    """What `score` could say at most, before parents and places are compared: they add the cap of the family."""
    weights = model.weights
    bits = (
        weights["birth"][birth]
        + model.thresholds.family_most
        + model.surname_rarity(agreed_surnames(one, other, names))
    )
    if names.given:
        bits += weights["given"][names.given]
        if names.given[:5] == "exact":
            bits += model.given_rarity(agreed_given(one, other, names))
    if names.surname:
        bits += weights["surname"][names.surname]
    if sex:
        bits += weights["sex"][sex]
    return bits + weights["stateId"][state_id] if state_id else bits


def waterfall(levels: Levels, state_id: str, found: Score) -> list[tuple[str, str, float]]:
    """(field, level, bits) in order; what follows from how common names are, and from the cap, has no level."""
    return [
        (name, state_id if name == "stateId" else getattr(levels, name, NONE), bits)
        for name, bits in zip(WATERFALL, found.bits, strict=True)
    ]


def agreed_given(one: Person, other: Person, levels: Names | Levels) -> Tokens:
    """The names that agree and so are weighed by how common they are; none where fields had changed places."""
    if levels.transposed:
        return ()
    return one.given if levels.given == "exact" and len(one.given) <= len(other.given) else one.given[:1]


def agreed_surnames(one: Person, other: Person, levels: Names | Levels) -> Tokens:
    if levels.transposed:
        return ()
    if levels.surname in ("both", "swapped"):
        return one.surnames if len(one.surnames) >= len(other.surnames) else other.surnames
    if levels.surname in ("single paternal", "second differs"):
        return one.surnames[:1]
    if levels.surname == "single maternal":
        return one.surnames if len(one.surnames) == 1 else other.surnames[:1]
    return ()
