"""A hub over a database of the test's own, with accounts and no children yet."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.http.hub import Hub, running, store_accounts


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[Hub]:
    await store_accounts(database_url)
    async with running(database_url) as started:
        yield started
