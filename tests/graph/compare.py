"""The hub and the oracle side by side: the same data, the same refusals, cursors at the same places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg
import orjson

from hub.viewer import Viewer
from resolvers.doors import Doors, Request
from tests.graph.oracle.answer import Oracle
from tests.graph.oracle.pages import Key
from tests.graph.seed.trail import UNTIL


class Country:
    """The seeded country, answered by the hub's doors and by the oracle.

    `cursors` are cursors the hub gave out, by connection and order.
    """

    def __init__(self, doors: Doors, oracle: Oracle, owner: asyncpg.Connection) -> None:
        self.doors = doors
        self.oracle = oracle
        self.owner = owner
        self.cursors: dict[str, list[str]] = {}

    def __repr__(self) -> str:
        return "the seeded country"

    async def body(
        self, viewer: Viewer, text: str, variables: Mapping[str, Any] | None = None, *, door: int = 1
    ) -> bytes:
        """The hub's answer as it goes out."""
        request = Request(text, variables or {}, None, viewer)
        return await self.doors.answer(request, always_execute=door == 2)

    async def ask(
        self, viewer: Viewer, text: str, variables: Mapping[str, Any] | None = None, *, door: int = 1
    ) -> dict[str, Any]:
        """The hub's answer, parsed."""
        answer: dict[str, Any] = orjson.loads(await self.body(viewer, text, variables, door=door))
        return answer

    async def data(self, viewer: Viewer, text: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The data of an answer that must be without errors, and like the oracle's."""
        return (await self.same(viewer, text, variables, refused=False))["data"]

    async def same(
        self, viewer: Viewer, text: str, variables: Mapping[str, Any] | None = None, *, refused: bool = True
    ) -> dict[str, Any]:
        """The answer of both doors, after holding it against the oracle's."""
        first, second = [await self.ask(viewer, text, variables, door=door) for door in (1, 2)]
        agree(second["data"], first["data"], "door two")
        assert denials(first) == denials(second)
        expected = self.oracle.answer(viewer, text, variables or {})
        met: dict[str, str] = {}
        agree(matched(expected.data, first["data"], met), first["data"], "the oracle")
        assert len(set(met.values())) == len(met), "two places have one cursor"
        assert set(denials(first)) == expected.denials, (denials(first), expected.denials)
        if not refused:
            assert "errors" not in first
        return first

    async def learn_cursors(self, viewer: Viewer) -> None:
        """Ask for a cursor of every row of every connection, and remember the place behind each."""
        for document, connections in _EVERY_CURSOR:
            answer = await self.ask(viewer, document)
            assert "errors" not in answer, answer
            expected = self.oracle.answer(viewer, document, {}).data
            met: dict[str, str] = {}
            agree(matched(expected, answer["data"], met), answer["data"], "the oracle")
            for place, cursor in met.items():
                _, coordinate, order, key = place.split(" ", 3)
                assert coordinate in connections
                self.cursors.setdefault(f"{coordinate} {order}", []).append(cursor)
                self.oracle.places[cursor] = _key(key)


_ORDERS = ("NAME", "BIRTH_DATE", "LATEST_ACTIVITY", "UPDATED_AT", "MSIX_ID")
_CURSORS = "(first: 100) { edges { cursor } }"
_TRAIL = f'(first: 100, filter: {{before: "{UNTIL}"}}) {{ edges {{ cursor }} }}'
_EVERY_CURSOR = [
    *(
        (f"{{ students(first: 200, orderBy: {{field: {order}}}) {{ edges {{ cursor }} }} }}", {"Query.students"})
        for order in _ORDERS
    ),
    (f"{{ students(first: 100) {{ nodes {{ linkHistory{_CURSORS} }} }} }}", {"Student.linkHistory"}),
    (
        f"{{ uploads(first: 100) {{ edges {{ cursor node {{ findings{_CURSORS} }} }} }} }}",
        {"Query.uploads", "Upload.findings"},
    ),
    ("{ moveNotices(first: 200, box: ALL) { edges { cursor } } }", {"Query.moveNotices"}),
    (f"{{ students(first: 100) {{ nodes {{ moveNotices{_CURSORS} }} }} }}", {"Student.moveNotices"}),
    ("{ disputes(first: 200) { edges { cursor } } }", {"Query.disputes"}),
    ("{ clocks(first: 200) { edges { cursor } } }", {"Query.clocks"}),
    ("{ watches(first: 200) { edges { cursor } } }", {"Query.watches"}),
    ("{ users(first: 200) { edges { cursor } } }", {"Query.users"}),
    *(
        (f"{{ worklist(first: 200, orderBy: {{field: {order}}}) {{ edges {{ cursor }} }} }}", {"Query.worklist"})
        for order in ("DUE", "RAISED")
    ),
    ("{ correctionRequests(first: 200) { edges { cursor } } }", {"Query.correctionRequests"}),
    ("{ notifications(first: 200) { edges { cursor } } }", {"Query.notifications"}),
    (f"{{ auditEvents{_TRAIL} }}", {"Query.auditEvents"}),
    (f"{{ viewer {{ accessLog{_TRAIL} }} }}", {"Viewer.accessLog"}),
    (f"{{ students(first: 100) {{ nodes {{ accessLog{_TRAIL} }} }} }}", {"Student.accessLog"}),
    ("{ dataRequests(first: 200, box: ALL) { edges { cursor } } }", {"Query.dataRequests"}),
    (f"{{ students(first: 100) {{ nodes {{ dataRequests{_CURSORS} }} }} }}", {"Student.dataRequests"}),
    ("{ identityRequests(first: 200) { edges { cursor } } }", {"Query.identityRequests"}),
    ("{ identityChanges(first: 200) { edges { cursor } } }", {"Query.identityChanges"}),
    ("{ accountReviews(first: 200) { edges { cursor } } }", {"Query.accountReviews"}),
    ("{ accessApplications(first: 200) { edges { cursor } } }", {"Query.accessApplications"}),
    (f"{{ jurisdictions {{ districts{_CURSORS} }} }}", {"Jurisdiction.districts"}),
    (f"{{ jurisdictions {{ schools{_CURSORS} }} }}", {"Jurisdiction.schools"}),
    (
        "{ jurisdictions { districts(first: 20) { nodes { schools(first: 20) { edges { cursor } } } } } }",
        {"District.schools"},
    ),
]


def _key(written: str) -> Key:
    import datetime

    key: Key = eval(written, {"datetime": datetime})  # the oracle's own repr of dates, moments, texts and numbers
    return key


def agree(expected: Any, actual: Any, whose: str, path: str = "data") -> None:
    """Fail at the first place where two values differ; the keys of an object must stand in the same order."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        assert list(expected) == list(actual), f"{path}: keys {list(actual)}, but by {whose} {list(expected)}"
        for key, item in expected.items():
            agree(item, actual[key], whose, f"{path}.{key}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for place, (one, other) in enumerate(zip(expected, actual, strict=True)):
            agree(one, other, whose, f"{path}[{place}]")
    else:
        same = expected == actual and type(expected) is type(actual)
        assert same, f"{path}: {actual!r}, but by {whose} {expected!r}"


def denials(answer: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The refusals of an answer: what is forbidden, and whom to ask about a student under review, until when."""
    found = [error["extensions"] for error in answer.get("errors", ())]
    assert all(extensions["code"] in ("FORBIDDEN", "UNDER_REVIEW", "INVALID_ARGUMENT") for extensions in found), found
    return sorted(
        (each["code"], each["coordinate"], each["grant"])
        if each["code"] == "FORBIDDEN"
        else (each["code"], ", ".join(each.get("ask", ())), each.get("until", ""))
        for each in found
    )


def matched(expected: Any, actual: Any, met: dict[str, str]) -> Any:
    """The oracle's data with the hub's cursors in the oracle's places; the same place must have the same cursor."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {key: matched(item, actual.get(key), met) for key, item in expected.items()}
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [matched(one, other, met) for one, other in zip(expected, actual, strict=True)]
    if isinstance(expected, str) and expected.startswith("cursor ") and isinstance(actual, str):
        return met.setdefault(expected, actual)
    return expected
