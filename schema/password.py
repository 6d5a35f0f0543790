"""Passwords: reset by an administrator, chosen by their owner."""

from __future__ import annotations

import strawberry

from permissions.declare import public
from schema.payload import INPUT, MutationError, errors_field, key_field


@strawberry.input(description="Whose password is reset.")
class ResetPasswordInput:
    user_id: str = public(INPUT, None, "The user id of the account.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="A password that was reset; its owner was mailed a one-time code.")
class ResetPasswordPayload:
    errors: list[MutationError] = errors_field()


@strawberry.input(description="A one-time code, and the password that its holder chooses.")
class RedeemOneTimeCodeInput:
    user_id: str = public(INPUT, None, "The user id, as the mail says.")
    code: str = public(INPUT, None, "The code, as the mail says; case, hyphens and spaces do not count.")
    new_password: str = public(INPUT, None, "The password, by the policy in force and none of the last six.")


@strawberry.type(description="A password that was chosen; now sign in with it.")
class RedeemOneTimeCodePayload:
    errors: list[MutationError] = errors_field()


@strawberry.input(description="The own password, as it is and as it is to be.")
class ChangePasswordInput:
    current_password: str = public(INPUT, None, "The password as it is. Wrong ones count as wrong sign-ins.")
    new_password: str = public(INPUT, None, "The password to be, by the policy in force and none of the last six.")


@strawberry.type(description="A password that was changed; every other session of the account has ended.")
class ChangePasswordPayload:
    errors: list[MutationError] = errors_field()
