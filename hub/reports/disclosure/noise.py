"""The noise of ad hoc answers: which one a cell key draws, and how likely each is.

`TABLE` is the perturbation table: whole numbers from -BOUND to BOUND, symmetric (so their expectation is zero), with
variance `VARIANCE`, and of all such distributions the one of maximum entropy, which is p(e) ~ exp(-rate * e * e): it
assumes nothing else. One row of the table serves every count that is shown: those under the threshold never are, so
no positive count can be turned into a small one.

A draw is a pure function of the cell key and of what it is for. Cell keys are sums of secret hashes: whoever does not
know the hashes of exactly the children of a cell cannot tell which noise it got, and two cells that differ by one child
have noise that is independent. Nothing here reads a clock, a process or a generator's state.
"""

from __future__ import annotations

import bisect
import math
from hashlib import blake2b
from itertools import accumulate

VARIANCE = 6.0
"""Of a count's noise; its standard deviation is 2.4 children."""

BOUND = 12
"""The largest noise of a count, in children: more than the threshold, so that no difference of two answers can be too
far off for a group under the threshold, but once in millions."""

KEY = 1 << 64
_PARTS = 1 << 40


def _maximum_entropy(variance: float, bound: int) -> dict[int, float]:
    """The distribution over -bound…bound of that variance: the rate is found by halving."""

    def distribution(rate: float) -> dict[int, float]:
        weights = {noise: math.exp(-rate * noise * noise) for noise in range(-bound, bound + 1)}
        whole = math.fsum(weights.values())
        return {noise: weight / whole for noise, weight in weights.items()}

    low, high = 0.0, 10.0
    for _ in range(100):
        rate = (low + high) / 2
        found = math.fsum(noise * noise * share for noise, share in distribution(rate).items())
        low, high = (rate, high) if found > variance else (low, rate)
    return distribution((low + high) / 2)


TABLE = _maximum_entropy(VARIANCE, BOUND)
_NOISES = tuple(TABLE)
_UP_TO = tuple(round(share * _PARTS) for share in accumulate(TABLE.values()))[:-1]


def uniform(key: int, purpose: bytes) -> float:
    """From 0 up to 1, uniform over cell keys and independent for different purposes."""
    return _draw(key, purpose) / _PARTS


def noise(key: int, purpose: bytes = b"count") -> int:
    """The noise of a cell: distributed as `TABLE` over cell keys."""
    return _NOISES[bisect.bisect_right(_UP_TO, _draw(key, purpose))]


def magnitude_noise(key: int, purpose: bytes) -> float:
    """The same shape with standard deviation 1 and without steps, for amounts: in units of one child's contribution."""
    stepless = noise(key, purpose) + uniform(key, purpose + b"/step") - 0.5
    return stepless / math.sqrt(VARIANCE + 1 / 12)


def _draw(key: int, purpose: bytes) -> int:
    digest = blake2b((key % KEY).to_bytes(8, "little"), digest_size=8, person=purpose).digest()
    return int.from_bytes(digest, "little") % _PARTS
