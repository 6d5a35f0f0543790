"""`student`: whose values stand at the head, what differs, retired IDs."""

from __future__ import annotations

import pytest

from tests.graph.compare import Country
from tests.graph.seed import people
from tests.graph.viewers import STATE_DATA_ADMINISTRATOR

pytestmark = pytest.mark.anyio

async def test_x(country: Country) -> None:
    await country.data(STATE_DATA_ADMINISTRATOR, "{ students(first: 100) { totalCount nodes { msixId firstName states source { state } eligibilityEnd } } }")
