"""The trail that tests of seals share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.audit.trail import Trail


@pytest.fixture
async def trail(database_url: str, tmp_path: Path) -> AsyncIterator[Trail]:
    """An empty trail of the test's own."""
    async with AsyncExitStack() as stack:
        yield await Trail.opened(database_url, tmp_path, stack)
