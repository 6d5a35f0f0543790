"""Viewers of the graph tests: as roles make them, and with grants that no role holds together."""

from __future__ import annotations

from collections.abc import Mapping

from hub.viewer import ANONYMOUS, Reach, Viewer
from permissions.grants import Grant as G
from permissions.roles import grants_of
from tests.graph.seed.accounts import DECIDER


def of_role(*roles: str, state: str | None = "TN", region: str | None = None) -> Viewer:
    """A signed-in viewer of these roles."""
    grants = grants_of(roles)
    return Viewer(account_id=DECIDER, user_id="decider", state=state, region=region, roles=roles, grants=grants)


def with_grants(grants: Mapping[str, Reach], state: str | None = "TN") -> Viewer:
    """A signed-in viewer with exactly these grants."""
    return Viewer(account_id=DECIDER, user_id="decider", state=state, grants=grants)


EVERYTHING = with_grants(dict.fromkeys(G, Reach.ALL))
STATE_DATA_ADMINISTRATOR = of_role("STATE_DATA_ADMINISTRATOR")
SECONDARY_USER = of_role("SECONDARY_USER")
REGIONAL_DATA_ADMINISTRATOR = of_role("REGIONAL_DATA_ADMINISTRATOR", region="East")
PRIMARY_USER = of_role("PRIMARY_USER")
PRIMARY_USER_OF_TEXAS = of_role("PRIMARY_USER", state="TX")
DATA_ADMINISTRATOR_OF_TEXAS = of_role("STATE_DATA_ADMINISTRATOR", state="TX")
GOVERNMENT_ADMINISTRATOR = of_role("GOVERNMENT_ADMINISTRATOR", state=None)
STATE_USER_ADMINISTRATOR = of_role("STATE_USER_ADMINISTRATOR")
OME_USER_ADMINISTRATOR = of_role("OME_USER_ADMINISTRATOR", state=None)
HELP_DESK = of_role("HELP_DESK", state=None)
TWO_ROLES = of_role("STATE_USER_ADMINISTRATOR", "HELP_DESK")
PRIVACY_ACT_ADMINISTRATOR = of_role("PRIVACY_ACT_ADMINISTRATOR", state=None)
NO_HEALTH_NO_SCHOOLS = with_grants(
    {
        G.STUDENT_SEARCH: Reach.ALL,
        G.STUDENT_READ: Reach.ALL,
        G.ACADEMICS_READ: Reach.ALL,
        G.UPLOAD_READ: Reach.STATE,
    },
    state="TX",
)
COURSES_ALONE = with_grants({G.ACADEMICS_READ: Reach.ALL, G.LINK_READ: Reach.ALL, G.UPLOAD_READ: Reach.REGION})
STATELESS = with_grants({G.STUDENT_READ: Reach.ALL, G.HEALTH_READ: Reach.ALL, G.UPLOAD_READ: Reach.STATE}, state=None)
SEARCH_ALONE = with_grants({G.STUDENT_SEARCH: Reach.ALL, G.UPLOAD_READ: Reach.ALL, G.DIRECTORY_READ: Reach.ALL})

ALL = {
    "ANONYMOUS": ANONYMOUS,
    "SEARCH_ALONE": SEARCH_ALONE,
    "EVERYTHING": EVERYTHING,
    "STATE_DATA_ADMINISTRATOR": STATE_DATA_ADMINISTRATOR,
    "SECONDARY_USER": SECONDARY_USER,
    "REGIONAL_DATA_ADMINISTRATOR": REGIONAL_DATA_ADMINISTRATOR,
    "PRIMARY_USER": PRIMARY_USER,
    "PRIMARY_USER_OF_TEXAS": PRIMARY_USER_OF_TEXAS,
    "DATA_ADMINISTRATOR_OF_TEXAS": DATA_ADMINISTRATOR_OF_TEXAS,
    "GOVERNMENT_ADMINISTRATOR": GOVERNMENT_ADMINISTRATOR,
    "STATE_USER_ADMINISTRATOR": STATE_USER_ADMINISTRATOR,
    "OME_USER_ADMINISTRATOR": OME_USER_ADMINISTRATOR,
    "HELP_DESK": HELP_DESK,
    "TWO_ROLES": TWO_ROLES,
    "PRIVACY_ACT_ADMINISTRATOR": PRIVACY_ACT_ADMINISTRATOR,
    "NO_HEALTH_NO_SCHOOLS": NO_HEALTH_NO_SCHOOLS,
    "COURSES_ALONE": COURSES_ALONE,
    "STATELESS": STATELESS,
}
