"""Screens one text: numbers, dates and names, each by its own room, in the order in which they stand."""

from __future__ import annotations

from hub.notices.screening.dates import birth_dates
from hub.notices.screening.family import Family
from hub.notices.screening.finding import Finding
from hub.notices.screening.names import names
from hub.notices.screening.numbers import social_security_numbers
from hub.notices.screening.words import Folded


def screen(text: str, family: Family) -> list[Finding]:
    """What in the text must not stand there, in order."""
    folded = Folded(text)
    found = [*social_security_numbers(folded), *birth_dates(folded, family.birth_dates), *names(folded, family)]
    return sorted(found, key=lambda finding: (finding.offset, finding.length))
