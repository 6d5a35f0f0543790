"""No value of a student is in a log or in the body of an error, whatever goes wrong, and no stack trace anywhere."""

from __future__ import annotations

import json
import logging

import pytest
from structlog.testing import capture_logs

from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, HELP_DESK, PRIMARY, Hub
from tests.http.planted import PLANTED

pytestmark = pytest.mark.anyio

NAME, BIRTH, ID = "Quetzalli-Marisol", "2011-07-23", "TN-4471-9982"
PLANTED_IN_REQUEST = (NAME, BIRTH, ID)

DOCUMENTS = [
    f'{{ students(filter: {{firstName: {{eq: "{NAME}"}}}}) {{ nodes {{ msixId }} }} }}',
    f'{{ students(filter: {{firstName: {{eql: "{NAME}"}}}}) {{ nodes {{ msixId }} }} }}',
    f'{{ students(filter: {{firstName: "{NAME}"}}) {{ totalCount }} }}',
    f'{{ students(filter: {{birthDate: {{eq: "{BIRTH}T"}}}}) {{ totalCount }} }}',
    f'{{ students(filter: {{birthDate: "{BIRTH}"}}) {{ totalCount }} }}',
    f'{{ students(filter: {{sex: ["{NAME}"]}}) {{ totalCount }} }}',
    f'{{ students(filter: {{healthAlert: ["{NAME}"]}}) {{ totalCount }} }}',
    f'{{ students(filter: {{updatedSince: "{BIRTH} {NAME}"}}) {{ totalCount }} }}',
    f'{{ students(orderBy: {{field: "{NAME}"}}) {{ totalCount }} }}',
    f'{{ students(first: "{ID}") {{ totalCount }} }}',
    f'{{ students(after: "{ID}") {{ totalCount }} }}',
    f'{{ student(msixId: "{ID}\\u0000") {{ msixId }} }}',
    f'{{ student(msixId: {{id: "{ID}"}}) {{ msixId }} }}',
    f'{{ student(msixId: "{ID}") {{ msixId password }} }}',
    f'{{ student(msixId: "{ID}', f'{{ node(id: "{ID}") {{ id }} }}',
    f'{{ stateRecord(state: "TN", stateStudentId: "{ID}\\uD800") {{ id }} }}',
    f'{{ a: student(msixId: "{ID}") {{ msixId }} a: student(msixId: "{NAME}") {{ msixId }} }}',
    f'{{ viewer {{ can(grant: "{NAME}") @skip(if: "{BIRTH}") }} }}',
    f'{{ minimumDataElements(asOf: "{BIRTH}{NAME}") {{ name }} }}',
    f'query($v: String = ["{NAME}"]) {{ student(msixId: $v) {{ msixId }} }}',
    f'query($f: StudentFilter = {{firstName: {{eq: {{a: "{NAME}"}}}}}}) {{ students(filter: $f) {{ totalCount }} }}',
]  # fmt: skip
FILTERED = "query($v: StudentFilter) { students(filter: $v) { totalCount } }"
VARIABLES = [
    (FILTERED, {"firstName": NAME}),
    (FILTERED, {"firstName": {"eq": [NAME]}}),
    (FILTERED, {"firstName": {"eq": {"x": NAME}}}),
    (FILTERED, {"firstName": {"like": NAME}}),
    (FILTERED, {"birthDate": {"eq": BIRTH + "x"}}),
    (FILTERED, {"birthDate": {"eq": [BIRTH, NAME]}}),
    (FILTERED, {"updatedSince": f"{BIRTH} {NAME}"}),
    (FILTERED, {"healthAlert": [NAME]}),
    (FILTERED, {"priorityForServices": NAME}),
    (FILTERED, {"stateStudentId": {"in": [ID, None]}}),
    (FILTERED, {"stateStudentId": {"in": [ID, "\0"]}}),
    (FILTERED, [NAME]),
    (FILTERED, NAME),
    ("query($v: Int) { students(first: $v) { totalCount } }", ID),
    ("query($v: Int) { students(first: $v) { totalCount } }", [NAME]),
    ("query($v: String!) { student(msixId: $v) { msixId } }", {"id": ID, "name": NAME}),
    ("query($v: ID!) { node(id: $v) { id } }", [NAME]),
    ("query($v: StudentOrder) { students(orderBy: $v) { totalCount } }", {"field": NAME}),
    ("query($v: Boolean!) { viewer { userId @skip(if: $v) } }", NAME),
    ("query($v: Date) { minimumDataElements(asOf: $v) { name } }", BIRTH + NAME),
]


