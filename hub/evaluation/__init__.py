"""Measures matching: sets of records whose truth is known go through the real intake, and bars say how well it did."""

from hub.evaluation.bars import Bars, bars, identical
from hub.evaluation.running import Outcomes, evaluate
from hub.evaluation.sets import Row, read_rows, read_versions
from hub.evaluation.temporary import temporary_database

__all__ = [
    "Bars",
    "Outcomes",
    "Row",
    "bars",
    "evaluate",
    "identical",
    "read_rows",
    "read_versions",
    "temporary_database",
]
