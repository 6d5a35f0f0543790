"""Applying for access, and deciding about it: each mutation with its input and payload."""

from __future__ import annotations

import strawberry

from permissions.declare import guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Keyed
from resolvers.mutations import access_application as changes
from resolvers.sources.access_application import APPLICATIONS
from schema.access_application import AccessApplication
from schema.account import Account
from schema.account_changes import account_field
from schema.base import described_enum
from schema.enums import Role
from schema.payload import INPUT, MutationError, change, errors_field, key_field

_OPEN = "Whoever asks for an account cannot sign in yet."

AccessDecision = described_enum(
    "AccessDecision", {"APPROVE": "An account is made.", "REFUSE": "No account is made."}, "What is decided."
)


@strawberry.input(description="Who asks for an account, and who answers for them. Texts are of one line each.")
class ApplyForAccessInput:
    name: str = public(_OPEN, None, "The person's name.")
    title: str = public(_OPEN, None, "What the person does at work.")
    agency: str = public(_OPEN, None, "Whom the person works for.")
    address: str = public(_OPEN, None, "Postal address at work.")
    phone: str = public(_OPEN, None, "Telephone at work, such as 615-555-0100 x20.")
    email: str = public(_OPEN, None, "E-mail address at work; the decision is mailed there.")
    role: Role = public(_OPEN, None, "The role that is asked for, one of a state's.")
    state: str = public(_OPEN, None, "Two-letter code of the state.")
    region: str | None = public(_OPEN, None, "The region within the state.", default=None)
    district_id: str | None = public(_OPEN, None, "The district within the state, seven digits.", default=None)
    supervisor_name: str = public(_OPEN, None, "Name of who answers for the person.")
    supervisor_email: str = public(_OPEN, None, "E-mail address of that supervisor, who is somebody else.")


@strawberry.type(description="An application that was taken in, or why it was not.")
class ApplyForAccessPayload:
    errors: list[MutationError] = errors_field()


@strawberry.input(description="A decision about an application.")
class DecideAccessApplicationInput:
    id: strawberry.ID = public(INPUT, None, "The application's id.")
    decision: AccessDecision = public(INPUT, None, "What is decided.")  # type: ignore[valid-type]
    user_id: str | None = public(INPUT, None, "The new account's user id; an approval names it.", default=None)
    reason: str | None = public(INPUT, None, "Why; a refusal says it, and it is mailed then.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="An application that was decided.")
class DecideAccessApplicationPayload:
    application: AccessApplication | None = guarded(G.ACCOUNT_MANAGE, Keyed(APPLICATIONS), "The application.")
    user: Account | None = account_field()
    errors: list[MutationError] = errors_field()


@strawberry.type(description="How an account is asked for and given.")
class AccessMutations:
    apply_for_access: ApplyForAccessPayload | None = change(
        changes.APPLY_FOR_ACCESS,
        ApplyForAccessInput,
        ApplyForAccessPayload,
        "Ask for an account. The state's User Administrators decide, for their own role the federal office (OME). One "
        "network address, and one e-mail address, may ask a few times only.",
        why=_OPEN,
    )
    decide_access_application: DecideAccessApplicationPayload | None = change(
        changes.DECIDE_ACCESS_APPLICATION,
        DecideAccessApplicationInput,
        DecideAccessApplicationPayload,
        "Approve an application, which makes the account, or refuse it. The applicant is told by mail.",
        G.ACCOUNT_MANAGE,
    )
