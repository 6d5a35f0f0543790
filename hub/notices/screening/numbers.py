"""Social security numbers in a text: written apart, named as such, or nine digits that could be one.

Nine digits are let pass where the text says that they are something else: an id, an invoice, a telephone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.notices.screening.finding import Finding, FindingKind
from hub.notices.screening.words import Folded
from hub.ssn import SSN

_APART = re.compile(r"(?<![\w-])\d{3}(\s?[-._/·|,]\s?|\s)\d{2}\1\d{4}(?![\w-])")
_SINGLE = re.compile(r"(?<!\w)(?<!\d[ .-])\d(?:[ .-]\d){8}(?![ .-]?\d)(?!\w)")
_NAMED = re.compile(r"(?:seguro\s+social|\bnss\b|\bsocial\b)\D{0,24}\d(?:[ .-]?\d){8}(?!\d)")
_BARE = re.compile(r"(?<![\w.,/#-])(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}(?![\w/-]|[.,]\d)")
_SOMETHING_ELSE = re.compile(
    r"(?:\bid|\bids|identifier|identificacion|matricula|folio|invoice|factura|phone|tel|telefono|fax|case|caso"
    r"|number of the record|record|expediente|ticket|order|account|cuenta|zip|route|ruta|serial)"
    r"\s*(?:number|numero|num|no)?\W{0,3}(?:is|es|de)?\W{0,3}$"
)
_TOGETHER = re.compile(r"\d.*\d", re.DOTALL)


def social_security_numbers(folded: Folded) -> Iterator[Finding]:
    """Each once, however many ways it was found."""
    spans: dict[int, int] = {}
    for pattern in (SSN, _APART, _SINGLE, _NAMED, _BARE):
        for match in pattern.finditer(folded.text):
            if pattern is _BARE and _SOMETHING_ELSE.search(folded.text[max(0, match.start() - 40) : match.start()]):
                continue
            digits = _TOGETHER.search(match[0])
            assert digits is not None
            start, end = match.start() + digits.start(), match.start() + digits.end()
            if all(end <= other or start >= stop for other, stop in spans.items()):
                spans[start] = end
    for start, end in spans.items():
        yield Finding(FindingKind.SSN, *folded.span(start, end))
