"""`students`: pages in every order and direction, and filters held against predicates in Python."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.tables import StudentRow
from tests.graph.compare import Country, denials
from tests.graph.oracle import filters
from tests.graph.oracle.deciding import closed_to
from tests.graph.oracle.world import World
from tests.graph.pools import pools
from tests.graph.seed.people import msix_id
from tests.graph.viewers import NO_HEALTH_NO_SCHOOLS, SEARCH_ALONE, SECONDARY_USER

pytestmark = pytest.mark.anyio
ORDERS = ("NAME", "BIRTH_DATE", "LATEST_ACTIVITY", "UPDATED_AT", "MSIX_ID")
_PAGE = """
query($order: StudentOrder, $filter: StudentFilter, $first: Int, $after: String, $last: Int, $before: String) {
  students(orderBy: $order, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { msixId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def walk(country: Country, order: Any, size: int, *, backward: bool, filter_: Any = None) -> list[str]:
    """Every student in the order of the walk, page by page until there is no more."""
    found: list[str] = []
    given_: dict[str, Any] = {"order": order, "filter": filter_, "last" if backward else "first": size}
    while True:
        page = (await country.ask(SECONDARY_USER, _PAGE, given_))["data"]["students"]
        ids = [edge["node"]["msixId"] for edge in page["edges"]]
        found = ids + found if backward else found + ids
        info = page["pageInfo"]
        if page["edges"]:
            assert [info["startCursor"], info["endCursor"]] == [page["edges"][at]["cursor"] for at in (0, -1)]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found
        given_["before" if backward else "after"] = info["startCursor" if backward else "endCursor"]


def seen(country: Country) -> World:
    """The world but for the students that are under review."""
    return country.oracle.seen_without(closed_to(country.oracle.world, SECONDARY_USER))


def whole(country: Country, order: Any) -> list[str]:
    """Every shown student in an order, by the oracle."""
    text = "query($order: StudentOrder) { students(orderBy: $order, first: 200) { nodes { msixId } } }"
    data = country.oracle.answer(SECONDARY_USER, text, {"order": order}).data
    return [node["msixId"] for node in data["students"]["nodes"]]


@settings(max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    field=st.sampled_from(ORDERS),
    direction=st.sampled_from(["ASC", "DESC"]),
    size=st.integers(1, 45),
    backward=st.booleans(),
)
async def test_a_walk_in_pages_of_any_size_is_the_sorted_whole(
    country: Country, field: str, direction: str, size: int, backward: bool
) -> None:
    order = {"field": field, "direction": direction}
    assert await walk(country, order, size, backward=backward) == whole(country, order)


async def test_the_other_direction_is_the_same_sequence_turned_round(country: Country) -> None:
    for field in ORDERS:
        forth, back = [whole(country, {"field": field, "direction": way}) for way in ("ASC", "DESC")]
        assert forth == back[::-1]


async def test_a_filtered_walk_meets_each_that_fits_once(country: Country) -> None:
    wanted = {"state": {"eq": "TN"}}
    found = await walk(country, None, 3, backward=False, filter_=wanted)
    world = seen(country)
    fitting = {student.msix_id for student in world.shown_students() if filters.student(world, student, wanted)}
    assert len(found) == len(fitting) and set(found) == fitting


async def test_a_page_is_fifty_students_unless_said(country: Country) -> None:
    data = await country.data(SECONDARY_USER, "{ students { nodes { msixId } totalCount } }")
    assert len(data["students"]["nodes"]) == min(50, data["students"]["totalCount"])


def _each_filter() -> list[tuple[str, Any]]:
    known = pools()
    texts = ("msixId", "stateStudentId", "state", "districtId", "schoolId", "gradeLevel")
    found: list[tuple[str, Any]] = [(name, {"eq": value}) for name in texts for value in known[name][:6]]
    found += [(name, {"in": known[name][:3]}) for name in texts] + [(name, {"in": []}) for name in texts]
    found += [
        (name, {how: value})
        for name in ("firstName", "lastName")
        for how in ("eq", "prefix", "fuzzy")
        for value in known["lastName"]
    ]
    found += [("birthDate", {how: day}) for how in ("eq", "from", "to") for day in known["birthDate"]]
    found += [("birthDate", {"from": "2005-01-01", "to": "2012-05-06"})]
    found += [(name, value) for name in ("sex", "enrolledOn", "eligibleOn", "updatedSince") for value in known[name]]
    found += [("priorityForServices", value) for value in (True, False)]
    found += [("healthAlert", kinds) for kinds in ([], ["ACUTE"], ["CHRONIC", "IMMUNIZATION"])]
    return found


async def test_each_filter_finds_the_students_that_its_predicate_holds_for(country: Country) -> None:
    text = "query($filter: StudentFilter) { students(filter: $filter, first: 200) { nodes { msixId } } }"
    world, matched = seen(country), set()
    for name, value in _each_filter():
        answer = await country.ask(SECONDARY_USER, text, {"filter": {name: value}})
        found = {node["msixId"] for node in answer["data"]["students"]["nodes"]}
        expected = {row.msix_id for row in world.shown_students() if filters.student(world, row, {name: value})}
        assert found == expected, (name, value)
        matched |= {name} if found else set()
    assert matched == {name for name, _ in _each_filter()}, "a filter that finds nobody tests nothing"


async def test_an_empty_filter_demands_nothing(country: Country) -> None:
    everybody = len(seen(country).shown_students())
    fields = ("state", "districtId", "lastName", "birthDate", "msixId", "stateStudentId")
    for name in fields:
        text = f"{{ students(filter: {{{name}: {{}}}}) {{ totalCount }} }}"
        assert (await country.data(SECONDARY_USER, text))["students"]["totalCount"] == everybody, name


async def test_conditions_hold_for_one_record_and_one_enrollment_of_it(country: Country) -> None:
    world = seen(country)
    text = "query($filter: StudentFilter) { students(filter: $filter, first: 200) { nodes { msixId } } }"
    for state in ("TN", "TX"):
        for other in ({"gradeLevel": {"eq": "05"}}, {"schoolId": {"eq": "470000100001"}, "enrolledOn": "2025-02-01"}):
            asked = {"state": {"eq": state}, **other}
            data = await country.data(SECONDARY_USER, text, {"filter": asked})
            fitting = {row.msix_id for row in world.shown_students() if filters.student(world, row, asked)}
            assert {node["msixId"] for node in data["students"]["nodes"]} == fitting


async def test_a_retired_id_finds_its_survivor(country: Country) -> None:
    text = f'{{ students(filter: {{msixId: {{eq: "{msix_id(42)}"}}}}) {{ nodes {{ msixId answeredFor }} }} }}'
    data = await country.data(SECONDARY_USER, text)
    assert data["students"]["nodes"] == [{"msixId": msix_id(1), "answeredFor": None}]


async def test_a_filter_on_what_one_may_not_read_is_refused_whole(country: Country) -> None:
    answer = await country.same(NO_HEALTH_NO_SCHOOLS, "{ students(filter: {healthAlert: [ACUTE]}) { totalCount } }")
    assert answer["data"] == {"students": None}
    assert denials(answer) == [("FORBIDDEN", "StudentFilter.healthAlert", "health:read")]


async def test_whoever_may_search_but_not_read_gets_no_page_and_no_count(country: Country) -> None:
    answer = await country.same(SEARCH_ALONE, "{ students { totalCount } }")
    assert answer["data"] == {"students": None}
    assert denials(answer) == [("FORBIDDEN", "Query.students", "student:read")]


async def test_ties_are_in_one_order_whatever_they_tie_on(country: Country) -> None:
    updates = [row.updated_at for row in country.oracle.world.shown_records(1)]
    assert updates
    sequence = whole(country, {"field": "LATEST_ACTIVITY", "direction": "ASC"})
    activity = {
        row.msix_id: country.oracle.world.shown_records(row.student_id)[0].latest_activity for row in _rows(country)
    }
    tied = [pair for pair in pairwise(sequence) if activity[pair[0]] == activity[pair[1]]]
    assert tied, "the seeded country must hold students of the same activity"
    assert await walk(country, {"field": "LATEST_ACTIVITY"}, 1, backward=False) == sequence


def _rows(country: Country) -> list[StudentRow]:
    return country.oracle.world.shown_students()
