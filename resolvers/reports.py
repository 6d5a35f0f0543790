"""Reports as they are asked for over the API: leave first, then the answer, then the trail; only then it leaves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from hub.errors import Code, HubError
from hub.reports import requests
from hub.reports.asking import Request, scope_of
from hub.reports.operational import OPERATIONAL, run_operational
from hub.reports.saved import record_run
from hub.reports.table import Answer
from hub.viewer import Viewer
from permissions.policies.report import can_run_operational, can_run_report, own_scope
from resolvers.context import Services


def request_of(viewer: Viewer, plain: Mapping[str, Any]) -> Request:
    """The request that plain data stands for; without a scope it is of the viewer's own. Raises HubError."""
    return requests.request_of({**plain, "scope": _scope(viewer, plain)})


def chosen(report: Mapping[str, Any] | None, standard: str | None, parameters: Mapping[str, Any] | None) -> Any:
    """The plain form of what is either an ad hoc report, or a standard one with its parameters.

    Raises HubError (INVALID_ARGUMENT) where it is not one of both.
    """
    if (report is None) == (standard is None) or (report is not None and parameters is not None):
        raise HubError(Code.INVALID_ARGUMENT, "Expected a report, or the name of a standard one.")
    return dict(report) if report is not None else {**(parameters or {}), "standard": standard}


async def run(services: Services, viewer: Viewer, plain: Mapping[str, Any], *, written: str | None = None) -> Answer:
    """Answer an ad hoc report, or a standard one (`standard` names it). Raises HubError.

    `written`: the format of the file that it goes into, for the trail.
    """
    begun = time.monotonic()
    if (name := plain.get("standard")) in OPERATIONAL:
        permit, reach = can_run_operational(viewer, str(name))
        answer = await run_operational(services.writes, permit, str(name), reach)
    else:
        request = request_of(viewer, plain)
        plain = request.plain
        answer = await services.reports.run(can_run_report(viewer, request.question.scope), request)
    milliseconds = int((time.monotonic() - begun) * 1000)
    await record_run(services.writes, viewer, answer, plain, milliseconds, written)
    return answer


def _scope(viewer: Viewer, plain: Mapping[str, Any]) -> dict[str, str | None]:
    """The scope asked for; where it names nothing, the viewer's own."""
    asked = plain.get("scope") or {}
    scope = scope_of(asked)
    if not scope.columns and not asked.get("nation"):
        scope = own_scope(viewer)
    return {"state": scope.state, "stateRegion": scope.state_region, "region": scope.region}
