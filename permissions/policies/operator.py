"""Operators: whoever may run commands beside the database may do to accounts what administrators do."""

from __future__ import annotations

from hub.permit import Permit
from hub.viewer import Viewer
from permissions.roles import Purpose


def operators_permit(verb: str, name: str, *, state: str | None = None, region: str | None = None) -> Permit:
    """Leave to run one verb, for the operator of this name, which the audit trail shows; within a place, if named."""
    return Permit(verb, Viewer(user_id=name, state=state, region=region, purpose=Purpose.PROGRAM_ADMINISTRATION.value))
