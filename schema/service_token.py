"""Service tokens: what an account gives to a tool that asks in its name."""

from __future__ import annotations

import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from hub.accounts.listed import ListedToken, service_tokens_of
from permissions.declare import public
from permissions.policies.service_token import tokens_shown_of
from resolvers.compiler.node_id import encode
from resolvers.context import Context
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field

_LISTED = "It describes a token; the list of them is guarded, and the token itself is in no list."


@strawberry.type(description="A service token, without what would let anybody in.")
class ServiceToken:
    id: strawberry.ID = public(_LISTED, None, "What revokeServiceToken takes.")
    name: str = public(_LISTED, None, "What its owner calls it.")
    grants: list[str] = public(_LISTED, None, "What it was given; it holds those of them that its owner holds now.")
    addresses: list[str] = public(_LISTED, None, "The networks it may be used from.")
    purpose: str | None = public(_LISTED, None, "The only purpose it may be used for, if it names one.")
    created_at: datetime.datetime = public(_LISTED, None, "When it was made.")
    expires_at: datetime.datetime = public(_LISTED, None, "When it expires.")
    last_used_at: datetime.datetime | None = public(_LISTED, None, "When it was used last, to about a minute.")
    revoked_at: datetime.datetime | None = public(_LISTED, None, "When it was revoked, if it was.")
    revoke_reason: str | None = public(
        _LISTED, None, "Why it was revoked: BY_OWNER, BY_ADMINISTRATOR or ACCOUNT_DEACTIVATED."
    )


@strawberry.input(description="What a tool may ask in the viewer's name, until when and from where.")
class CreateServiceTokenInput:
    name: str = public(INPUT, None, "What to call it: 1 to 60 characters, unlike the viewer's other tokens.")
    grants: list[str] = public(
        INPUT,
        None,
        "Grants that the viewer holds (but account:self), and for developers' tools schema:read and http:get.",
    )
    expires_at: datetime.datetime = public(INPUT, None, "When it expires, with its time zone.")
    addresses: list[str] = public(INPUT, None, "The networks it may be used from, such as 10.1.0.0/16.")
    purpose: str | None = public(
        INPUT, None, "The only purpose it may be used for; without one, those of the viewer.", default=None
    )
    idempotency_key: str | None = key_field()


@strawberry.type(description="The new token, or why there is none.")
class CreateServiceTokenPayload:
    id: strawberry.ID | None = public(PAYLOAD, None, "The token's id in the list.")
    token: str | None = public(PAYLOAD, None, "Goes into the header `Authorization: Bearer`; shown only here, once.")
    errors: list[MutationError] = errors_field()


@strawberry.input(description="Which token is revoked.")
class RevokeServiceTokenInput:
    id: strawberry.ID = public(INPUT, None, "A token of the viewer's, or of an account that it administers.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The token that is revoked, or why it is not.")
class RevokeServiceTokenPayload:
    id: strawberry.ID | None = public(PAYLOAD, None, "The token's id.")
    errors: list[MutationError] = errors_field()


def _shown(found: ListedToken) -> ServiceToken:
    return ServiceToken(
        id=strawberry.ID(encode("ServiceToken", found.token_id)),
        name=found.name,
        grants=found.grants,
        addresses=found.addresses,
        purpose=found.purpose,
        created_at=found.created_at,
        expires_at=found.expires_at,
        last_used_at=found.last_used_at,
        revoked_at=found.revoked_at,
        revoke_reason=found.revoke_reason,
    )


async def resolve_own(info: Info[Context, None]) -> list[ServiceToken] | None:
    """The viewer's, those that are not revoked first, then the newest."""
    viewer, services = info.context.viewer, info.context.services
    if viewer.account_id is None:
        return None
    return [_shown(found) for found in await service_tokens_of(services.writes, viewer.account_id)]


async def resolve_of_user(
    info: Info[Context, None],
    user_id: Annotated[str, strawberry.argument(description="The account's user id.")],
) -> list[ServiceToken] | None:
    """Those of an account that the viewer administers; null for any other."""
    services = info.context.services
    account_id = await tokens_shown_of(services.writes, info.context.viewer, user_id)
    if account_id is None:
        return None
    return [_shown(found) for found in await service_tokens_of(services.writes, account_id)]
