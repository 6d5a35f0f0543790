"""A country that a demonstration invented, with accounts of every role and a snapshot of it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hub.demo import make_country
from hub.demo.loading import load_country
from hub.reports.snapshot.build import build_snapshot
from hub.reports.snapshot.manifest import Shelf
from hub.store.engine import connect
from tests.conftest import Databases
from tests.http.hub import Hub, running, store_accounts

CHILDREN = 150


async def _fill(url: str) -> None:
    connection = await connect(url)
    try:
        await load_country(connection, url, make_country(CHILDREN), lambda _: None)
    finally:
        await connection.close()
    await store_accounts(url)


@pytest.fixture(scope="session")
def demo_template(databases: Databases, template_url: str) -> Iterator[str]:
    """The migrated database with a small demonstration country."""
    with databases.new(template_url) as url:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(_fill(url))
        yield url


@pytest.fixture(scope="session")
def reports_dir(demo_template: str) -> Iterator[Path]:
    """The folder with one snapshot of the template."""
    with tempfile.TemporaryDirectory(prefix="hub-reports-") as folder:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(build_snapshot(demo_template, Path(folder)))
        yield Path(folder)


@pytest.fixture
def shelf(reports_dir: Path) -> Shelf:
    """The shelf with that snapshot."""
    (folder,) = [each for each in reports_dir.iterdir() if each.is_dir()]
    return Shelf(reports_dir, folder.name)


@pytest.fixture
def demo_url(databases: Databases, demo_template: str) -> Iterator[str]:
    """A copy of the country of the test's own."""
    with databases.new(demo_template) as url:
        yield url


@pytest.fixture
async def hub(demo_url: str, reports_dir: Path) -> AsyncIterator[Hub]:
    """An application over the country and its snapshot."""
    async with running(demo_url, reports_dir=reports_dir) as started:
        yield started
