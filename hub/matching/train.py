"""Trains a model offline, from records without any truth: expectation maximisation over pairs that share a key.

How often a level is met by chance comes from random pairs; how often among true pairs, from the pairs that the model
so far believes in. Belief goes by the capped score and the guards, so that siblings, who agree on nearly everything,
do not teach it that given names may differ.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from hub.matching.compare import compare
from hub.matching.decide import state_id_level
from hub.matching.guards import Guard, another_child, pair_guards
from hub.matching.keys import keys_of
from hub.matching.levels import FIELDS, Levels
from hub.matching.model import Model, Thresholds, model_of
from hub.matching.neighbourhood import Version
from hub.matching.score import WATERFALL, score

ROUNDS = 12
RANDOM_PAIRS = 400_000
MOST_PAIRS = 200_000
LARGEST_BUCKET = 40
SEEN_OFTEN = 5
SMOOTHING = 0.5
MOST_MOVED = 2.0
_DOUBTED = frozenset((Guard.GIVEN_NAME, Guard.BIRTH_DATE))
_UNLEARNT = frozenset((("given", "second differs"), ("given", "weak"), ("given", "different"), ("birth", "different")))
_PARENTS = ("parent1", "parent2")
_FAMILY = frozenset((*_PARENTS, "place"))

START = {
    "given": (11.6, 6.4, 5.6, 4.9, 2.9, 2.8, 0.9, -0.5, -4.9),
    "surname": (12.1, 8.9, 6.7, 6.2, 4.4, 4.0, -1.1, -2.1, -4.7),
    "birth": (11.8, 6.7, 3.3, 3.3, 0.9, -6.1),
    "sex": (1.0, -5.0),
    "parent1": (10.5, 8.9, 2.5, -1.6, -3.2),
    "parent2": (10.5, 8.9, 2.5, -1.6, -3.2),
    "place": (5.1, 3.7, -2.5, -3.5),
    "stateId": (11.4, -4.9),
}
"""Where training begins, in bits by level: what was measured on other records of this kind."""


class _Pattern(NamedTuple):
    """What belief goes by: the levels of a pair by field, bits for rare names, and whether a guard rules it out."""

    observed: tuple[tuple[str, str], ...]
    rarity: int
    doubted: bool


class NotEnoughRecords(ValueError):
    """Too few records, or too few that resemble each other, to learn from."""


def start(records: Sequence[Version], thresholds: Thresholds | None = None) -> Model:
    """The model before training: the weights to begin with, and how common the records' names are."""
    given, surnames = Counter[str](), Counter[str]()
    for record in records:
        given.update(record.person.given)
        surnames.update(record.person.surnames)
    weights = {name: dict(zip(FIELDS[name], bits, strict=True)) for name, bits in START.items()}
    return Model("start", weights, _often(given), _often(surnames), thresholds or Thresholds())


def train(records: Sequence[Version], thresholds: Thresholds | None = None) -> Model:
    """The model of these records; the same records in the same order give the same model and version.

    Raises NotEnoughRecords.
    """
    model = start(records, thresholds)
    alike = Counter(_pattern(model, one, other) for one, other in _likely(records))
    if not alike:
        raise NotEnoughRecords("no two records resemble each other")
    chance = _by_chance(records)
    prior = model.prior(len(records))
    for _ in range(ROUNDS):
        among: dict[str, dict[str, float]] = {name: defaultdict(float) for name in FIELDS}
        for pattern, count in alike.items():
            belief = count * _belief(model, pattern, prior)
            for name, level in pattern.observed:
                among[name][level] += belief
        model = _weighed(model, among, chance)
    content = model.content()
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return model_of(f"{len(records)}-{digest[:8]}", content)


def _often(seen: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(seen.items()) if count >= SEEN_OFTEN}


