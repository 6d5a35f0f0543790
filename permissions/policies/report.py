"""Who runs which report, and how exactly: the counts of one's own state or region as they are, all others protected."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from hub.errors import Code, HubError
from hub.permit import Permit
from hub.reports.question import Scope
from hub.reports.saved import DeleteSavedReport, SaveReport
from hub.viewer import Reach, Viewer
from permissions.grants import Grant

OPERATIONAL_GRANTS: Mapping[str, Grant] = {
    "UPLOADS": Grant.UPLOAD_READ,
    "ACCOUNTS": Grant.ACCOUNT_READ,
    "ACCOUNT_REVIEWS": Grant.ACCOUNT_MANAGE,
    "WORKLISTS_BY_USER": Grant.WORKLIST_MANAGE,
}
"""What one must hold to be shown the rows of a report about the hub's work: what shows them one by one, too."""


def can_run_report(viewer: Viewer, scope: Scope) -> Permit:
    """Leave to count within `scope`, exactly where that is the viewer's own. Raises HubError (FORBIDDEN)."""
    if _is_own(viewer, scope):
        return Permit("run_report:exact", viewer)
    if viewer.can(Grant.REPORT_EXACT) or viewer.can(Grant.REPORT_PROTECTED):
        return Permit("run_report:protected", viewer)
    raise HubError(Code.FORBIDDEN, Code.FORBIDDEN.description, grant=Grant.REPORT_PROTECTED.value)


def own_scope(viewer: Viewer) -> Scope:
    """What a report is about that does not say so: one's own state or region where its counts are exact."""
    reach = viewer.grants.get(Grant.REPORT_EXACT)
    if viewer.state is None or reach not in (Reach.STATE, Reach.REGION):
        return Scope()
    return Scope(viewer.state, (viewer.region or "") if reach is Reach.REGION else None)


def can_run_operational(viewer: Viewer, name: str) -> tuple[Permit, Reach]:
    """Leave to see a report about the hub's work, and how far. Raises HubError (FORBIDDEN)."""
    grant = OPERATIONAL_GRANTS[name]
    reach = viewer.grants.get(grant)
    narrow = reach in (Reach.STATE, Reach.REGION) and viewer.state is not None
    if reach is None or not (narrow or reach is Reach.OME):
        raise HubError(Code.FORBIDDEN, Code.FORBIDDEN.description, grant=grant.value)
    return Permit(f"run_report:{name}", viewer), reach


async def can_save_report(connection: asyncpg.Connection, viewer: Viewer, command: SaveReport) -> Permit:
    """Anybody who runs reports, for the own account."""
    return Permit("save_report", viewer)


async def can_delete_saved_report(connection: asyncpg.Connection, viewer: Viewer, command: DeleteSavedReport) -> Permit:
    """The same; the verb finds only what is the account's own."""
    return Permit("delete_saved_report", viewer)


def _is_own(viewer: Viewer, scope: Scope) -> bool:
    reach = viewer.grants.get(Grant.REPORT_EXACT)
    if viewer.state is None or scope.state != viewer.state:
        return False
    if reach is Reach.STATE:
        return True
    return reach is Reach.REGION and viewer.region is not None and scope.state_region == viewer.region
