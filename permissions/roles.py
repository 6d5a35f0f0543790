"""The one table of roles: what each holds, how far it reaches, and for which purposes its holders look at children.

Source: DOMAIN.md, "Roles and what each may do" (the policy manual's tables 1.1 and 1.2). A change here is a change of
the law; the printed `schema/role_matrix.csv` shows what it opens and closes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from hub.described import Described
from hub.viewer import Reach, Viewer
from permissions.grants import Grant as G


class Role(Described):
    """The roles of the federal system."""

    SECONDARY_USER = "SECONDARY_USER", "Sees and prints records, and sends move notices."
    PRIMARY_USER = "PRIMARY_USER", "Also exports records, and initiates merges and splits."
    REGIONAL_DATA_ADMINISTRATOR = "REGIONAL_DATA_ADMINISTRATOR", "Looks after the data of a region of a state."
    STATE_DATA_ADMINISTRATOR = "STATE_DATA_ADMINISTRATOR", "Looks after the data of a state."
    STATE_USER_ADMINISTRATOR = "STATE_USER_ADMINISTRATOR", "Looks after the accounts of a state."
    GOVERNMENT_ADMINISTRATOR = "GOVERNMENT_ADMINISTRATOR", "Runs reports with protected counts; sees no record."
    OME_USER_ADMINISTRATOR = "OME_USER_ADMINISTRATOR", "Looks after the accounts of State User Administrators."
    PRIVACY_ACT_ADMINISTRATOR = "PRIVACY_ACT_ADMINISTRATOR", "Answers the people whom records are about."
    HELP_DESK = "HELP_DESK", "Reinstates disabled accounts."


class Purpose(StrEnum):
    """The published routine uses, and the two purposes of administrators."""

    MEP_PARTICIPATION = "MEP_PARTICIPATION"
    ENROLLMENT = "ENROLLMENT"
    PLACEMENT = "PLACEMENT"
    CREDIT_ACCRUAL = "CREDIT_ACCRUAL"
    MATCH_RESOLUTION = "MATCH_RESOLUTION"
    PRIVACY_ACT = "PRIVACY_ACT"
    PROGRAM_ADMINISTRATION = "PROGRAM_ADMINISTRATION"


ALL, STATE, REGION, POLICY = Reach.ALL, Reach.STATE, Reach.REGION, Reach.POLICY
OME, SELF = Reach.OME, Reach.SELF

_EVERYONE = {G.ACCOUNT_SELF: SELF, G.AUDIT_SELF: SELF, G.DIRECTORY_READ: ALL}
_RECORDS = {
    G.STUDENT_SEARCH: ALL,
    G.STUDENT_READ: ALL,
    G.CONTACT_READ: ALL,
    G.HEALTH_READ: ALL,
    G.ACADEMICS_READ: ALL,
    G.LINK_READ: ALL,
    G.STUDENT_PRINT: ALL,
}
_PRIMARY = {G.STUDENT_EXPORT: ALL, G.NOTICE_SEND: ALL, G.MERGE_INITIATE: STATE}

ROLES: Mapping[Role, Mapping[G, Reach]] = {
    Role.SECONDARY_USER: {**_EVERYONE, **_RECORDS, G.NOTICE_SEND: ALL},
    Role.PRIMARY_USER: {**_EVERYONE, **_RECORDS, **_PRIMARY, G.WORKLIST_DECIDE: POLICY},
    Role.REGIONAL_DATA_ADMINISTRATOR: {
        **_EVERYONE,
        **_RECORDS,
        **_PRIMARY,
        G.WORKLIST_DECIDE: REGION,
        G.WORKLIST_MANAGE: REGION,
        G.REPORT_RUN: REGION,
        G.REPORT_EXACT: REGION,
    },
    Role.STATE_DATA_ADMINISTRATOR: {
        **_EVERYONE,
        **_RECORDS,
        **_PRIMARY,
        G.WORKLIST_DECIDE: STATE,
        G.WORKLIST_MANAGE: STATE,
        G.STATE_SETTINGS: STATE,
        G.UPLOAD_WRITE: STATE,
        G.UPLOAD_READ: STATE,
        G.CORRECTION_WRITE: STATE,
        G.REPORT_RUN: STATE,
        G.REPORT_EXACT: STATE,
        G.AUDIT_READ: STATE,
        G.AUDIT_STUDENTS: STATE,
    },
    Role.STATE_USER_ADMINISTRATOR: {
        **_EVERYONE,
        G.ACCOUNT_READ: STATE,
        G.ACCOUNT_MANAGE: STATE,
        G.ACCOUNT_REINSTATE: STATE,
        G.REPORT_RUN: STATE,
        G.AUDIT_READ: STATE,
        G.AUDIT_ACCOUNTS: STATE,
    },
    Role.GOVERNMENT_ADMINISTRATOR: {**_EVERYONE, G.REPORT_RUN: ALL, G.REPORT_PROTECTED: ALL},
    Role.OME_USER_ADMINISTRATOR: {
        **_EVERYONE,
        G.ACCOUNT_READ: OME,
        G.ACCOUNT_MANAGE: OME,
        G.ACCOUNT_REINSTATE: OME,
        G.REPORT_RUN: OME,
    },
    Role.PRIVACY_ACT_ADMINISTRATOR: {
        **_EVERYONE,
        **_RECORDS,
        G.DISPUTE_WRITE: ALL,
        G.CORRECTION_WRITE: ALL,
        G.AUDIT_READ: ALL,
        G.AUDIT_STUDENTS: ALL,
    },
    Role.HELP_DESK: {**_EVERYONE, G.ACCOUNT_READ: ALL, G.ACCOUNT_REINSTATE: ALL},
}

_ROUTINE = (
    Purpose.ENROLLMENT,
    Purpose.MEP_PARTICIPATION,
    Purpose.PLACEMENT,
    Purpose.CREDIT_ACCRUAL,
    Purpose.MATCH_RESOLUTION,
)

PURPOSES: Mapping[Role, tuple[Purpose, ...]] = {
    Role.SECONDARY_USER: _ROUTINE,
    Role.PRIMARY_USER: _ROUTINE,
    Role.REGIONAL_DATA_ADMINISTRATOR: (Purpose.MEP_PARTICIPATION, *_ROUTINE),
    Role.STATE_DATA_ADMINISTRATOR: (Purpose.MEP_PARTICIPATION, *_ROUTINE),
    Role.STATE_USER_ADMINISTRATOR: (Purpose.PROGRAM_ADMINISTRATION,),
    Role.GOVERNMENT_ADMINISTRATOR: (Purpose.PROGRAM_ADMINISTRATION,),
    Role.OME_USER_ADMINISTRATOR: (Purpose.PROGRAM_ADMINISTRATION,),
    Role.PRIVACY_ACT_ADMINISTRATOR: (Purpose.PRIVACY_ACT,),
    Role.HELP_DESK: (Purpose.PROGRAM_ADMINISTRATION,),
}
"""The first purpose of a role is its default."""

_WIDTH = {SELF: 0, OME: 1, POLICY: 2, REGION: 3, STATE: 4, ALL: 5}


@cache
def grants_of(roles: Iterable[str]) -> Mapping[str, Reach]:
    """The grants of several roles together, each at its widest reach. `roles` must be hashable (a tuple)."""
    held: dict[str, Reach] = {}
    for role in roles:
        for grant, reach in ROLES[Role(role)].items():
            if grant not in held or _WIDTH[reach] > _WIDTH[held[grant]]:
                held[grant] = reach
    return MappingProxyType(held)


def holders_of(grant: G) -> tuple[Role, ...]:
    """The roles that hold a grant, at whatever reach."""
    return tuple(role for role, held in ROLES.items() if grant in held)


@cache
def purposes_of(roles: Iterable[str]) -> tuple[Purpose, ...]:
    """Every purpose that the holders of these roles may name, the default first. `roles` must be hashable."""
    return tuple(dict.fromkeys(purpose for role in roles for purpose in PURPOSES[Role(role)]))


def purposes_for(viewer: Viewer) -> tuple[Purpose, ...]:
    """The purposes that a viewer may name: those of its roles; by a service token that names one, that one."""
    allowed = purposes_of(viewer.roles)
    if viewer.token is None or viewer.token.purpose is None:
        return allowed
    return tuple(purpose for purpose in allowed if purpose == viewer.token.purpose)
