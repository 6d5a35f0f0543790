"""Changes of saved reports. A question is checked as if it were run before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.errors import HubError
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.reports.operational import OPERATIONAL
from hub.reports.saved import DeleteSavedReport, SaveReport, delete_saved_report, save_report
from hub.viewer import Viewer
from permissions.policies.report import can_delete_saved_report, can_save_report
from resolvers.compiler.node_id import encode
from resolvers.reports import chosen, request_of
from resolvers.writing import Change


@dataclass(frozen=True)
class Save:
    """The input of `saveReport`: an ad hoc `report`, or the name of a `standard` one with its `parameters`."""

    name: str
    shared_with: str
    report: Any = None
    standard: str | None = None
    parameters: Any = None

    @property
    def question(self) -> Mapping[str, Any]:
        """Raises Refusal (INVALID_INPUT) where it is not one of both."""
        report = None if self.report is None else self.report.plain()
        parameters = None if self.parameters is None else self.parameters.plain()
        try:
            found: Mapping[str, Any] = chosen(report, self.standard, parameters)
        except HubError as error:
            raise Refusal(RefusalCode.INVALID_INPUT, error.message, "report") from None
        return found


async def _may_save(connection: asyncpg.Connection, viewer: Viewer, given: Save) -> Permit:
    return await can_save_report(connection, viewer, SaveReport(given.name, given.shared_with, given.question))


async def _save(connection: asyncpg.Connection, permit: Permit, given: Save) -> Outcome:
    if given.standard not in OPERATIONAL:
        try:
            request_of(permit.viewer, given.question)
        except HubError as error:
            raise Refusal(RefusalCode.INVALID_INPUT, error.message, "report") from None
    number = await save_report(connection, permit, SaveReport(given.name, given.shared_with, given.question))
    return Outcome(values={"id": encode("SavedReport", number)})


async def _delete(connection: asyncpg.Connection, permit: Permit, command: DeleteSavedReport) -> Outcome:
    number = await delete_saved_report(connection, permit, command)
    return Outcome(values={"id": encode("SavedReport", number)})


SAVE_REPORT = Change("saveReport", Save, _may_save, _save)
DELETE_SAVED_REPORT = Change("deleteSavedReport", DeleteSavedReport, can_delete_saved_report, _delete)
