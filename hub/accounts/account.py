"""An account as it is read: who it is, what it may, and how far its duties are done."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

import asyncpg

from hub.accounts.gate import factor_roles, gate
from hub.accounts.password_policy import POLICIES
from hub.settings import Settings
from hub.states import Policy
from hub.viewer import Reach, Viewer

MAX_FAILED_TRIES = 3

GrantsOf = Callable[[tuple[str, ...]], Mapping[str, Reach]]
"""What several roles together may do: `permissions.roles.grants_of`, handed in because this layer is below it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One row of `accounts` with its roles, without the password's hash. All times are aware.

    `password_days` is how long the account's state lets a password be good, where it chose to.
    """

    account_id: int
    user_id: str
    name: str
    email: str
    state: str | None
    region: str | None
    district_id: str | None
    status: str
    password_changed_at: datetime.datetime
    must_change_password: bool
    trained_at: datetime.datetime | None
    rules_version: str | None
    rules_agreed_at: datetime.datetime | None
    refreshed_at: datetime.datetime | None
    roles: tuple[str, ...]
    password_days: int | None
    has_second_factor: bool

    def viewer(
        self,
        session_id: int,
        grants_of: GrantsOf,
        now: datetime.datetime,
        settings: Settings,
        *,
        factor_vouched: bool = False,
    ) -> Viewer:
        """The viewer of one of the account's sessions; the edge adds purpose and address.

        `factor_vouched`: the provider of single sign-on vouched for a second factor when the session was opened.
        """
        standing = replace(self, has_second_factor=True) if factor_vouched else self
        return Viewer(
            account_id=self.account_id,
            session_id=session_id,
            user_id=self.user_id,
            name=self.name,
            email=self.email,
            roles=self.roles,
            state=self.state,
            region=self.region,
            district_id=self.district_id,
            grants=grants_of(self.roles),
            gate=gate(
                standing,
                now=now,
                policy=POLICIES[settings.password_policy],
                factor_roles=factor_roles(settings.second_factor_roles),
            ),
        )


_DERIVED = ("roles", "password_days", "has_second_factor")
_NAMES = tuple(field.name for field in fields(Account) if field.name not in _DERIVED)

_ROLES = "ARRAY(SELECT role FROM account_roles WHERE account_roles.account_id = accounts.account_id ORDER BY role)"

_PASSWORD_DAYS = f"""(
    SELECT (value #>> '{{}}')::int FROM state_policies
    WHERE state_policies.state = accounts.state AND policy = '{Policy.PASSWORD_DAYS.name}'
)"""  # noqa: S608 (a name of ours)

_HAS_SECOND_FACTOR = """(
    EXISTS (SELECT FROM totp_factors AS app WHERE app.account_id = accounts.account_id AND confirmed_at IS NOT NULL)
    OR EXISTS (SELECT FROM passkeys WHERE passkeys.account_id = accounts.account_id)
)"""

ACCOUNT_COLUMNS = ", ".join(
    [
        *(f"accounts.{name}" for name in _NAMES),
        f"{_ROLES} AS roles",
        f"{_PASSWORD_DAYS} AS password_days",
        f"{_HAS_SECOND_FACTOR} AS has_second_factor",
    ]
)
"""What `account_of` needs a query to select."""


def account_of(record: asyncpg.Record) -> Account:
    return Account(
        **{name: record[name] for name in _NAMES},
        roles=tuple(record["roles"]),
        password_days=record["password_days"],
        has_second_factor=record["has_second_factor"],
    )
