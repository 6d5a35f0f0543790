"""Whom to ask for an account. Everybody may see it, so it holds what such a person's door plate does, and no more."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from permissions.declare import public
from resolvers.context import Context
from resolvers.user_administrators import read_user_administrators

_WHOM_TO_ASK = "Whoever cannot sign in must know whom to ask."


@strawberry.type(description="An administrator of a state's accounts.")
class UserAdministrator:
    name: str = public(_WHOM_TO_ASK, None, "The person's name.")
    email: str = public(_WHOM_TO_ASK, None, "E-mail address at work.")
    phone: str | None = public(_WHOM_TO_ASK, None, "Telephone at work, where it is known.")


async def resolve_user_administrators(
    info: Info[Context, None],
    state: Annotated[str, strawberry.argument(description="Two-letter code of the state.")],
) -> list[UserAdministrator]:
    """The active, trained administrators of a state's accounts."""
    rows = await read_user_administrators(info.context.services.reads, state)
    return [UserAdministrator(name=row["name"], email=row["email"], phone=row["phone"]) for row in rows]
