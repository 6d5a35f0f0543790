"""How far a grant goes: DOMAIN.md, "Roles and what each may do". Who sees a row at all, `shown` says besides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.tables import (
    AccessApplicationRow,
    AccountRoleRow,
    AccountRow,
    CorrectionRequestRow,
    FindingRow,
    IdentityRequestRow,
    NotificationRow,
    StateRecordRow,
    TrainingRow,
    UploadRow,
    WatchRow,
    WorklistItemRow,
)
from hub.viewer import Reach, Viewer
from tests.graph.oracle.deciding import may_decide
from tests.graph.oracle.ids import Child
from tests.graph.oracle.world import World

STATE_USER_ADMINISTRATOR = "STATE_USER_ADMINISTRATOR"


def reaches(world: World, viewer: Viewer, grant: str, row: Any) -> bool:
    """Whether the viewer's grant goes as far as this row."""
    reach = viewer.grants.get(grant)
    if isinstance(row, WorklistItemRow):
        return reach is Reach.ALL or may_decide(world, viewer, row)
    if reach is Reach.STATE:
        return viewer.state is not None and viewer.state in _states(world, row)
    if reach is Reach.OME:
        return _is_omes(world, row)
    if reach is Reach.SELF:
        return isinstance(row, WatchRow | NotificationRow) and row.account_id == viewer.account_id
    return reach is Reach.ALL


def _account(world: World, account_id: int) -> AccountRow:
    (found,) = world.all(AccountRow, lambda account: account.account_id == account_id)
    return found


def _upload(world: World, upload_id: int) -> UploadRow:
    (found,) = world.all(UploadRow, lambda upload: upload.upload_id == upload_id)
    return found


_STATES: dict[type, Callable[[World, Any], set[Any]]] = {
    UploadRow: lambda world, upload: {upload.state},
    FindingRow: lambda world, finding: {_upload(world, finding.upload_id).state},
    Child: lambda world, child: states_of_child(world, child.row.student_id),
    StateRecordRow: lambda world, record: {record.state},
    AccountRow: lambda world, account: {account.state},
    TrainingRow: lambda world, training: {_account(world, training.account_id).state},
    AccessApplicationRow: lambda world, application: {application.state},
    CorrectionRequestRow: lambda world, request: {request.state, request.received_by},
    IdentityRequestRow: lambda world, request: {request.state, *_asked(world, request)},
}


def _asked(world: World, request: IdentityRequestRow) -> set[str]:
    """The states that are to validate a request."""
    return {item.state for item in world.all(WorklistItemRow, lambda item: item.request_id == request.request_id)}


def states_of_child(world: World, student_id: int) -> set[str]:
    """The states that have a record of a child, whatever became of the record."""
    return {record.state for record in world.all(StateRecordRow, lambda record: record.student_id == student_id)}


def _states(world: World, row: Any) -> set[Any]:
    """The states to which a row belongs, if it belongs to any."""
    return _STATES[type(row)](world, row) if type(row) in _STATES else set()


def _is_omes(world: World, row: Any) -> bool:
    """OME looks after the State User Administrators: their accounts, and whoever applies to be one."""
    if isinstance(row, AccessApplicationRow):
        return row.role == STATE_USER_ADMINISTRATOR
    return isinstance(row, AccountRow | TrainingRow) and STATE_USER_ADMINISTRATOR in roles(world, row.account_id)


def roles(world: World, account_id: int) -> list[str]:
    """The roles of an account."""
    return sorted(held.role for held in world.all(AccountRoleRow, lambda held: held.account_id == account_id))
