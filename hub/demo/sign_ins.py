"""One account for each role, with a password that everybody may know: the children are invented."""

from __future__ import annotations

import asyncpg

from hub.accounts import NewAccount, Passwords, RoleSets, create_account

PASSWORD = "Harvest-2026!"  # noqa: S105 (printed by the demo)

_PEOPLE = {
    "SECONDARY_USER": ("Sam Teacher", "TX", None),
    "PRIMARY_USER": ("Paula Recruiter", "TX", None),
    "REGIONAL_DATA_ADMINISTRATOR": ("Rosa Region", "FL", "South Florida"),
    "STATE_DATA_ADMINISTRATOR": ("Dana State", "TX", None),
    "STATE_USER_ADMINISTRATOR": ("Uri Accounts", "TN", None),
    "GOVERNMENT_ADMINISTRATOR": ("Grace Federal", None, None),
    "OME_USER_ADMINISTRATOR": ("Omar Accounts", None, None),
    "PRIVACY_ACT_ADMINISTRATOR": ("Priya Privacy", None, None),
    "HELP_DESK": ("Hal Desk", None, None),
}

# A demo that lay about for months, or on whose passwords somebody guessed, opens again.
_READY = """
UPDATE accounts SET status = 'ACTIVE', failed_tries = 0, must_change_password = false, password_changed_at = now(),
    trained_at = now(), rules_agreed_at = now(), refreshed_at = now()
WHERE user_id = ANY ($1)
"""


def demo_accounts() -> list[NewAccount]:
    """The accounts, one a role, with user ids like primary-user."""
    return [_account(role, *who) for role, who in _PEOPLE.items()]


async def open_accounts(connection: asyncpg.Connection, roles: RoleSets, passwords: Passwords) -> None:
    """Create the accounts that are missing, and make all of them ready to sign in."""
    wanted = demo_accounts()
    there = await connection.fetch("SELECT user_id FROM accounts")
    missing = {account.user_id for account in wanted} - {row["user_id"] for row in there}
    for account in wanted:
        if account.user_id in missing:
            async with connection.transaction():
                await create_account(
                    connection, account, PASSWORD, roles=roles, passwords=passwords, ready=True, by="operator:demo"
                )
    await connection.execute(_READY, [account.user_id for account in wanted])


def _account(role: str, name: str, state: str | None, region: str | None) -> NewAccount:
    user_id = role.lower().replace("_", "-")
    return NewAccount(user_id, name, f"{user_id}@demo.example", (role,), state, region)
