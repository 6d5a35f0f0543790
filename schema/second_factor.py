"""Second factors: the viewer's own, how they are added and removed, and how they answer a sign-in."""

from __future__ import annotations

import datetime

import strawberry
from strawberry.types import Info

from permissions.declare import public
from resolvers.context import Context
from resolvers.second_factor import read_second_factor
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field

_OWN = "A viewer may know what it is."
_PROOF = "The password, proved anew. Wrong ones count as wrong sign-ins."
_CODES = "Good once each in place of a second factor; shown only here, with the account's first one."


@strawberry.type(description="One passkey of the viewer.")
class Passkey:
    id: strawberry.ID = public(_OWN, None, "Names it to `removePasskey`.")
    name: str = public(_OWN, None, "What its owner calls it.")
    created_at: datetime.datetime = public(_OWN, None, "When it was added.")
    last_used_at: datetime.datetime | None = public(_OWN, None, "When it last answered a sign-in, if it ever did.")


@strawberry.type(description="The viewer's second factors.")
class SecondFactor:
    totp: bool = public(_OWN, None, "Whether an authenticator app answers.")
    passkeys: list[Passkey] = public(_OWN, None, "The passkeys, the oldest first.")
    recovery_codes_left: int = public(_OWN, None, "How many recovery codes are left.")


async def resolve_second_factor(info: Info[Context, None]) -> SecondFactor | None:
    """The second factors of whoever asks; null for nobody."""
    account_id = info.context.viewer.account_id
    if account_id is None:
        return None
    state, rows = await read_second_factor(info.context.services.reads, account_id)
    passkeys = [
        Passkey(
            id=strawberry.ID(str(row["passkey_id"])),
            name=row["name"],
            created_at=row["created_at"],
            last_used_at=row["last_used_at"],
        )
        for row in rows
    ]
    return SecondFactor(totp=state["totp"], passkeys=passkeys, recovery_codes_left=state["recovery_codes"])


@strawberry.type(description="What a second factor must answer before a session opens.")
class SignInChallenge:
    id: str = public(PAYLOAD, None, "Goes into `completeSignIn`; shown only here.")
    expires_at: datetime.datetime = public(PAYLOAD, None, "Until when it can be answered.")
    methods: list[str] = public(PAYLOAD, None, "What can answer it: TOTP, PASSKEY, RECOVERY_CODE.")
    passkey_options: str | None = public(
        PAYLOAD, None, "The argument of `navigator.credentials.get`, in JSON, where the account has passkeys."
    )


@strawberry.input(description="The answer to a challenge: exactly one of `totp`, `recoveryCode` and `passkey`.")
class CompleteSignInInput:
    challenge: str = public(INPUT, None, "The challenge's id.")
    totp: str | None = public(INPUT, None, "The code that the authenticator app shows.", default=None)
    recovery_code: str | None = public(INPUT, None, "A recovery code that was not used yet.", default=None)
    passkey: str | None = public(INPUT, None, "What the authenticator answered, in JSON.", default=None)


@strawberry.input(description="The own password, before an authenticator app is added.")
class StartTotpInput:
    password: str = public(INPUT, None, _PROOF)


@strawberry.type(description="A secret for an authenticator app; it counts once `confirmTotp` has seen a code.")
class StartTotpPayload:
    secret: str | None = public(PAYLOAD, None, "The secret in base 32, for typing in.")
    uri: str | None = public(PAYLOAD, None, "The same as an otpauth address, for a QR code.")
    errors: list[MutationError] = errors_field()


@strawberry.input(description="A code of the app that is being added.")
class ConfirmTotpInput:
    code: str = public(INPUT, None, "The six digits that the app shows.")


@strawberry.type(description="An authenticator app that counts from now on.")
class ConfirmTotpPayload:
    recovery_codes: list[str] | None = public(PAYLOAD, None, _CODES)
    errors: list[MutationError] = errors_field()


@strawberry.input(description="The own password, before the authenticator app is removed.")
class RemoveTotpInput:
    password: str = public(INPUT, None, _PROOF)


@strawberry.type(description="An authenticator app that counts no more.")
class RemoveTotpPayload:
    errors: list[MutationError] = errors_field()


@strawberry.input(description="The own password, before a passkey is added.")
class StartPasskeyInput:
    password: str = public(INPUT, None, _PROOF)


@strawberry.type(description="A challenge for a new passkey.")
class StartPasskeyPayload:
    challenge: str | None = public(PAYLOAD, None, "Goes into `addPasskey`; good once, for five minutes.")
    options: str | None = public(PAYLOAD, None, "The argument of `navigator.credentials.create`, in JSON.")
    errors: list[MutationError] = errors_field()


@strawberry.input(description="A passkey that an authenticator made.")
class AddPasskeyInput:
    challenge: str = public(INPUT, None, "The challenge that it was made for.")
    credential: str = public(INPUT, None, "What the authenticator answered, in JSON.")
    name: str = public(INPUT, None, "What its owner calls it, 100 characters at most.")


@strawberry.type(description="A passkey that was added.")
class AddPasskeyPayload:
    recovery_codes: list[str] | None = public(PAYLOAD, None, _CODES)
    errors: list[MutationError] = errors_field()


@strawberry.input(description="Which passkey is removed.")
class RemovePasskeyInput:
    id: strawberry.ID = public(INPUT, None, "Its id, as `viewer` lists it.")
    password: str = public(INPUT, None, _PROOF)


@strawberry.type(description="A passkey that counts no more.")
class RemovePasskeyPayload:
    errors: list[MutationError] = errors_field()


@strawberry.input(description="Whose second factors are removed.")
class ResetSecondFactorInput:
    user_id: str = public(INPUT, None, "The user id of the account.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="Second factors that were removed; their owner was told by mail.")
class ResetSecondFactorPayload:
    errors: list[MutationError] = errors_field()
