"""Changes of service tokens."""

from __future__ import annotations

import datetime

import asyncpg

from hub.accounts.create_service_token import CreateServiceToken, create_service_token
from hub.accounts.revoke_service_token import RevokeServiceToken, revoke_service_token
from hub.outcome import Outcome
from hub.permit import Permit
from hub.viewer import Viewer
from permissions.policies.service_token import can_create_service_token, can_revoke_service_token
from resolvers.compiler.node_id import encode
from resolvers.context import Services
from resolvers.mutations.named import ById
from resolvers.writing import Change, Verb


def _creating(services: Services) -> Verb[CreateServiceToken]:
    longest = datetime.timedelta(days=services.settings.service_token_max_days)

    async def create(connection: asyncpg.Connection, permit: Permit, command: CreateServiceToken) -> Outcome:
        made = await create_service_token(connection, permit, command, longest=longest)
        return Outcome(values={"id": encode("ServiceToken", made.token_id)}, secrets={"token": made.token})

    return create


def _command(given: ById) -> RevokeServiceToken:
    return RevokeServiceToken(given.number("ServiceToken"))


async def _may_revoke(connection: asyncpg.Connection, viewer: Viewer, given: ById) -> Permit:
    return await can_revoke_service_token(connection, viewer, _command(given))


async def _revoke(connection: asyncpg.Connection, permit: Permit, given: ById) -> Outcome:
    token_id = await revoke_service_token(connection, permit, _command(given))
    return Outcome(values={"id": encode("ServiceToken", token_id)})


CREATE_SERVICE_TOKEN = Change("createServiceToken", CreateServiceToken, can_create_service_token, bind=_creating)
REVOKE_SERVICE_TOKEN = Change("revokeServiceToken", ById, _may_revoke, _revoke)
