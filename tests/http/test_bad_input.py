"""Documents, variables and arguments that are wrong: each refused with its own code, none a fault of the hub."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from graphql import get_introspection_query

from tests.http.hub import DATA_ADMIN, PRIMARY, Hub
from tests.http.planted import PLANTED

pytestmark = pytest.mark.anyio


def _doubling(field: str) -> str:
    """A document whose fragments each spread the next one twice: 2^40 fields when written out."""
    fragments = [f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} {field.format(n)} }}" for n in range(40)]
    return " ".join(["{ ...f0 }", *fragments, "fragment f40 on Query { __typename }"])


DOCUMENTS = {
    "an unknown field": ('{ student(msixId: "1") { password } }', "UNKNOWN_FIELD"),
    "an unknown root field": ("{ students2 { totalCount } }", "UNKNOWN_FIELD"),
    "an unknown argument": ('{ student(id: "1", msixId: "2") { msixId } }', "UNKNOWN_FIELD"),
    "an unknown input field": ('{ students(filter: {ssn: {eq: "1"}}) { totalCount } }', "UNKNOWN_FIELD"),
    "a number for a text": ("{ student(msixId: 12) { msixId } }", "WRONG_TYPE"),
    "a text for a number": ('{ students(first: "12") { totalCount } }', "WRONG_TYPE"),
    "a decimal for a number": ("{ students(first: 1.5) { totalCount } }", "WRONG_TYPE"),
    "a huge integer": (f"{{ students(first: {10**30}) {{ totalCount }} }}", "WRONG_TYPE"),
    "an integer of 300 digits": (f"{{ students(first: {'9' * 300}) {{ totalCount }} }}", "WRONG_TYPE"),
    "a text for a filter": ('{ students(filter: "x") { totalCount } }', "WRONG_TYPE"),
    "a wrong enum value": ("{ students(orderBy: {field: SSN}) { totalCount } }", "WRONG_TYPE"),
    "a text for an enum value": ('{ students(orderBy: {field: "NAME"}) { totalCount } }', "WRONG_TYPE"),
    "no date": ('{ students(filter: {birthDate: {eq: "yesterday"}}) { totalCount } }', "WRONG_TYPE"),
    "an impossible date": ('{ students(filter: {birthDate: {eq: "2015-02-30"}}) { totalCount } }', "WRONG_TYPE"),
    "no time": ('{ students(filter: {updatedSince: "2015\\u0000"}) { totalCount } }', "WRONG_TYPE"),
    "null for what must be there": ("{ student(msixId: null) { msixId } }", "WRONG_TYPE"),
    "a list for one": ('{ student(msixId: ["1"]) { msixId } }', "WRONG_TYPE"),
    "a missing argument": ("{ student { msixId } }", "VALIDATION_ERROR"),
    "a selection of a leaf": ("{ viewer { userId { x } } }", "VALIDATION_ERROR"),
    "no selection of an object": ("{ viewer }", "VALIDATION_ERROR"),
    "an unknown directive": ("{ viewer { userId @defer } }", "VALIDATION_ERROR"),
    "a directive without its argument": ("{ viewer { userId @skip } }", "VALIDATION_ERROR"),
    "an unknown fragment": ("{ ...nowhere }", "VALIDATION_ERROR"),
    "an unused fragment": ("{ __typename } fragment f on Query { __typename }", "VALIDATION_ERROR"),
    "a fragment on an unknown type": ("{ ...f } fragment f on Nothing { x }", "VALIDATION_ERROR"),
    "a fragment within itself": ("{ ...f } fragment f on Query { ...f }", "VALIDATION_ERROR"),
    "fragments in a circle": (
        "{ ...f } fragment f on Query { ...g } fragment g on Query { __typename ...f }",
        "VALIDATION_ERROR",
    ),
    "an unknown variable": ("{ student(msixId: $id) { msixId } }", "VALIDATION_ERROR"),
    "an unused variable": ("query($id: String) { __typename }", "VALIDATION_ERROR"),
    "a variable of an unknown type": ("query($id: Nothing) { student(msixId: $id) { msixId } }", "VALIDATION_ERROR"),
    "a variable twice": (
        "query($id: String!, $id: String!) { student(msixId: $id) { msixId } }",
        "VALIDATION_ERROR",
    ),
    "a variable in the wrong place": ("query($id: Int!) { student(msixId: $id) { msixId } }", "WRONG_TYPE"),
    "fields that cannot be merged": ("{ x: viewer { userId } x: jurisdictions { code } }", "VALIDATION_ERROR"),
    "an operation name twice": ("query a { __typename } query a { __typename }", "VALIDATION_ERROR"),
    "a subscription of what none follows": ("subscription { students { totalCount } }", "UNKNOWN_FIELD"),
    "nothing": ("", "SYNTAX_ERROR"),
    "a remark": ("# { viewer { userId } }", "SYNTAX_ERROR"),
    "only fragments": ("fragment f on Query { __typename }", "SYNTAX_ERROR"),
    "only a type": ("type Query { a: Int }", "SYNTAX_ERROR"),
    "prose": ("show me every child", "SYNTAX_ERROR"),
    "an open bracket": ("{ viewer { userId }", "SYNTAX_ERROR"),
    "a lone surrogate": ('{ student(msixId: "\\uD800") { msixId } }', "SYNTAX_ERROR"),
    "a NUL": ("{ viewer { \0 } }", "SYNTAX_ERROR"),
    "an open text": ('{ student(msixId: "1) { msixId } }', "SYNTAX_ERROR"),
    "10,000 fields": ("{" + " __typename" * 10_000 + "}", "TOO_MANY_TOKENS"),
    "10,000 open brackets": ("{a" * 10_000, "TOO_DEEP"),
    "2,400 levels": ("{a" * 2_400 + "}" * 2_400, "TOO_DEEP"),
    "a list of 4,900 levels": ("{ student(msixId: " + "[" * 4_900, "TOO_DEEP"),
    "16 levels": (
        '{ student(msixId: "1") { ' + "stateRecords { student { " * 7 + "source { msixId }" + " } }" * 7 + " } }",
        "TOO_DEEP",
    ),
    "51 aliases": ("{" + " ".join(f"a{n}: __typename" for n in range(51)) + "}", "TOO_MANY_ALIASES"),
    "an exponential fragment": (_doubling("a{}: __typename"), "TOO_MANY_ALIASES"),
    "an exponential fragment without aliases": (_doubling(""), "TOO_COSTLY"),
    "200 students with all below": (
        "{ students(first: 200) { nodes { stateRecords { enrollments { courses { title } } "
        "student { enrollments { courses { title section finalGrade } } } } } } }",
        "TOO_COSTLY",
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_wrong_document_is_refused_with_its_code(hub: Hub, name: str) -> None:
    document, code = DOCUMENTS[name]
    for who in (PRIMARY, None):
        if who is None and code == "TOO_COSTLY" and "students" in document:
            continue  # what nobody may see costs nothing
        answer = await hub.ask(document, by=who)
        assert (answer.status, answer.code) == (400, code)
        assert "data" not in answer.body


async def test_operations_are_told_apart_by_name(hub: Hub) -> None:
    document = "query a { __typename } query b { viewer { userId } }"
    assert (await hub.ask(document)).code == "AMBIGUOUS_OPERATION"
    assert (await hub.ask(document, operation="c")).code == "UNKNOWN_OPERATION"
    assert (await hub.ask("{ __typename }", operation="c")).code == "UNKNOWN_OPERATION"
    assert (await hub.ask(document, operation="b")).data == {"viewer": None}
    assert (await hub.ask("{ __typename }", operation="")).data == {"__typename": "Query"}


STUDENT = "query($id: String!) { student(msixId: $id) { msixId } }"
PAGE = "query($first: Int, $id: String) { students(first: $first, after: $id) { totalCount } }"
VARIABLES: list[tuple[str, dict[str, Any]]] = [
    (STUDENT, {}),
    (STUDENT, {"id": None}),
    (STUDENT, {"id": 12}),
    (STUDENT, {"id": ["1"]}),
    (STUDENT, {"id": {"a": "1"}}),
    (STUDENT, {"id": True}),
    (PAGE, {"first": "12"}),
    (PAGE, {"first": 1.5}),
    (PAGE, {"first": 10**30}),
    (PAGE, {"first": -(10**30)}),
    (PAGE, {"first": 2**31}),
    (PAGE, {"first": 1e308}),
    ("query($f: StudentFilter) { students(filter: $f) { totalCount } }", {"f": {"ssn": {"eq": "1"}}}),
    ("query($f: StudentFilter) { students(filter: $f) { totalCount } }", {"f": "x"}),
    ("query($f: StudentFilter) { students(filter: $f) { totalCount } }", {"f": {"birthDate": {"eq": "x"}}}),
    ("query($f: StudentFilter) { students(filter: $f) { totalCount } }", {"f": {"birthDate": {"eq": 5}}}),
    ("query($f: StudentFilter) { students(filter: $f) { totalCount } }", {"f": {"healthAlert": ["BROKEN_LEG"]}}),
    ("query($f: StudentFilter) { students(filter: $f) { totalCount } }", {"f": {"sex": 1}}),
    ("query($o: StudentOrder) { students(orderBy: $o) { totalCount } }", {"o": {"field": "SSN"}}),
    ("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": [None]}),
    ("query($s: Boolean!) { __typename @skip(if: $s) }", {"s": "yes"}),
    ("query($s: Boolean = true) { __typename @skip(if: $s) }", {"s": None}),
]


@pytest.mark.parametrize(("document", "variables"), VARIABLES)
async def test_wrong_variables_are_refused(hub: Hub, document: str, variables: dict[str, Any]) -> None:
    for who in (PRIMARY, None):
        answer = await hub.ask(document, variables, by=who)
        assert (answer.status, answer.code) == (400, "INVALID_VARIABLES")


async def test_null_for_a_variable_with_a_default_is_refused_where_null_may_not_stand(hub: Hub) -> None:
    for document in [
        'query($v: String = "1") { student(msixId: $v) { msixId } }',
        'query($v: String = "1") { viewer { can(grant: $v) } }',
    ]:
        answer = await hub.ask(document, {"v": None}, by=PRIMARY)
        assert (answer.status, answer.code) == (400, "INVALID_VARIABLES")


async def test_variables_that_the_operation_does_not_declare_are_left_alone(hub: Hub) -> None:
    answer = await hub.ask(STUDENT, {"id": "1", "other": {"deep": [1]}}, by=PRIMARY)
    assert answer.body == {"data": {"student": None}}


@pytest.mark.parametrize(
    "arguments",
    ["first: 201", "first: 0", "first: -1", "last: 201", "last: 0", "first: 2147483647", "first: 1, last: 1",
     'first: 1, before: "x"', 'last: 1, after: "x"'],
)  # fmt: skip
async def test_page_arguments_that_do_not_fit_are_refused(hub: Hub, arguments: str) -> None:
    answer = await hub.ask(f"{{ students({arguments}) {{ nodes {{ msixId }} }} }}", by=PRIMARY)
    assert (answer.status, answer.code) == (400, "INVALID_PAGE")
    nested = await hub.ask(
        f'{{ student(msixId: "1") {{ linkHistory({arguments}) {{ nodes {{ id }} }} }} }}', by=PRIMARY
    )
    assert (nested.status, nested.code) == (400, "INVALID_PAGE")


def _cursor(*parts: Any) -> str:
    return base64.b64encode(json.dumps(list(parts)).encode()).decode()


async def _cursors(hub: Hub) -> dict[str, str]:
    """Cursors that the hub gave out, for another order and another field, and cuts of a right one."""
    answer = await hub.ask(
        "{ students(first: 1) { pageInfo { endCursor } } jurisdictions { districts { pageInfo { endCursor } } }"
        " b: students(first: 1, orderBy: {field: BIRTH_DATE}) { pageInfo { endCursor } } }",
        by=PRIMARY,
    )
    right = answer.data["students"]["pageInfo"]["endCursor"]
    field = next(d["districts"]["pageInfo"]["endCursor"] for d in answer.data["jurisdictions"] if _has_end(d))
    return {
        "another order": answer.data["b"]["pageInfo"]["endCursor"],
        "another field": field,
        "cut off": right[:-5],
        "cut to nothing": "",
        "with more": right + "AAAA",
        "with a NUL": right + "\0",
    }


def _has_end(jurisdiction: Any) -> bool:
    return jurisdiction["districts"]["pageInfo"]["endCursor"] is not None


FORGED = {
    "garbage": "garbage!",
    "no base64": "====",
    "not ASCII": "caf\u00e9",
    "no JSON": base64.b64encode(b"x").decode(),
    "no list": base64.b64encode(b"5").decode(),
    "an object": base64.b64encode(b'{"a": 1, "b": 2, "c": 3, "d": 4}').decode(),
    "too short": _cursor("Query.students NAME", "a"),
    "too long": _cursor("Query.students NAME", "a", "b", 1, 2),
    "other types": _cursor("Query.students NAME", 1, "b", 1),
    "a flag": _cursor("Query.students NAME", "a", "b", True),
    "null": _cursor("Query.students NAME", "a", None, 1),
    "a huge key": _cursor("Query.students NAME", "a", "b", 2**63),
    "a NUL inside": _cursor("Query.students NAME", "a\0", "b", 1),
    "brackets": base64.b64encode(b"[" * 100_000).decode(),
    "malformed UTF-8": base64.b64encode(b'["\xff"]').decode(),
}


async def test_a_cursor_that_the_field_did_not_give_for_this_order_is_refused(hub: Hub) -> None:
    document = "query($a: String) { students(after: $a) { nodes { msixId } } }"
    for name, cursor in {**FORGED, **await _cursors(hub)}.items():
        for asked in (document, document.replace("after", "before")):
            answer = await hub.ask(asked, {"a": cursor}, by=PRIMARY)
            assert (name, answer.status, answer.codes) == (name, 200, ["INVALID_CURSOR"])
            assert answer.data == {"students": None}
            assert answer.errors[0]["path"] == ["students"]


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "x",
        "caf\u00e9",
        "\0",
        "=",
        base64.b64encode(b"Student").decode(),
        base64.b64encode(b"Student:").decode(),
        base64.b64encode(b"Student:1:2").decode(),
        base64.b64encode(b"Student:\0").decode(),
        base64.b64encode(b"StateRecord:x").decode(),
        base64.b64encode(b"StateRecord:-1").decode(),
        base64.b64encode(b"StateRecord:" + b"9" * 5000).decode(),
        base64.b64encode(f"StateRecord:{2**63}".encode()).decode(),
        base64.b64encode(b"StateRecord:\xc2\xb2").decode(),
        base64.b64encode(b"Enrollment:1:99999").decode(),
        base64.b64encode(b"Enrollment:1:9999999999999").decode(),
        base64.b64encode(b"Session:1").decode(),
        base64.b64encode(b"Nothing:1").decode(),
        base64.b64encode(b"\xff:1").decode(),
    ],
)
async def test_an_id_that_names_nothing_is_null_and_no_error(hub: Hub, id_: str) -> None:
    answer = await hub.ask(
        "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id, $id]) { id } upload(id: $id) { id } }",
        {"id": id_},
        by=DATA_ADMIN,
    )
    assert answer.body == {"data": {"node": None, "nodes": [None, None], "upload": None}}


@pytest.mark.parametrize("id_", ["", "1", "000000000000", "9" * 12, "caf\u00e9", "x" * 100_000, "7" + "\u0660" * 11])
async def test_an_unknown_student_is_null_and_no_error(hub: Hub, id_: str) -> None:
    document = (
        "query($id: String!) { student(msixId: $id) { msixId } stateRecord(state: $id, stateStudentId: $id) { id } }"
    )
    answer = await hub.ask(document, {"id": id_}, by=PRIMARY)
    assert answer.body == {"data": {"student": None, "stateRecord": None}}


NUL_PLACES = [
    "student(msixId: {}) {{ msixId }}",
    "stateRecord(state: {0}, stateStudentId: {0}) {{ id }}",
    "students(filter: {{stateStudentId: {{eq: {}}}}}) {{ nodes {{ msixId }} }}",
    "students(filter: {{stateStudentId: {{in: [{}]}}}}) {{ nodes {{ msixId }} }}",
    "students(filter: {{sex: {}}}) {{ nodes {{ msixId }} }}",
]


@pytest.mark.parametrize("field", NUL_PLACES)
async def test_a_nul_in_an_argument_is_refused(hub: Hub, field: str) -> None:
    kind = "Code!" if "sex" in field else "String!"
    documents = [
        (f"query($v: {kind}) {{ {field.format('$v')} }}", {"v": "a\0b"}),
        (f"{{ {field.format(chr(34) + chr(92) + 'u0000' + chr(34))} }}", {}),
    ]
    for document, variables in documents:
        answer = await hub.ask(document, variables, by=PRIMARY)
        assert (answer.status, answer.code) == (200, "INVALID_ARGUMENT")
        assert set(answer.data.values()) == {None}


async def test_a_name_of_which_nothing_is_left_to_compare_is_refused(hub: Hub) -> None:
    for name in ("", "  ", "---", "\0"):
        for comparison in ("eq", "prefix", "fuzzy"):
            document = f"query($n: String) {{ students(filter: {{lastName: {{{comparison}: $n}}}}) {{ totalCount }} }}"
            answer = await hub.ask(document, {"n": name}, by=PRIMARY)
            assert (answer.status, answer.codes) == (200, ["INVALID_ARGUMENT"])


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day_can_be_asked_about(hub: Hub, day: str) -> None:
    answer = await hub.ask(
        "query($d: Date, $t: DateTime) { students(filter: {birthDate: {from: $d, to: $d}, enrolledOn: $d,"
        " eligibleOn: $d}) { totalCount } b: students(filter: {updatedSince: $t}) { totalCount }"
        " minimumDataElements(asOf: $d) { name } }",
        {"d": day, "t": f"{day}T12:00:00+00:00"},
        by=PRIMARY,
    )
    assert answer.status == 200
    assert answer.errors == []


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-01-01T00:00:00"])
async def test_a_moment_beyond_the_calendar_is_answered_or_refused(hub: Hub, moment: str) -> None:
    document = "query($t: DateTime) { students(filter: {updatedSince: $t}) { totalCount } }"
    answer = await hub.ask(document, {"t": moment}, by=PRIMARY)
    assert answer.codes in ([], ["INVALID_ARGUMENT"])


async def test_more_ids_than_the_limit_are_refused(hub: Hub) -> None:
    document = "query($i: [ID!]!) { nodes(ids: $i) { id } }"
    assert len((await hub.ask(document, {"i": ["x"] * 200}, by=PRIMARY)).data["nodes"]) == 200
    assert (await hub.ask(document, {"i": []}, by=PRIMARY)).body == {"data": {"nodes": []}}
    answer = await hub.ask(document, {"i": ["x"] * 201}, by=PRIMARY)
    assert (answer.code, answer.data) == ("INVALID_ARGUMENT", None)


async def test_the_schema_is_shown_to_service_tokens_that_were_given_it_only(hub: Hub) -> None:
    without, given = await hub.service_token(PRIMARY, "student:read"), await hub.service_token(PRIMARY, "schema:read")
    for document in (
        get_introspection_query(),
        '{ __type(name: "Student") { name } }',
        "{ ... on Query { ...f } } fragment f on Query { s: __schema { types { name } } }",
    ):
        for refused in (
            await hub.ask(document),
            await hub.ask(document, by=PRIMARY),
            await hub.ask_by(without, document),
        ):
            assert (refused.status, refused.code) == (400, "INTROSPECTION_OFF")
        assert (await hub.ask_by(given, document)).errors == []


async def test_nothing_is_suggested_to_those_who_guess(hub: Hub) -> None:
    guesses = [
        '{ student(msixId: "1") { birthdate } }',
        "{ students(filter: {birthdate: null}) { totalCount } }",
        "{ studens { totalCount } }",
        "{ students(orderBy: {field: NAMES}) { totalCount } }",
    ]
    for document in guesses:
        answer = await hub.ask(document)
        assert "Did you mean" not in answer.text
        assert "birthDate" not in answer.text
    answer = await hub.ask("query($o: StudentOrder) { students(orderBy: $o) { totalCount } }", {"o": {"fields": 1}})
    assert "Did you mean" not in answer.text


async def test_a_right_request_is_still_answered_after_all_this(hub: Hub) -> None:
    answer = await hub.ask(STUDENT, {"id": PLANTED.msix["Ana"]}, by=PRIMARY)
    assert answer.body == {"data": {"student": {"msixId": PLANTED.msix["Ana"]}}}


async def test_an_empty_selection_is_no_document(hub: Hub) -> None:
    for document in ("{}", "{ viewer {} }", "{ students(first: 1) { nodes {} } }"):
        answer = await hub.ask(document, by=PRIMARY)
        assert (answer.status, answer.codes) == (400, ["SYNTAX_ERROR"])


async def test_a_chain_of_fragments_is_too_deep(hub: Hub) -> None:
    chain = "".join(f" fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(600))
    answer = await hub.ask("{ ...F0 }" + chain + " fragment F600 on Query { viewer { userId } }", by=PRIMARY)
    assert answer.status == 400
    assert answer.code in ("TOO_DEEP", "TOO_MANY_TOKENS")


async def test_one_field_again_and_again_is_too_costly(hub: Hub) -> None:
    answer = await hub.ask("{" + "viewer { userId } " * 200 + "}")
    assert (answer.status, answer.code) == (400, "TOO_COSTLY")


async def test_the_schema_is_asked_for_once_an_operation(hub: Hub) -> None:
    token = await hub.service_token(PRIMARY, "schema:read")
    for document in (
        "{ a: __schema { types { name } } b: __schema { types { name } } }",
        "{ ...A ...B } fragment A on Query { a: __schema { types { name } } }"
        " fragment B on Query { b: __schema { types { name } } }",
    ):
        answer = await hub.ask_by(token, document)
        assert (answer.status, answer.code) == (400, "TOO_COSTLY")
    assert (await hub.ask_by(token, "{ __schema { types { name fields { name } } } }")).errors == []


async def test_lists_of_a_resolver_cost_what_they_may_hold(hub: Hub) -> None:
    many = " ".join(f"a{n}: minimumDataElements {{ name codes {{ code label }} }}" for n in range(49))
    assert (await hub.ask(f"{{ {many} }}")).code == "TOO_COSTLY"


async def test_a_null_where_none_may_be_climbs_alike_at_both_doors(hub: Hub) -> None:
    ids = {"ids": ["x"] * 201}
    for document in ("{ nodes(ids: $ids) { id } }", "{ viewer { userId } nodes(ids: $ids) { id } }"):
        answer = await hub.ask(f"query($ids: [ID!]!) {document}", ids, by=PRIMARY)
        assert answer.body["data"] is None
        assert answer.codes == ["INVALID_ARGUMENT"]
