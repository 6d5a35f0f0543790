"""Makes a service token: an account lets a tool ask in its name, for less than it may itself, for a time, from
addresses that it names. The token is shown once.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.tokens import SERVICE_PREFIX, hash_token, new_token
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import kept_line

MOST_TOKENS = 50
"""Tokens of one account that are not revoked."""
MOST_ADDRESSES = 20
MOST_GRANTS = 50
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class CreateServiceToken:
    """What is asked for. `addresses` are networks such as 10.1.0.0/16, `expires_at` is aware."""

    name: str
    grants: tuple[str, ...]
    expires_at: datetime.datetime
    addresses: tuple[str, ...]
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class NewServiceToken:
    """`token` is shown to its owner and not stored."""

    token_id: int
    token: str


async def create_service_token(
    connection: asyncpg.Connection, permit: Permit, command: CreateServiceToken, *, longest: datetime.timedelta
) -> NewServiceToken:
    """Make a token of the viewer's account, which the policy has found to hold the grants and the purpose.

    Raises Refusal (`INVALID_INPUT`, `NAME_TAKEN`, `TOO_MANY`).
    """
    permit.check("create_service_token")
    viewer = permit.viewer
    networks = _checked(command, clock.now(), longest)
    await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR NO KEY UPDATE", viewer.account_id)
    if await _kept(connection, viewer.account_id) >= MOST_TOKENS:
        raise Refusal(RefusalCode.TOO_MANY, f"an account has {MOST_TOKENS} tokens at most; revoke one first")
    token = new_token(SERVICE_PREFIX)
    token_id = await _insert(connection, viewer.account_id, token, command, networks)
    detail = {
        "token": token_id,
        "name": command.name.strip(),
        "grants": sorted(set(command.grants)),
        "addresses": networks,
        "purpose": command.purpose,
        "expires_at": command.expires_at.isoformat(),
    }
    await record_in(connection, Event.by(viewer, Tag.TOKEN_CREATE, detail=detail))
    return NewServiceToken(token_id, token)


def _checked(command: CreateServiceToken, now: datetime.datetime, longest: datetime.timedelta) -> list[str]:
    """The networks, as they are written plainly."""
    kept_line(command.name, "name", LONGEST_NAME)
    if not command.grants or len(command.grants) > MOST_GRANTS:
        raise _invalid("grants", f"a token has 1 to {MOST_GRANTS} grants")
    ends = command.expires_at
    if ends.tzinfo is None or not now < ends <= now + longest:
        raise _invalid("expiresAt", f"a token expires in the future, in {longest.days} days at most; name the zone")
    if not command.addresses or len(command.addresses) > MOST_ADDRESSES:
        raise _invalid("addresses", f"a token has 1 to {MOST_ADDRESSES} networks that it may be used from")
    try:
        networks = [ipaddress.ip_network(address) for address in command.addresses]
        if any("%" in address for address in command.addresses):
            raise ValueError("a scope")
        return list(dict.fromkeys(map(str, networks)))
    except ValueError:
        said = "a network is written like 10.1.0.0/16 or 2001:db8::/32, with no address below it"
        raise _invalid("addresses", said) from None


async def _kept(connection: asyncpg.Connection, account_id: int | None) -> int:
    count: int = await connection.fetchval(
        "SELECT count(*) FROM service_tokens WHERE account_id = $1 AND revoked_at IS NULL", account_id
    )
    return count


async def _insert(
    connection: asyncpg.Connection,
    account_id: int | None,
    token: str,
    command: CreateServiceToken,
    networks: list[str],
) -> int:
    token_id: int | None = await connection.fetchval(
        """
        INSERT INTO service_tokens (token_hash, account_id, name, grants, addresses, purpose, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5::text[]::cidr[], $6, $7, $8)
        ON CONFLICT (account_id, lower(name)) WHERE revoked_at IS NULL DO NOTHING RETURNING token_id
        """,
        hash_token(token),
        account_id,
        command.name.strip(),
        sorted(set(command.grants)),
        networks,
        command.purpose,
        clock.now(),
        command.expires_at,
    )
    if token_id is None:
        raise Refusal(RefusalCode.NAME_TAKEN, field="name")
    return token_id


def _invalid(field: str, message: str) -> Refusal:
    return Refusal(RefusalCode.INVALID_INPUT, message, field)
