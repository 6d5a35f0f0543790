"""Repeatable chance: the same seed and name always roll the same.

Every part of the country (a family, one state's record of a child) has dice of its own, so that any part
can be made again alone, in any order, with the same bytes. Nothing here may be used for secrets.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def dice(seed: int, *names: int | str) -> Random:
    """The generator for one named part of the country of this seed."""
    return Random(":".join(map(str, (seed, *names))))  # noqa: S311 - invented data, no secret depends on it


def pick(rng: Random, options: Sequence[T]) -> T:
    """One of the options, each as likely; twice as fast as `Random.choice`, which matters at a million picks."""
    return options[int(rng.random() * len(options))]


def among(rng: Random, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def weighted(rng: Random, options: Sequence[tuple[T, int]]) -> T:
    """One of the options, each as likely as its weight says."""
    left = rng.random() * sum(weight for _, weight in options)
    for option, weight in options:
        left -= weight
        if left < 0:
            return option
    return options[-1][0]
