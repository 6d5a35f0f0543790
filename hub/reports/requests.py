"""A report of either kind in its plain form, as it is saved and run, made a request; and what it may be given.

Plain is what `asking.ask` takes, or `standard` (the name of one) with its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub import clock
from hub.errors import Code, HubError
from hub.reports.asking import Request, ask
from hub.reports.standard import Parameters, standard_request

OF_SCOPE = ("state", "stateRegion", "region")
PARAMETERS = ("year", "asOf", "compareAsOf", *OF_SCOPE)
"""What a report may be given when it is run; the year by standard reports that take one."""


def request_of(plain: Mapping[str, Any]) -> Request:
    """The request that plain data stands for. Raises HubError (INVALID_ARGUMENT)."""
    if (name := plain.get("standard")) is None:
        return ask(plain)
    given = Parameters(plain.get("year"), plain.get("scope"), plain.get("asOf"), plain.get("compareAsOf"))
    return standard_request(str(name), given, clock.today())


def with_parameters(plain: Mapping[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """Plain data with parameters written as `key=value`; a scope among them replaces its own.

    Raises HubError (USAGE) for a key that there is not, or twice, and for a year that is none.
    """
    given: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if key not in PARAMETERS or not equals or not value or key in given:
            raise HubError(Code.USAGE, f"--parameter takes KEY=VALUE, each key once, of {', '.join(PARAMETERS)}")
        given[key] = value
    found: dict[str, Any] = {**plain, **{key: given[key] for key in ("asOf", "compareAsOf") if key in given}}
    if scope := {key: given[key] for key in OF_SCOPE if key in given}:
        found["scope"] = scope
    if (year := given.get("year")) is not None:
        if "standard" not in plain or not (year.isascii() and year.isdigit() and len(year) == 4):
            raise HubError(Code.USAGE, "year=YYYY is a parameter of standard reports")
        found["year"] = int(year)
    return found