def _likely(records: Sequence[Version]) -> Iterator[tuple[Version, Version]]:
    """Pairs of records that share a key, each once, those of small buckets first."""
    buckets: dict[int, list[int]] = {}
    for number, record in enumerate(records):
        for key in keys_of(record.person, record.state, record.ids).stored:
            buckets.setdefault(key, []).append(number)
    seen: set[tuple[int, int]] = set()
    for bucket in sorted(buckets.values(), key=len):
        if len(bucket) > LARGEST_BUCKET or len(seen) >= MOST_PAIRS:
            break
        seen.update(combinations(bucket, 2))
    for one, other in sorted(seen):
        yield records[one], records[other]


def _by_chance(records: Sequence[Version]) -> dict[str, Counter[str]]:
    """How often each level is met between records drawn at random."""
    dice = random.Random(1)  # noqa: S311  # repeatable, not secret
    counts: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    for _ in range(min(RANDOM_PAIRS, len(records) ** 2)):
        one, other = dice.choice(records), dice.choice(records)
        if one is not other:
            for name, level in _observed(one, other, compare(one.person, other.person)):
                counts[name][level] += 1
    return counts


def _observed(one: Version, other: Version, levels: Levels) -> Iterable[tuple[str, str]]:
    """The level of each field that both records have."""
    found = (*levels[:-1], state_id_level(one, [other]))
    return ((name, level) for name, level in zip(FIELDS, found, strict=True) if level)


def _pattern(model: Model, one: Version, other: Version) -> _Pattern:
    levels = compare(one.person, other.person)
    doubted = another_child(one.person, other.person, levels) or not _DOUBTED.isdisjoint(
        pair_guards(one.person, other.person, levels, "")
    )
    found = score(model, one.person, other.person, levels, "")
    rarity = sum(bits for name, bits in zip(WATERFALL, found.bits, strict=True) if name.endswith("rarity"))
    return _Pattern(tuple(_observed(one, other, levels)), round(rarity), doubted)


def _belief(model: Model, pattern: _Pattern, prior: float) -> float:
    """How sure the model is that such a pair is one child, from 0 to 1. State ids are learnt, and so not asked."""
    if pattern.doubted:
        return 0.0
    limits, family, bits = model.thresholds, 0.0, prior + pattern.rarity
    for name, level in pattern.observed:
        if name in _FAMILY:
            family += model.weights[name][level]
        elif name != "stateId":
            bits += model.weights[name][level]
    bits += max(limits.family_least, min(limits.family_most, family))
    return 1.0 / (1.0 + math.exp2(-max(-60.0, min(60.0, bits))))


def _weighed(model: Model, among: dict[str, dict[str, float]], chance: dict[str, Counter[str]]) -> Model:
    """The model with weights from what true pairs and random pairs show.

    What belief itself rules out cannot be learnt, and what hardly any pair shows should not be: such levels keep the
    weight that they began with. No weight moves further from it than MOST_MOVED, so that the habits of one set of
    records do not become law. Either parent may stand first, so both teach both.
    """
    weights: dict[str, dict[str, float]] = {}
    for name, levels in FIELDS.items():
        together = _PARENTS if name in _PARENTS else (name,)
        true = {level: sum(among[each][level] for each in together) for level in levels}
        random_ = {level: sum(chance[each][level] for each in together) for level in levels}
        trues, randoms = sum(true.values()), sum(random_.values())
        weights[name] = {}
        for level, began in zip(levels, START[name], strict=True):
            if (name, level) in _UNLEARNT or true[level] + random_[level] < SEEN_OFTEN or not trues or not randoms:
                weights[name][level] = began
                continue
            share = (true[level] + SMOOTHING) / (trues + SMOOTHING * len(levels))
            by_chance = (random_[level] + SMOOTHING) / (randoms + SMOOTHING * len(levels))
            learnt = math.log2(share / by_chance)
            weights[name][level] = round(max(began - MOST_MOVED, min(began + MOST_MOVED, learnt)), 2)
    return Model("training", weights, model.given, model.surnames, model.thresholds)
