"""The noise of cell keys: unbiased, bounded, as the table says, and the same for ever."""

from __future__ import annotations

import math
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hub.reports.disclosure.noise import BOUND, TABLE, VARIANCE, magnitude_noise, noise, uniform

_CHANCE = random.Random(11)
KEYS = [_CHANCE.getrandbits(64) for _ in range(60_000)]
DRAWN = [noise(key) for key in KEYS]


def test_the_table_is_symmetric_with_the_variance_it_promises() -> None:
    assert math.isclose(sum(TABLE.values()), 1)
    assert all(math.isclose(TABLE[each], TABLE[-each]) for each in TABLE)
    assert math.isclose(sum(each * each * share for each, share in TABLE.items()), VARIANCE, rel_tol=1e-9)
    assert set(TABLE) == set(range(-BOUND, BOUND + 1))


def test_no_distribution_of_that_variance_is_less_certain() -> None:
    def entropy(shares: list[float]) -> float:
        return -sum(share * math.log(share) for share in shares)

    moved = dict(TABLE)
    # mass moved between pairs of noises so that sum, mean and variance stay: 1 and 3 give to 2 (and 0)
    for sign in (1, -1):
        for each, part in ((sign, -3), (2 * sign, 3), (3 * sign, -1), (0, 1)):
            moved[each] += part * 1e-3
    assert math.isclose(sum(each * each * share for each, share in moved.items()), VARIANCE, rel_tol=1e-9)
    assert entropy(list(moved.values())) < entropy(list(TABLE.values()))


def test_noise_is_unbiased_and_distributed_as_the_table() -> None:
    error = math.sqrt(VARIANCE / len(KEYS))
    assert abs(sum(DRAWN) / len(KEYS)) < 4 * error
    found = Counter(DRAWN)
    expected = {each: share * len(KEYS) for each, share in TABLE.items() if share * len(KEYS) > 5}
    off = sum((found[each] - count) ** 2 / count for each, count in expected.items())
    assert len(expected) > 15
    assert off < 50, "chi square of 16 to 20 degrees of freedom"


def test_one_child_more_is_new_noise() -> None:
    chance = random.Random(5)
    more = [noise((key + chance.getrandbits(64)) % 2**64) for key in KEYS]
    together = sum(one * two for one, two in zip(DRAWN, more, strict=True)) / len(KEYS)
    assert abs(together) < 4 * VARIANCE / math.sqrt(len(KEYS))


def test_noise_for_different_purposes_is_independent() -> None:
    other = [magnitude_noise(key, b"amount") for key in KEYS]
    assert abs(sum(one * two for one, two in zip(DRAWN, other, strict=True)) / len(KEYS)) < 0.05
    assert abs(sum(other) / len(other)) < 0.02
    assert abs(sum(each * each for each in other) / len(other) - 1) < 0.03


@given(st.integers(0, 2**64 - 1))
def test_noise_is_bounded_and_the_same_again(key: int) -> None:
    assert -BOUND <= noise(key) <= BOUND
    assert noise(key) == noise(key + 2**64) == noise(key)
    assert 0 <= uniform(key, b"median") < 1


def test_what_was_published_can_be_made_again() -> None:
    assert [noise(key) for key in (0, 1, 2, 2**63, 2**64 - 1)] == [-1, 4, 1, 1, 3]
