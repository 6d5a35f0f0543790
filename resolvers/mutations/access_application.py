"""The mutations of applications for access."""

from __future__ import annotations

import datetime
from functools import partial

from hub.accounts.apply_for_access import ApplyForAccess, apply_for_access
from hub.accounts.decide_access_application import DecideAccessApplication, decide_access_application
from hub.accounts.throttle import Throttle
from hub.settings import Settings
from permissions.policies.access_application import can_apply_for_access, can_decide_access_application
from permissions.role_sets import ROLE_SETS
from resolvers.mutations.account import opening
from resolvers.writing import Change


def applications(settings: Settings) -> Throttle:
    """How many applications a source address may send."""
    over = datetime.timedelta(minutes=settings.applications_minutes)
    return Throttle("access_application", settings.applications_per_address, over)


APPLY_FOR_ACCESS = Change(
    "applyForAccess",
    ApplyForAccess,
    can_apply_for_access,
    bind=lambda services: partial(apply_for_access, sets=ROLE_SETS, throttle=applications(services.settings)),
)
DECIDE_ACCESS_APPLICATION = Change(
    "decideAccessApplication",
    DecideAccessApplication,
    can_decide_access_application,
    bind=lambda services: partial(decide_access_application, opening=opening(services)),
    hashes=True,
)
