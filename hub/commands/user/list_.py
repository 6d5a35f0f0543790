"""`hub user list`: who has an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.connected import with_connection
from hub.errors import Code, HubError
from hub.terminal import listing

if TYPE_CHECKING:
    import asyncpg

COLUMNS = ("userId", "name", "state", "roles", "status", "trained", "lastSignIn", "unusedDays")
STATUSES = ("ACTIVE", "DISABLED", "DEACTIVATED")

_LIST = """
SELECT user_id, name, state, ARRAY(
        SELECT role FROM account_roles WHERE account_roles.account_id = accounts.account_id ORDER BY role) AS roles,
    status, trained_at, last_sign_in_at, unused_since
FROM accounts
WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR state = $2 OR ($2 = 'OME' AND state IS NULL))
    AND ($3::text IS NULL OR EXISTS (
        SELECT FROM account_roles WHERE account_roles.account_id = accounts.account_id AND role = $3))
ORDER BY state NULLS FIRST, name_key, account_id
"""


def command(
    *,
    state: Annotated[str | None, typer.Option(help="Of this state, such as TX; OME: of none.")] = None,
    role: Annotated[str | None, typer.Option(help="With this role, such as PRIMARY_USER.")] = None,
    status: Annotated[str | None, typer.Option(help="ACTIVE, DISABLED or DEACTIVATED.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List accounts: whose they are, with which roles, whether they may sign in, and for how long nobody did."""
    if status is not None and status not in STATUSES:
        raise HubError(Code.USAGE, f"the status is one of {', '.join(STATUSES)}")

    async def read(connection: asyncpg.Connection) -> list[Any]:
        found: list[Any] = await connection.fetch(_LIST, status, state, role)
        return found

    listing(COLUMNS, [_row(row, as_json) for row in with_connection(read)], as_json=as_json)


def _row(row: Any, as_json: bool) -> tuple[Any, ...]:
    from hub import clock

    trained, entered = (_time(row[name], as_json) for name in ("trained_at", "last_sign_in_at"))
    roles = list(row["roles"]) if as_json else " ".join(row["roles"])
    unused = (clock.now() - row["unused_since"]).days
    return row["user_id"], row["name"], row["state"], roles, row["status"], trained, entered, unused


def _time(at: Any, as_json: bool) -> str | None:
    return None if at is None else at.isoformat() if as_json else f"{at:%Y-%m-%d}"
