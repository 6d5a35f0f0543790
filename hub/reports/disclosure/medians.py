"""Medians that are nobody's value: between the 45th and the 55th percentile, at a place that the cell key draws."""

from __future__ import annotations

from decimal import Decimal

from hub.reports.disclosure.noise import uniform
from hub.reports.table import RawValue


def smoothed(value: RawValue) -> Decimal | None:
    """In the column's smallest unit; None without rows. The same for the same rows in any table, of either mode."""
    if value.ranks is None:
        return None
    low, middle, high = value.ranks
    place = 2 * uniform(value.whole.key, b"median") - 1
    end = high if place > 0 else low
    return Decimal(middle) + Decimal(round(abs(place) * 1000)) / 1000 * (end - middle)
