"""Databases with the planted country and accounts, and applications over them; conftests import what they use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.conftest import Databases
from tests.http.hub import Hub, running, store_accounts
from tests.http.planted import store


async def _fill(url: str) -> None:
    await store_accounts(url)
    await store(url)


@pytest.fixture(scope="session")
def country_template(databases: Databases, template_url: str) -> Iterator[str]:
    """The migrated database with the planted country and an account of every role."""
    with databases.new(template_url) as url:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(_fill(url))
        yield url


@pytest.fixture(scope="module")
def shared_country(databases: Databases, country_template: str) -> Iterator[str]:
    with databases.new(country_template) as url:
        yield url


@pytest.fixture(scope="module")
async def hub(shared_country: str) -> AsyncIterator[Hub]:
    """One application for the tests of a module that only read."""
    async with running(shared_country) as started:
        yield started


@pytest.fixture
def country_url(databases: Databases, country_template: str) -> Iterator[str]:
    """A database of the test's own."""
    with databases.new(country_template) as url:
        yield url


@pytest.fixture
async def own_hub(country_url: str) -> AsyncIterator[Hub]:
    """An application over a database of the test's own."""
    async with running(country_url) as started:
        yield started
