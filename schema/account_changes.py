"""What administrators do with accounts: each mutation with its input and payload."""

from __future__ import annotations

import datetime
from typing import Any

import strawberry

from permissions.declare import guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Keyed
from resolvers.mutations import account as changes
from resolvers.sources.account import ACCOUNTS
from schema.account import Account
from schema.enums import Role
from schema.payload import INPUT, MutationError, change, errors_field, key_field


def _user_id() -> Any:
    return public(INPUT, None, "The user id of the account.")


def _version() -> Any:
    return public(INPUT, None, "The account's `version` as it was read; where it is another by now, it is a CONFLICT.")


def _new(description: str) -> Any:
    return public(INPUT, None, f"{description} Left out, it stays as it is.", default=strawberry.UNSET)


def account_field() -> Any:
    """The account of a payload."""
    return guarded(G.ACCOUNT_READ, Keyed(ACCOUNTS), "The account as it is now, where the viewer still sees it.")


@strawberry.input(description="A new account.")
class CreateUserInput:
    user_id: str = public(INPUT, None, "What its owner will sign in with; never given to another.")
    name: str = public(INPUT, None, "The person's name.")
    email: str = public(INPUT, None, "The person's e-mail address; never given to another.")
    roles: list[Role] = public(INPUT, None, "Its roles.")
    title: str | None = public(INPUT, None, "What the person does at work.", default=None)
    phone: str | None = public(INPUT, None, "Telephone at work.", default=None)
    state: str | None = public(INPUT, None, "Code of its state; the administrator's own unless said.", default=None)
    region: str | None = public(INPUT, None, "The region within the state.", default=None)
    district_id: str | None = public(INPUT, None, "The district within the state, seven digits.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="An account that was made.")
class CreateUserPayload:
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.input(description="What of an account is new.")
class UpdateUserInput:
    user_id: str = _user_id()
    expected_version: int = _version()
    name: str | None = _new("The person's name; it cannot be taken away.")
    email: str | None = _new("The e-mail address; it cannot be taken away, and is never given to another.")
    title: str | None = _new("What the person does at work; null takes it away.")
    phone: str | None = _new("Telephone at work; null takes it away.")
    region: str | None = _new("The region within the state; null takes it away.")
    district_id: str | None = _new("The district within the state, seven digits; null takes it away.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="An account that was changed.")
class UpdateUserPayload:
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.input(description="The roles of an account.")
class AssignRolesInput:
    user_id: str = _user_id()
    expected_version: int = _version()
    roles: list[Role] = public(INPUT, None, "All roles that it has from now on.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="An account whose roles were changed; its sessions have ended.")
class AssignRolesPayload:
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.input(description="A training that an account's owner completed.")
class RecordTrainingInput:
    user_id: str = _user_id()
    completed_on: datetime.date = public(INPUT, None, "The day on which it was completed.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="An account whose training was recorded.")
class RecordTrainingPayload:
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.input(description="An account that is closed for good.")
class DeactivateUserInput:
    user_id: str = _user_id()
    reason: str = public(INPUT, None, "Why, in a line of 1000 characters at most.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="An account that was closed; its sessions have ended.")
class DeactivateUserPayload:
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.input(description="A disabled account that is opened again.")
class ReinstateUserInput:
    user_id: str = _user_id()
    idempotency_key: str | None = key_field()


@strawberry.type(description="An account that was opened again.")
class ReinstateUserPayload:
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.input(description="An account that was reviewed and is not needed.")
class ConfirmAccountReviewInput:
    user_id: str = _user_id()
    idempotency_key: str | None = key_field()


@strawberry.type(description="An account that was disabled as unused; its sessions have ended.")
class ConfirmAccountReviewPayload:
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.type(description="What administrators do with accounts.")
class AccountMutations:
    create_user: CreateUserPayload | None = change(
        changes.CREATE_USER,
        CreateUserInput,
        CreateUserPayload,
        "Make an account. Its owner gets a one-time code by mail to choose a password with; it works once training is "
        "recorded.",
        G.ACCOUNT_MANAGE,
    )
    update_user: UpdateUserPayload | None = change(
        changes.UPDATE_USER,
        UpdateUserInput,
        UpdateUserPayload,
        "Correct whose account it is, where its owner works and how to reach them. A changed e-mail address is told to "
        "the old one and the new one.",
        G.ACCOUNT_MANAGE,
    )
    assign_roles: AssignRolesPayload | None = change(
        changes.ASSIGN_ROLES,
        AssignRolesInput,
        AssignRolesPayload,
        "Say which roles an account has. Its sessions end at once.",
        G.ACCOUNT_MANAGE,
    )
    record_training: RecordTrainingPayload | None = change(
        changes.RECORD_TRAINING,
        RecordTrainingInput,
        RecordTrainingPayload,
        "Record that an account's owner completed the training, without which the account does not work.",
        G.ACCOUNT_MANAGE,
    )
    deactivate_user: DeactivateUserPayload | None = change(
        changes.DEACTIVATE_USER,
        DeactivateUserInput,
        DeactivateUserPayload,
        "Close an account for good. Its sessions end at once; its user id and e-mail address go to nobody else.",
        G.ACCOUNT_MANAGE,
    )
    reinstate_user: ReinstateUserPayload | None = change(
        changes.REINSTATE_USER,
        ReinstateUserInput,
        ReinstateUserPayload,
        "Open a disabled account again, with the password that it has.",
        G.ACCOUNT_REINSTATE,
    )
    confirm_account_review: ConfirmAccountReviewPayload | None = change(
        changes.CONFIRM_ACCOUNT_REVIEW,
        ConfirmAccountReviewInput,
        ConfirmAccountReviewPayload,
        "Confirm that an account of `accountReviews` is not needed, which disables it.",
        G.ACCOUNT_MANAGE,
    )
