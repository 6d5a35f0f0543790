"""What must be done before an account works: one step at a time, and nothing else is open meanwhile."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from functools import cache
from typing import Protocol

from hub.accounts.password_policy import PasswordPolicy
from hub.accounts.rules import RULES_VERSION
from hub.errors import Code

YEAR = datetime.timedelta(days=365)


class Standing(Protocol):
    """The columns of `accounts` that say which duties are done."""

    @property
    def trained_at(self) -> datetime.datetime | None: ...
    @property
    def must_change_password(self) -> bool: ...
    @property
    def password_changed_at(self) -> datetime.datetime: ...
    @property
    def rules_version(self) -> str | None: ...
    @property
    def rules_agreed_at(self) -> datetime.datetime | None: ...
    @property
    def refreshed_at(self) -> datetime.datetime | None: ...
    @property
    def password_days(self) -> int | None: ...
    @property
    def has_second_factor(self) -> bool: ...
    @property
    def roles(self) -> tuple[str, ...]: ...


def gate(
    account: Standing, *, now: datetime.datetime, policy: PasswordPolicy, factor_roles: Collection[str] = ()
) -> Code | None:
    """The first duty that is open, or None when the account works. Training counts as the first refresher.

    Whoever holds one of `factor_roles` must have a second factor.
    """
    if account.trained_at is None:
        return Code.TRAINING_REQUIRED
    age = now - account.password_changed_at
    if account.must_change_password or policy.is_too_old(age, account.password_days):
        return Code.PASSWORD_CHANGE_REQUIRED
    if not account.has_second_factor and not frozenset(factor_roles).isdisjoint(account.roles):
        return Code.SECOND_FACTOR_REQUIRED
    if account.rules_version != RULES_VERSION or _older_than_a_year(account.rules_agreed_at, now):
        return Code.RULES_REQUIRED
    refreshed = max(account.trained_at, account.refreshed_at or account.trained_at)
    if _older_than_a_year(refreshed, now) or refreshed.date().isoformat() < RULES_VERSION:
        return Code.REFRESHER_REQUIRED
    return None


@cache
def factor_roles(text: str) -> frozenset[str]:
    """The roles that HUB_SECOND_FACTOR_ROLES lists."""
    return frozenset(role.strip() for role in text.split(",") if role.strip())


def _older_than_a_year(at: datetime.datetime | None, now: datetime.datetime) -> bool:
    return at is None or now - at >= YEAR
