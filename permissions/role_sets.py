"""Which roles belong to accounts of a state, and which to accounts of OME."""

from hub.accounts import RoleSets
from permissions.roles import Role

_OF_OME = frozenset(
    {
        Role.GOVERNMENT_ADMINISTRATOR,
        Role.OME_USER_ADMINISTRATOR,
        Role.PRIVACY_ACT_ADMINISTRATOR,
        Role.HELP_DESK,
    }
)

ROLE_SETS = RoleSets(of_states=frozenset(Role) - _OF_OME, of_ome=_OF_OME)
