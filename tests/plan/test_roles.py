"""The table of roles in the code is the table of DOMAIN.md."""

from __future__ import annotations

import pytest

from hub.viewer import Reach
from permissions.grants import OF_TOKENS
from permissions.grants import Grant as G
from permissions.roles import PURPOSES, ROLES, Purpose, Role, grants_of, purposes_of
from tests.shared import SHARED, needs_shared

COLUMNS = {
    "Secondary": Role.SECONDARY_USER,
    "Primary": Role.PRIMARY_USER,
    "Regional Data Admin": Role.REGIONAL_DATA_ADMINISTRATOR,
    "State Data Admin": Role.STATE_DATA_ADMINISTRATOR,
    "State User Admin": Role.STATE_USER_ADMINISTRATOR,
    "Government Admin": Role.GOVERNMENT_ADMINISTRATOR,
    "OME User Admin": Role.OME_USER_ADMINISTRATOR,
    "Privacy Act Admin": Role.PRIVACY_ACT_ADMINISTRATOR,
    "Help Desk": Role.HELP_DESK,
}
ROWS: dict[str, tuple[G, ...]] = {
    "search, display, print records of all states": (
        G.STUDENT_SEARCH,
        G.STUDENT_READ,
        G.CONTACT_READ,
        G.HEALTH_READ,
        G.ACADEMICS_READ,
        G.LINK_READ,
        G.STUDENT_PRINT,
    ),
    "export records to file": (G.STUDENT_EXPORT,),
    "send, answer move notices; request data": (G.NOTICE_SEND,),
    "initiate merge or split": (G.MERGE_INITIATE,),
    "decide near matches, merges, splits": (G.WORKLIST_DECIDE,),
    "worklist: assign, escalate": (G.WORKLIST_MANAGE,),
    "answer data requests for the own state, upload files": (G.UPLOAD_WRITE, G.UPLOAD_READ),
    "own state's reports, exact counts": (G.REPORT_EXACT,),
    "national, regional, state summary reports": (G.REPORT_PROTECTED,),
    "create, update, deactivate accounts": (G.ACCOUNT_MANAGE,),
    "reinstate a disabled account": (G.ACCOUNT_REINSTATE,),
    "enter dispute statements": (G.DISPUTE_WRITE,),
    "own account": (G.ACCOUNT_SELF,),
}
REACHES = {
    "own state": {Reach.STATE},
    "own region": {Reach.REGION},
    "State User Admins, all states": {Reach.OME},
    "State User Admins": {Reach.OME},
}
"""What a cell that is no mere `x` says. `policy` is a state's own choice and no grant of the role."""


@needs_shared
def test_every_cell_of_the_domains_table_is_in_the_code() -> None:
    lines = (SHARED / "DOMAIN.md").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| grant |"))
    header = [cell.strip() for cell in lines[start].strip("|").split("|")][1:]
    assert header == list(COLUMNS)
    rows = 0
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        title, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        grants = next(grants for begin, grants in ROWS.items() if title.startswith(begin))
        rows += 1
        for role, cell in zip(COLUMNS.values(), cells, strict=True):
            for grant in grants:
                reach = ROLES[role].get(grant)
                where = f"{title}: {role}"
                if cell == "":
                    assert reach is None, where
                elif cell == "policy":
                    assert reach is Reach.POLICY, where
                elif cell in REACHES:
                    assert reach in REACHES[cell], where
                else:
                    assert cell == "x", where
                    assert reach is not None, where
    assert rows == len(ROWS)


def test_every_grant_is_held_by_some_role_or_else_by_tokens_alone() -> None:
    assert {grant for held in ROLES.values() for grant in held} == set(G) - OF_TOKENS


def test_several_roles_together_hold_each_grant_at_its_widest() -> None:
    held = grants_of((Role.STATE_DATA_ADMINISTRATOR, Role.REGIONAL_DATA_ADMINISTRATOR))
    assert held[G.WORKLIST_DECIDE] is Reach.STATE
    assert grants_of((Role.STATE_USER_ADMINISTRATOR, Role.HELP_DESK))[G.ACCOUNT_REINSTATE] is Reach.ALL
    assert grants_of(()) == {}


def test_a_role_that_nobody_knows_holds_nothing_and_is_refused() -> None:
    with pytest.raises(ValueError, match="JANITOR"):
        grants_of(("JANITOR",))


def test_every_role_has_a_purpose_and_those_without_records_no_routine_use() -> None:
    assert set(PURPOSES) == set(Role)
    for role in Role:
        routine = set(PURPOSES[role]) - {Purpose.PROGRAM_ADMINISTRATION, Purpose.PRIVACY_ACT}
        assert bool(routine) is (G.STUDENT_READ in ROLES[role] and role is not Role.PRIVACY_ACT_ADMINISTRATOR)
    assert purposes_of((Role.PRIVACY_ACT_ADMINISTRATOR,)) == (Purpose.PRIVACY_ACT,)
