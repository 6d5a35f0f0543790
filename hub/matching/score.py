"""Adds up what the levels of two records are worth, with a cap on what a family shares.

total = personal (given name, birth date, sex) + surname + family (parents, birth place, capped) + state id + prior.
"""

from __future__ import annotations

from typing import NamedTuple

from hub.matching.levels import Levels
from hub.matching.model import Model
from hub.matching.normalize import Person, Tokens


class Score(NamedTuple):
    """Bits. `parts` are the waterfall: (field, level, bits) in order; they add up to `total` with the prior."""

    total: float
    personal: float
    parts: tuple[tuple[str, str, float], ...]


def score(model: Model, one: Person, other: Person, levels: Levels, state_id: str) -> Score:
    """The evidence for one child, without the prior. `state_id` is the level of the state ids."""
    weights = model.weights
    given = weights["given"][levels.given] if levels.given else 0.0
    given_rarity = model.given_rarity(_agreed_given(one, other, levels)) if levels.given[:5] == "exact" else 0.0
    birth = weights["birth"][levels.birth]
    sex = weights["sex"][levels.sex] if levels.sex else 0.0
    surname = weights["surname"][levels.surname] if levels.surname else 0.0
    surname_rarity = model.surname_rarity(_agreed_surnames(one, other, levels))
    parent1 = weights["parent1"][levels.parent1] if levels.parent1 else 0.0
    parent2 = weights["parent2"][levels.parent2] if levels.parent2 else 0.0
    place = weights["place"][levels.place] if levels.place else 0.0
    family = parent1 + parent2 + place
    capped = max(model.thresholds.family_least, min(model.thresholds.family_most, family))
    by_id = weights["stateId"][state_id] if state_id else 0.0
    personal = given + given_rarity + birth + sex
    parts = (
        ("given", levels.given, given),
        ("given rarity", "", given_rarity),
        ("birth", levels.birth, birth),
        ("sex", levels.sex, sex),
        ("surname", levels.surname, surname),
        ("surname rarity", "", surname_rarity),
        ("parent1", levels.parent1, parent1),
        ("parent2", levels.parent2, parent2),
        ("place", levels.place, place),
        ("family cap", "", capped - family),
        ("stateId", state_id, by_id),
    )
    return Score(personal + surname + surname_rarity + capped + by_id, personal, parts)


def _agreed_given(one: Person, other: Person, levels: Levels) -> Tokens:
    """The names that agree and so are weighed by how common they are; none where fields had changed places."""
    if levels.transposed:
        return ()
    return one.given if levels.given == "exact" and len(one.given) <= len(other.given) else one.given[:1]


def _agreed_surnames(one: Person, other: Person, levels: Levels) -> Tokens:
    if levels.transposed:
        return ()
    if levels.surname in ("both", "swapped"):
        return one.surnames if len(one.surnames) >= len(other.surnames) else other.surnames
    if levels.surname in ("single paternal", "second differs"):
        return one.surnames[:1]
    if levels.surname == "single maternal":
        return one.surnames if len(one.surnames) == 1 else other.surnames[:1]
    return ()
