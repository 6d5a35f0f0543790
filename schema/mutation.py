"""The root of every change."""

from __future__ import annotations

import strawberry

from permissions.declare import public
from schema.viewer import SignInPayload, SignOutPayload, resolve_sign_in, resolve_sign_out


@strawberry.type(description="Everything that can be changed.")
class Mutation:
    sign_in: SignInPayload = public(
        "Nobody is signed in before.",
        description="Open a session. Use of the hub is monitored and audited.",
        resolver=resolve_sign_in,
    )
    sign_out: SignOutPayload = public(
        "Whoever holds a session may end it.", description="End the session.", resolver=resolve_sign_out
    )
