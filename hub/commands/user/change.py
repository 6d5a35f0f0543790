"""What operators do to accounts: the same verbs as administrators' mutations, with the same rules and the same trail.

An operator may do it to any account, also to those of OME, which no administrator reaches.
"""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.connected import with_connection
from hub.errors import Code, HubError
from hub.terminal import console, operator

if TYPE_CHECKING:
    import asyncpg

UserId = Annotated[str, typer.Argument(metavar="USER_ID", help="What the account's owner signs in with.")]


def roles(
    user_id: UserId,
    role: Annotated[list[str], typer.Option(help="A role that it has from now on; repeat for several.")],
) -> None:
    """Give an account other roles. Its sessions end at once."""
    from hub.accounts.assign_roles import AssignRoles, assign_roles
    from permissions.role_sets import ROLE_SETS

    _do(partial(assign_roles, sets=ROLE_SETS), AssignRoles(user_id, tuple(role)), "assign_roles")
    console().print(f"{user_id} has {' '.join(sorted(set(role)))}", markup=False)


def train(
    user_id: UserId,
    on: Annotated[str | None, typer.Option(help="The day of completion, as 2026-01-31; today unless said.")] = None,
) -> None:
    """Record that an account's owner completed the training."""
    from hub import clock
    from hub.accounts.record_training import RecordTraining, record_training

    try:
        day = clock.today() if on is None else datetime.date.fromisoformat(on)
    except ValueError:
        raise HubError(Code.USAGE, "the day is written as 2026-01-31") from None
    _do(record_training, RecordTraining(user_id, day), "record_training")
    console().print(f"{user_id} is trained as of {day}", markup=False)


def reset(user_id: UserId) -> None:
    """Void an account's password, and mail its owner a one-time code."""
    from hub.accounts.passwords import Passwords
    from hub.accounts.reset_password import ResetPassword, reset_password
    from hub.settings import settings

    lifetime = datetime.timedelta(minutes=settings().one_time_code_minutes)

    async def verb(connection: asyncpg.Connection, permit: Any, command: ResetPassword) -> Any:
        async with Passwords(settings()) as passwords:
            return await reset_password(connection, permit, command, passwords=passwords, lifetime=lifetime)

    _do(verb, ResetPassword(user_id), "reset_password")
    console().print(f"a one-time code goes to the owner of {user_id} by mail", markup=False)


def reinstate(user_id: UserId) -> None:
    """Open a disabled account again, with the password that it has."""
    from hub.accounts.reinstate_user import ReinstateUser, reinstate_user

    _do(reinstate_user, ReinstateUser(user_id), "reinstate_user")
    console().print(f"{user_id} may sign in again", markup=False)


def deactivate(
    user_id: UserId,
    reason: Annotated[str, typer.Option(help="Why, in a line.")],
) -> None:
    """Close an account for good. Its sessions end at once; its user id and address go to nobody else."""
    from hub.accounts.deactivate_user import DeactivateUser, deactivate_user

    _do(deactivate_user, DeactivateUser(user_id, reason), "deactivate_user")
    console().print(f"{user_id} is closed for good", markup=False)


def _do(verb: Callable[[asyncpg.Connection, Any, Any], Awaitable[Any]], command: Any, name: str) -> None:
    """Run one verb in a transaction. Raises HubError (INVALID_ARGUMENT) where the rules refuse it."""
    from hub.refusal import Refusal
    from permissions.policies.operator import operators_permit

    async def work(connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            await verb(connection, operators_permit(name, operator()), command)

    try:
        with_connection(work)
    except Refusal as refusal:
        raise HubError(Code.INVALID_ARGUMENT, f"{refusal.code}: {refusal.message}") from None
