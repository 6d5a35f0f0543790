"""The model: what each level is worth in bits, how common names are, and from where on the hub decides alone.

A model is data with a version. It is trained offline, stored in the database, and never changed once stored.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from hub.matching.levels import FIELDS
from hub.matching.normalize import Tokens


@dataclass(frozen=True)
class Thresholds:
    """In bits. `link` and `near` are totals, `personal` what name, birth date and sex must reach, `lead` the distance
    to the second-best student; family evidence counts between `family_least` and `family_most`."""

    link: float = 12.0
    near: float = -4.0
    personal: float = 8.0
    lead: float = 6.0
    family_least: float = -6.0
    family_most: float = 7.0
    frequency_most: float = 5.0
    unseen: float = 2.0
    fewest_students: int = 16_384


KEPT = 50_000
"""Names whose rarity a model keeps."""


@dataclass(frozen=True)
class Model:
    """`weights`: bits by field and level. `given`, `surnames`: how often each token was seen, of those seen often."""

    version: str
    weights: Mapping[str, Mapping[str, float]]
    given: Mapping[str, int]
    surnames: Mapping[str, int]
    thresholds: Thresholds = field(default_factory=Thresholds)

    def prior(self, students: int) -> float:
        """The bits that finding one among `students` costs; in whole bits, so that it seldom changes."""
        return -float(math.ceil(math.log2(max(students, self.thresholds.fewest_students))))

    def given_rarity(self, agreed: Tokens) -> float:
        """Bits by which agreement on these names says more, or less, than agreement on one that is as usual.

        Every name after the first is evidence of its own.
        """
        if not agreed:
            return 0.0
        bits = self._rarity(self.given, self._usual_given, agreed[0])
        for token in agreed[1:]:
            count = self.given.get(token)
            bits += self.thresholds.unseen if count is None else math.log2(self._all_given / count)
        return self._within(bits)

    def surname_rarity(self, agreed: Tokens) -> float:
        return self._within(sum(self._rarity(self.surnames, self._usual_surname, token) for token in agreed))

    def _rarity(self, seen: Mapping[str, int], usual: float, token: str) -> float:
        count = seen.get(token)
        return self.thresholds.unseen if count is None else usual - math.log2(count)

    def _within(self, bits: float) -> float:
        most = self.thresholds.frequency_most
        return max(-most, min(most, bits))

    def __post_init__(self) -> None:
        for name, levels in FIELDS.items():
            if set(self.weights.get(name, ())) != set(levels):
                raise ValueError(f"the model must weigh exactly the levels of {name}")
        object.__setattr__(self, "_usual_given", _usual(self.given))
        object.__setattr__(self, "_usual_surname", _usual(self.surnames))
        object.__setattr__(self, "_all_given", sum(self.given.values()))
        for name in ("given_rarity", "surname_rarity"):
            object.__setattr__(self, name, lru_cache(maxsize=KEPT)(getattr(self, name)))

    _usual_given: float = field(init=False, repr=False, compare=False, default=0.0)
    _usual_surname: float = field(init=False, repr=False, compare=False, default=0.0)
    _all_given: int = field(init=False, repr=False, compare=False, default=0)

    def content(self) -> dict[str, Any]:
        """As JSON objects, without the version."""
        return {
            "weights": {name: dict(levels) for name, levels in self.weights.items()},
            "given": dict(self.given),
            "surnames": dict(self.surnames),
            "thresholds": asdict(self.thresholds),
        }


def _usual(seen: Mapping[str, int]) -> float:
    """log2 of how often the name was seen on which two records agree by chance, on average."""
    total = sum(seen.values())
    return math.log2(sum(count * count for count in seen.values()) / total) if total else 0.0


def model_of(version: str, content: Mapping[str, Any]) -> Model:
    """The model that `content()` was made of. Raises ValueError or KeyError when it is none."""
    return Model(
        version,
        content["weights"],
        content["given"],
        content["surnames"],
        Thresholds(**content["thresholds"]),
    )


@cache
def default_model() -> Model:
    """The model that the hub ships with."""
    sent = json.loads(files("hub.matching").joinpath("model.json").read_text(encoding="utf-8"))
    return model_of(sent.pop("version"), sent)
