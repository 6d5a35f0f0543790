"""The selection language inside compiled fields: aliases, fragments, merging, directives, `__typename`."""

from __future__ import annotations

import pytest

from tests.graph.compare import Country
from tests.graph.seed.people import SURVIVOR, msix_id
from tests.graph.viewers import EVERYTHING

pytestmark = pytest.mark.anyio
ID = f'msixId: "{msix_id(SURVIVOR)}"'
LONG = "a" * 70


@pytest.mark.parametrize(
    "alias", ["r", "k0", "o0", "n", "data", "students", "page1", "q", "key", "value", "select", "listed", "object"]
)
async def test_an_alias_may_be_any_name_that_the_statement_uses_itself(country: Country, alias: str) -> None:
    text = f"""{{ {alias}: student({ID}) {{ {alias}: firstName stateRecords {{ {alias}: state id
        enrollments {{ {alias}: __typename }} }} linkHistory(first: 2) {{ {alias}: nodes {{ {alias}: how }}
        edges {{ {alias}: cursor node {{ {alias}: id }} }} pageInfo {{ {alias}: endCursor }} }} }} }}"""
    await country.data(EVERYTHING, text)
    await country.data(
        EVERYTHING, f"{{ students(first: 2) {{ {alias}: edges {{ {alias}: node {{ {alias}: msixId }} }} }} }}"
    )
    await country.data(EVERYTHING, f"{{ jurisdictions {{ {alias}: code }} nodes(ids: []) {{ {alias}: id }} }}")


async def test_aliases_longer_than_an_identifier_stay_apart(country: Country) -> None:
    text = f"""{{ {LONG}x: student({ID}) {{ {LONG}1: firstName {LONG}2: lastName1
        {LONG}3: stateRecords {{ {LONG}1: state {LONG}2: id }}
        {LONG}4: linkHistory(first: 1) {{ {LONG}1: nodes {{ {LONG}1: how {LONG}2: id }} {LONG}2: totalCount
          {LONG}3: pageInfo {{ {LONG}1: hasNextPage {LONG}2: endCursor }}
          {LONG}5: edges {{ {LONG}1: cursor {LONG}2: node {{ {LONG}1: id }} }} }} }} }}"""
    data = await country.data(EVERYTHING, text)
    assert [len(key) for key in data[f"{LONG}x"]] == [71] * 4


async def test_fields_merge_from_fragments_and_repeats_in_the_order_of_first_mention(country: Country) -> None:
    text = f"""query {{ student({ID}) {{ ...A stateRecords {{ id }} source {{ state }} ... on Node {{ id }} }}
        student({ID}) {{ source {{ upload {{ id }} ...B }} }} }}
        fragment A on Student {{ source {{ id }} msixId }}
        fragment B on StateRecord {{ state student {{ id }} demographics {{ ...C }} }}
        fragment C on StateReported {{ reportedBy }}"""
    data = await country.data(EVERYTHING, text)
    assert list(data["student"]) == ["source", "msixId", "stateRecords", "id"]
    assert list(data["student"]["source"]) == ["id", "state", "upload", "student", "demographics"]


@pytest.mark.parametrize("shown", [True, False])
async def test_directives_decide_by_variable_each_time_anew(country: Country, shown: bool) -> None:
    text = f"""query($shown: Boolean!) {{ student({ID}) @include(if: $shown) {{ msixId }}
        other: student({ID}) {{ firstName @skip(if: $shown) ... @include(if: $shown) {{ states }}
          enrollments @skip(if: $shown) {{ id }} }} }}"""
    data = await country.data(EVERYTHING, text, {"shown": shown})
    assert ("student" in data, "firstName" in data["other"], "states" in data["other"]) == (shown, not shown, shown)


async def test_a_selection_of_which_everything_is_skipped_is_an_empty_object(country: Country) -> None:
    text = f"""{{ student({ID}) {{ msixId @skip(if: true) }} students(first: 2) {{ nodes {{ id @include(if: false) }} }}
        empty: students(first: 1) {{ totalCount @skip(if: true) }} jurisdictions {{ code @skip(if: true) }} }}"""
    data = await country.data(EVERYTHING, text)
    assert (data["student"], data["students"], data["empty"]) == ({}, {"nodes": [{}, {}]}, {})
    assert await country.data(EVERYTHING, "{ viewer @skip(if: true) { userId } }") == {}


async def test_variables_stand_within_literals_and_may_be_absent(country: Country) -> None:
    text = """query($prefix: String, $state: String, $way: OrderDirection! = DESC, $size: Int = 3) {
        students(filter: {lastName: {prefix: $prefix}, state: {eq: $state}}, orderBy: {direction: $way}, first: $size) {
          totalCount nodes { lastName1 states } } }"""
    given: tuple[dict[str, object], ...] = (
        {},
        {"prefix": "gar"},
        {"prefix": None, "state": "TN"},
        {"size": 9, "way": "ASC"},
    )
    for variables in given:
        await country.data(EVERYTHING, text, variables)


async def test_one_document_asked_with_other_values_answers_for_those(country: Country) -> None:
    text = "query($id: String!) { student(msixId: $id) { msixId } }"
    for number in (1, 3, 41, 999, 2):
        await country.data(EVERYTHING, text, {"id": msix_id(number)})