async def test_what_a_request_says_is_in_no_log_and_no_error(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    await hub.token(PRIMARY)
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        texts = [(await hub.ask(document, by=PRIMARY)).text for document in DOCUMENTS]
        texts += [(await hub.ask(document, {"v": value}, by=PRIMARY)).text for document, value in VARIABLES]
        texts += [(await hub.ask(document, by=HELP_DESK)).text for document in DOCUMENTS]
        texts.append((await hub.post(json.dumps({"query": DOCUMENTS[0]}).encode()[:-9], by=PRIMARY)).text)
        texts.append((await hub.post(json.dumps([{"query": NAME}]).encode(), by=PRIMARY)).text)
        texts.append((await hub.ask("{ viewer { userId } }", operation=NAME)).text)
    for text in [*texts, str(logs), caplog.text]:
        assert not [value for value in PLANTED_IN_REQUEST if value in text], text
        assert "Traceback" not in text
    assert len(logs) >= len(texts)
    assert not [entry for entry in logs if "exc_info" in entry or entry["log_level"] == "error"]


async def test_a_fault_is_told_in_no_words_of_the_database(own_hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    """The columns' own values would be in PostgreSQL's message."""
    await own_hub.token(DATA_ADMIN)
    owner = await connect(own_hub.url)
    await owner.execute(
        "ALTER TABLE demographics RENAME TO real; CREATE VIEW demographics AS SELECT * FROM real;"
        "GRANT SELECT ON demographics TO hub_web;"
        "CREATE OR REPLACE VIEW demographics AS SELECT state_record_id,"
        + ", ".join(
            "(first_name::int)::text AS first_name" if name == "first_name" else name
            for name in [row["attname"] for row in await owner.fetch(_COLUMNS)]
            if name != "state_record_id"
        )
        + " FROM real"
    )
    await owner.close()
    document = "query($id: String!) { student(msixId: $id) { firstName lastName1 } }"
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        answer = await own_hub.ask(document, {"id": PLANTED.msix["Ana"]}, by=DATA_ADMIN)
    assert answer.data in (None, {"student": None})
    for text in (answer.text, str(logs), caplog.text):
        assert "AnaFirstName" not in text
        assert "first_name" not in text
        assert "Traceback" not in text


_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = 'demographics'::regclass AND attnum > 0 AND NOT attisdropped
ORDER BY attnum
"""


async def test_a_fault_of_the_hub_is_a_code_and_its_place_alone(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(f"no {NAME}")

    monkeypatch.setattr(hub.app.state.doors.operations, "find", fail)
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        answer = await hub.ask(DOCUMENTS[0], fault=True)
    assert (answer.status, answer.code) == (500, "INTERNAL")
    assert NAME not in answer.text + str(logs) + caplog.text
    (entry,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert entry["error"] == "RuntimeError"
    assert entry["request"] == answer.headers["x-request-id"]


async def test_a_database_that_fails_under_a_resolver_is_unavailable(own_hub: Hub) -> None:
    owner = await connect(own_hub.url)
    await owner.execute("ALTER TABLE codes RENAME TO gone; ALTER TABLE accounts RENAME TO gone_too")
    await owner.close()
    for document in (
        "{ minimumDataElements { name } }",
        'mutation { signIn(input: {userId: "somebody", password: "x"}) { token } }',
    ):
        answer = await own_hub.ask(document)
        assert (answer.codes, answer.data) == (["UNAVAILABLE"], None)
        assert "codes" not in answer.text.replace("UNAVAILABLE", "")


async def test_a_slow_answer_is_given_up_with_its_code(own_hub: Hub) -> None:
    await own_hub.token(DATA_ADMIN)
    for connection in await own_hub.app.state.services.reads.open_all():
        await connection.execute("SET statement_timeout = 50")
    owner = await connect(own_hub.url)
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE students IN ACCESS EXCLUSIVE MODE")
            answer = await own_hub.ask('{ student(msixId: "1") { id } }', by=DATA_ADMIN)
    finally:
        await owner.close()
    assert (answer.codes, answer.data) == (["TIMEOUT"], {"student": None})
