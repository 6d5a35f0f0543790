"""The catalogue: every measure and dimension that a report may be asked for, in words and as SQL over the facts.

Declared once, here; the enums of the API, `reportCatalog`, the compiler and the standard reports iterate over it. A
dimension names a column that some facts have, or an expression over one. Nothing here knows who asks.
"""

from hub.reports.catalog.dimensions import DIMENSIONS
from hub.reports.catalog.measures import COMPLETENESS, MEASURES, completeness, counted_rows
from hub.reports.catalog.shapes import AS_OF_DATE, AS_OF_DAY, Dimension, Measure

__all__ = [
    "AS_OF_DATE",
    "AS_OF_DAY",
    "COMPLETENESS",
    "DIMENSIONS",
    "MEASURES",
    "Dimension",
    "Measure",
    "completeness",
    "counted_rows",
]
