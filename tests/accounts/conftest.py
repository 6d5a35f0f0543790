"""One process's doors to sign-in and sessions, with cheap hashing, as the web process's role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.fernet import Fernet

from hub.accounts.create import NewAccount, create_account
from hub.accounts.open_session import SignedIn
from hub.accounts.passwords import Passwords
from hub.accounts.sign_in import SignIn
from hub.settings import Settings
from hub.store.engine import connect, read_pool
from hub.tables.web_role import WEB_ROLE
from permissions.role_sets import ROLE_SETS
from permissions.roles import grants_of
from tests.http.fixtures import country_template, country_url, hub, own_hub, shared_country
from tests.http.hub import Hub, running

__all__ = ["country_template", "country_url", "hub", "own_hub", "shared_country"]

PASSWORD = "Right#pass1"
ANN = NewAccount("Ann.Lee", "Ann Lee", "ann@agency.gov", ("PRIMARY_USER",), state="TX", district_id="4812345")


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings.model_validate({"database_url": database_url, "argon2_time_cost": 1, "argon2_memory_kib": 64})


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may look at everything."""
    connection = await connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def country_owner(country_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may look at everything behind `own_hub`."""
    connection = await connect(country_url)
    yield connection
    await connection.close()


@pytest.fixture
def secret_key(tmp_path: Path) -> Path:
    """A key file such as HUB_SECRET_KEY names."""
    path = tmp_path / "secret.key"
    path.touch(mode=0o600)
    path.write_bytes(Fernet.generate_key())
    return path


@pytest.fixture
async def keyed_hub(country_url: str, secret_key: Path) -> AsyncIterator[Hub]:
    """An application over a database of the test's own that can keep secrets."""
    async with running(country_url, secret_key=secret_key) as started:
        yield started


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await read_pool(database_url, 4, role=WEB_ROLE)
    yield pool
    await pool.close()


@pytest.fixture
async def passwords(settings: Settings) -> AsyncIterator[Passwords]:
    async with Passwords(settings) as passwords:
        yield passwords


class Door:
    """Makes accounts and signs them in."""

    def __init__(self, sign_in: SignIn, owner: asyncpg.Connection) -> None:
        self.sign_in = sign_in
        self._owner = owner

    async def make(self, new: NewAccount = ANN, password: str = PASSWORD, *, ready: bool = True, **other: Any) -> int:
        """`other` replaces values of `new`."""
        new = replace(new, **other)
        passwords = self.sign_in.passwords
        async with self._owner.transaction():
            return await create_account(self._owner, new, password, roles=ROLE_SETS, passwords=passwords, ready=ready)

    async def enter(self, user_id: str = ANN.user_id, password: str = PASSWORD) -> SignedIn:
        """Sign in as one who may."""
        answer = await self.sign_in(user_id, password)
        assert isinstance(answer, SignedIn)
        return answer


@pytest.fixture
async def door(pool: asyncpg.Pool, passwords: Passwords, settings: Settings, owner: asyncpg.Connection) -> Door:
    return Door(SignIn(pool, passwords, settings, grants_of), owner)
