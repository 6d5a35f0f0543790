"""The seeded country, planted once for all graph tests, with the hub's services open over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from hub.services import open_services
from hub.settings import Settings
from hub.store.engine import connect
from resolvers.doors import Doors
from schema.build import build_schema, print_sdl
from tests.graph.compare import Country
from tests.graph.oracle.answer import Oracle
from tests.graph.oracle.world import load
from tests.graph.seed.plant import plant
from tests.graph.viewers import EVERYTHING


@pytest.fixture(scope="package")
def country_url(databases: Any, template_url: str) -> Iterator[str]:
    """The database of the seeded country. Tests only read it."""
    with databases.new(template_url) as url:
        yield url


@pytest.fixture(scope="package")
async def country(country_url: str) -> AsyncIterator[Country]:
    """The hub's doors and the oracle over the same rows."""
    await plant(country_url)
    settings = Settings.model_validate({"database_url": country_url, "pool_size": 2})
    async with AsyncExitStack() as stack:
        owner = await connect(country_url)
        stack.push_async_callback(owner.close)
        services = await stack.enter_async_context(open_services(country_url, settings))
        doors = Doors(build_schema(), services, settings)
        country = Country(doors, Oracle(await load(country_url), print_sdl()), owner)
        await country.learn_cursors(EVERYTHING)
        yield country
