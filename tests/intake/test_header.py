"""The header: whatever is wrong with it refuses the file, by its own code, in both encodings."""

from typing import Any

import pytest

from hub.errors import HubError
from hub.intake import Outcome
from tests.intake.build import bundle, header, jsonl, student
from tests.intake.state import codes, found, rows, send

pytestmark = pytest.mark.anyio

HEADERS: list[tuple[dict[str, Any], str, str]] = [
    ({"format": ...}, "HEADER_MISSING", "format"),
    ({"format": "mde-upload/9"}, "UNKNOWN_FORMAT", "format"),
    ({"state": ...}, "UNKNOWN_STATE", "state"),
    ({"state": "ZZ"}, "UNKNOWN_STATE", "state"),
    ({"state": "tn"}, "UNKNOWN_STATE", "state"),
    ({"state": "TX"}, "WRONG_STATE", "state"),
    ({"submittedAt": ...}, "HEADER_FIELD", "submittedAt"),
    ({"submittedAt": "2026-11-20"}, "HEADER_FIELD", "submittedAt"),
    ({"submittedAt": "2026-11-20T02:00:00"}, "HEADER_FIELD", "submittedAt"),
    ({"submittedAt": "2026-11-20T02:00:00+02:00"}, "HEADER_FIELD", "submittedAt"),
    ({"submittedAt": "2026-02-30T02:00:00Z"}, "HEADER_FIELD", "submittedAt"),
    ({"sequence": ...}, "HEADER_FIELD", "sequence"),
    ({"sequence": 0}, "HEADER_FIELD", "sequence"),
    ({"sequence": -1}, "HEADER_FIELD", "sequence"),
    ({"sequence": 1.5}, "HEADER_FIELD", "sequence"),
    ({"sequence": 2**63}, "HEADER_FIELD", "sequence"),
    ({"mode": "PARTIAL"}, "HEADER_FIELD", "mode"),
    ({"mode": ...}, "HEADER_FIELD", "mode"),
    ({"students": -1}, "HEADER_FIELD", "students"),
    ({"students": ...}, "HEADER_FIELD", "students"),
    ({"students": 2}, "COUNT_MISMATCH", "students"),
    ({"students": 0}, "COUNT_MISMATCH", "students"),
]
JSON_ONLY: list[tuple[dict[str, Any], str, str]] = [
    ({"sequence": True}, "HEADER_FIELD", "sequence"),
    ({"sequence": "1"}, "HEADER_FIELD", "sequence"),
    ({"students": 1.0}, "HEADER_FIELD", "students"),
    ({"state": ["TN"]}, "UNKNOWN_STATE", "state"),
    ({"mode": ["FULL"]}, "HEADER_FIELD", "mode"),
]


@pytest.mark.parametrize(("change", "code", "field"), HEADERS + JSON_ONLY)
async def test_a_wrong_header_refuses_the_file(
    module_database_url: str, change: dict[str, Any], code: str, field: str
) -> None:
    report = await send(module_database_url, jsonl([student()], **change), sender="TN")
    (raised,) = await found(report)
    assert (raised.code.value, raised.field) == (code, field)
    assert report.refused


@pytest.mark.parametrize(("change", "code", "field"), HEADERS)
async def test_a_wrong_header_refuses_the_bundle(
    module_database_url: str, change: dict[str, Any], code: str, field: str
) -> None:
    report = await send(module_database_url, bundle([student()], **change), sender="TN")
    (raised,) = await found(report)
    assert (raised.code.value, raised.field) == (code, field)
    assert raised.member == ("header.csv" if code != "COUNT_MISMATCH" else None)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"\n \r\n", "EMPTY_FILE"),
        (b"[]\n", "HEADER_NOT_JSON"),
        (b"{\n", "HEADER_NOT_JSON"),
        (b'{"format": NaN}\n', "HEADER_NOT_JSON"),
        (b"[" * 100_000, "HEADER_NOT_JSON"),
        (b'{"sequence": ' + b"9" * 5000 + b"}", "HEADER_NOT_JSON"),
        (b"\xff\xfe{\0}\0", "NOT_UTF8"),
        (b'{"format": "mde-upload/1", "format": "mde-upload/1"}', "HEADER_KEY_TWICE"),
    ],
)
async def test_what_is_no_header_refuses_the_file(module_database_url: str, line: bytes, code: str) -> None:
    report = await send(module_database_url, line)
    assert await codes(report) == [code]
    assert report.state is None


async def test_a_refusal_is_kept_under_the_sender_and_not_under_the_state_it_claims(database_url: str) -> None:
    report = await send(database_url, jsonl([student()], state="TX"), sender="TN")
    assert await rows(database_url, "SELECT state, status, sha256 FROM uploads") == [("TN", "REFUSED", None)]
    assert report.state == "TN"


async def test_the_header_is_believed_where_nobody_says_who_sends(database_url: str) -> None:
    report = await send(database_url, jsonl([student()], state="PR"))
    assert (report.outcome, report.state) == (Outcome.ACCEPTED, "PR")


async def test_a_sender_that_is_no_state_is_an_error(database_url: str) -> None:
    with pytest.raises(HubError, match="two-letter code"):
        await send(database_url, jsonl([student()]), sender="ZZ")


async def test_an_unknown_field_of_the_header_is_passed_over(database_url: str) -> None:
    report = await send(database_url, jsonl([student()], vendor="x"))
    (raised,) = await found(report)
    assert (raised.code.value, raised.line, raised.field) == ("UNKNOWN_FIELD", 1, "vendor")
    assert report.created == 1


async def test_a_file_without_students_is_accepted(database_url: str) -> None:
    assert header(0)["students"] == 0
    assert (await send(database_url, jsonl([]))).outcome is Outcome.ACCEPTED
    assert (await send(database_url, bundle([], sequence=2))).outcome is Outcome.ACCEPTED


async def test_header_keys_that_cannot_be_stored_are_named_as_far_as_they_can(database_url: str) -> None:
    content = jsonl([student()])
    assert isinstance(content, bytes)
    odd = content.replace(b'"students"', b'"a\\u0000b": 1, "\\ud800": 2, "students"', 1)
    report = await send(database_url, odd)
    assert [each.code.value for each in await found(report)] == ["UNKNOWN_FIELD"] * 2
