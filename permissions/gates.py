"""What is open behind a gate: see who one is and whom to ask, read the rules, do the step that is due, and leave."""

from __future__ import annotations

from collections.abc import Mapping

from hub.errors import Code
from permissions.plan import Selected

OPEN_BEHIND_GATE = frozenset(
    {
        *("viewer", "userAdministrators", "rulesOfBehavior", "__typename"),
        *("signIn", "signOut", "completeSignIn", "redeemOneTimeCode"),
    }
)
"""Open behind every gate."""

STEPS: Mapping[str, frozenset[str]] = {
    Code.TRAINING_REQUIRED: frozenset(),  # somebody else records it
    Code.PASSWORD_CHANGE_REQUIRED: frozenset({"changePassword"}),
    Code.SECOND_FACTOR_REQUIRED: frozenset({"startTotp", "confirmTotp", "startPasskey", "addPasskey"}),
    Code.RULES_REQUIRED: frozenset({"acceptRulesOfBehavior"}),
    Code.REFRESHER_REQUIRED: frozenset({"completeRefresher"}),
}
"""What opens each gate."""


def open_behind(gate: str) -> frozenset[str]:
    """The root fields that an account may ask for while it still owes the step of this gate (its code)."""
    return OPEN_BEHIND_GATE | STEPS[gate]


def is_open_behind_gate(root: Selected, gate: str) -> bool:
    """Whether a root field answers while the viewer still owes the step of this gate (its code).

    One that is open shows nothing that is guarded meanwhile, such as the viewer's own trail.
    """
    return root.node.name.value in open_behind(gate) and not _shows_guarded(root)


def _shows_guarded(selected: Selected) -> bool:
    below = [child for children in (selected.children or {}).values() for child in children]
    return any(
        (child.declaration is not None and child.declaration.grant is not None) or _shows_guarded(child)
        for child in below
    )


def is_of_persons(root_field: str) -> bool:
    """Whether a root field is for persons alone, whatever grants a service token has: signing in, and such steps."""
    return root_field in OPEN_BEHIND_GATE - {"viewer", "userAdministrators", "rulesOfBehavior", "__typename"}
