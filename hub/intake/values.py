"""Checks one value against the facts of its element.

A check takes a value as JSON has it (never None) and returns what is stored, or raises `Unsound` with the finding's
code and with what is stored instead. Checks are made once an upload, for the code lists good on its day.
"""

from __future__ import annotations

import datetime
import decimal
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from hub.intake.countries import COUNTRIES
from hub.intake.findings import FindingCode
from hub.ssn import SSN
from hub.tables.base import Base
from hub.tables.mde import Kind, Mde, elements

Check = Callable[[Any], Any]
Checks = dict[str, tuple[str, frozenset[str], Check]]
"""Element name -> (column, texts known to be good, check of everything else)."""

# For bytes: capitals small, digits 0, blanks dashes; then what an SSN or its label looks like is a plain text.
_COARSE = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789 ", b"abcdefghijklmnopqrstuvwxyz000000000-")
_SIGNS = (b"000-00-0000", b"ssn", b"s.s.n", b"ss#", b"ss-#", b"l-sec", b"lsec", b"c-sec", b"csec", b".-sec", b".sec")
_HIDING = re.compile(rb"\\u(?:00[0-7]|20)")
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class CodeLists:
    """The codes good on the day a file was submitted, and the codes of all jurisdictions."""

    codes: dict[str, frozenset[str]]
    jurisdictions: frozenset[str]


class Unsound(Exception):
    """A value that is not what was expected; `kept` is stored in its place."""

    def __init__(self, code: FindingCode, kept: Any = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.kept = kept
        self.facts = facts


def checks_of(table: type[Base], lists: CodeLists, *, wary: bool) -> Checks:
    """The checks of every element of `table`. `wary` ones also look for social security numbers in texts."""
    return {
        name: (column, good_texts(facts, lists), _check(facts, lists, wary)) for name, column, facts in elements(table)
    }


def suspicious(raw: bytes) -> bool:
    """Whether texts in `raw` (JSON, or anything in UTF-8) need to be searched for numbers of that kind or U+0000.

    Much cheaper than searching; it may be wrong only by saying yes.
    """
    coarse = raw.translate(_COARSE)
    if any(sign in coarse for sign in _SIGNS) or (b"\\u" in raw and _HIDING.search(raw)):
        return True
    return not raw.isascii() and (b"\xe2\x80\x93" in raw or b"\xe2\x80\x94" in raw)


def good_texts(facts: Mde, lists: CodeLists) -> frozenset[str]:
    """Every value of an element that has a list of them; of others, none."""
    match facts.kind:
        case Kind.CODE:
            return lists.codes.get(facts.codes or "", frozenset())
        case Kind.COUNTRY:
            return COUNTRIES
        case Kind.JURISDICTION:
            return lists.jurisdictions
    return frozenset()


def _check(facts: Mde, lists: CodeLists, wary: bool) -> Check:
    match facts.kind:
        case Kind.TEXT | Kind.EMAIL:
            plain = partial(_short, facts.longest) if facts.longest else _email if facts.kind is Kind.EMAIL else _text
            return partial(_wary, plain) if wary else plain
        case Kind.CODE:
            return partial(_code, partial(Unsound, FindingCode.UNKNOWN_CODE, codes=facts.codes))
        case Kind.COUNTRY:
            return partial(_code, partial(Unsound, FindingCode.UNKNOWN_COUNTRY))
        case Kind.JURISDICTION:
            return partial(_code, partial(Unsound, FindingCode.UNKNOWN_JURISDICTION))
        case Kind.DIGITS:
            return partial(_digits, facts.digits)
        case Kind.YEAR:
            return partial(_year, facts.least, facts.most)
        case Kind.DECIMAL:
            return partial(_decimal, facts.least, facts.most)
    return _SIMPLE[facts.kind]


def _text(value: Any) -> str | None:
    if type(value) is not str:
        raise Unsound(FindingCode.WRONG_TYPE, what="A text")
    return None if not value or value.isspace() else value


def _short(longest: int, value: Any) -> str | None:
    text = _text(value)
    if text is not None and len(text) > longest:
        raise Unsound(FindingCode.TEXT_TOO_LONG, text[:longest], longest=f"{longest:,}")
    return text


def _email(value: Any) -> str | None:
    text = _text(value)
    if text is not None and "@" not in text:
        raise Unsound(FindingCode.EMAIL_WITHOUT_AT, text)
    return text


def _wary(check: Check, value: Any) -> Any:
    if type(value) is str and SSN.search(value):
        raise Unsound(FindingCode.LOOKS_LIKE_SSN)
    return check(value)


def _code(unknown: Callable[[], Unsound], value: Any) -> None:
    """Of a value that is not among the good ones."""
    if type(value) is not str:
        raise Unsound(FindingCode.WRONG_TYPE, what="A code, as a text,")
    if value:
        raise unknown()


def _digits(count: int | None, value: Any) -> str | None:
    if type(value) is not str:
        raise Unsound(FindingCode.WRONG_TYPE, what="Digits, as a text,")
    if len(value) == count and value.isascii() and value.isdigit():
        return value
    if not value:
        return None
    raise Unsound(FindingCode.WRONG_DIGITS, digits=count)


def date(value: Any) -> datetime.date | None:
    """A date in the years 1900 to 2100, only as YYYY-MM-DD; None for the empty text."""
    if type(value) is not str:
        raise Unsound(FindingCode.WRONG_TYPE, what="A date, as a text,")
    try:
        found = datetime.date.fromisoformat(value)
    except ValueError:
        found = None
    # fromisoformat takes week dates and 20250101 too.
    if found is None or len(value) != 10 or value[7] != "-" or not EARLIEST <= found <= LATEST:
        if not value:
            return None
        raise Unsound(FindingCode.IMPOSSIBLE_DATE)
    return found


def _month(value: Any) -> str | None:
    if type(value) is not str:
        raise Unsound(FindingCode.WRONG_TYPE, what="A month, as a text,")
    if _MONTH.fullmatch(value):
        return value
    if not value:
        return None
    raise Unsound(FindingCode.IMPOSSIBLE_MONTH)


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise Unsound(FindingCode.WRONG_TYPE, what="true, false or null")
    return value


def _year(least: float | None, most: float | None, value: Any) -> int:
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise Unsound(FindingCode.WRONG_TYPE, what="A year, as a whole number,")
    _in_range(least, most, value)
    return value


def _decimal(least: float | None, most: float | None, value: Any) -> decimal.Decimal:
    if type(value) is not int and type(value) is not float:
        raise Unsound(FindingCode.WRONG_TYPE, what="A number")
    _in_range(least, most, value)
    return exact(value)


def exact(number: float) -> decimal.Decimal:
    """The number as it is written; 1 and 1.0 are one value and are stored as one."""
    return decimal.Decimal(int(number) if number == int(number) else repr(number))


def _in_range(least: float | None, most: float | None, value: float) -> None:
    """A range without an end has none; what is not finite is in no range."""
    if not (-sys.float_info.max if least is None else least) <= value <= (sys.float_info.max if most is None else most):
        raise Unsound(FindingCode.OUT_OF_RANGE, least=least, most=most)


_SIMPLE: dict[Kind, Check] = {Kind.DATE: date, Kind.MONTH: _month, Kind.BOOLEAN: _boolean}
