"""`jurisdictions`: everybody's list of states, with districts and schools for those who may see them."""

from __future__ import annotations

import pytest

from hub.viewer import ANONYMOUS
from tests.graph.compare import Country, denials
from tests.graph.viewers import EVERYTHING

pytestmark = pytest.mark.anyio


async def test_every_jurisdiction_is_listed_by_code_for_anybody(country: Country) -> None:
    data = await country.data(ANONYMOUS, "{ jurisdictions { id code name kind fips } }")
    codes = [each["code"] for each in data["jurisdictions"]]
    assert len(codes) == 56 and codes == sorted(codes)


async def test_districts_are_null_for_nobody_and_named_once(country: Country) -> None:
    answer = await country.same(
        ANONYMOUS, "{ jurisdictions { code districts { totalCount } again: districts { totalCount } } }"
    )
    assert denials(answer) == [("FORBIDDEN", "Jurisdiction.districts", "directory:read")]
    assert all(each["districts"] is None for each in answer["data"]["jurisdictions"])


async def test_connections_nest_with_pages_of_their_own(country: Country) -> None:
    info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    text = f"""{{ jurisdictions {{ code
        districts(first: 2) {{ totalCount {info} edges {{ cursor node {{ districtId name
            schools(last: 1) {{ totalCount {info} nodes {{ schoolId name district {{ name }} }} }} }} }} }}
        schools(last: 2) {{ totalCount {info} nodes {{ schoolId }} }} }} }}"""
    data = await country.data(EVERYTHING, text)
    tennessee = next(each for each in data["jurisdictions"] if each["code"] == "TN")
    assert tennessee["districts"]["totalCount"] == 3 and tennessee["districts"]["pageInfo"]["hasNextPage"]
