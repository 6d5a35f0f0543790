"""A machine that takes children of two states through uploads, merges, splits and decisions, over HTTP."""

from __future__ import annotations

import asyncio
import base64
import datetime
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any, TypeVar

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hub.identity import NewItem, raise_items
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, Hub, user_of
from tests.identity import invariants
from tests.identity.country import STUDENT, child, codes, merge, payload, resolve, split, upload

PRIMARY_TX = user_of("PRIMARY_USER", "TX")
ASKERS = {"TN": PRIMARY, "TX": PRIMARY_TX}
DECIDERS = {"TN": DATA_ADMIN, "TX": DATA_ADMIN_TX}
WITHDRAW = "mutation($r: ID!) { withdrawRequest(input: {request: $r}) { request { status } errors { code } } }"
T = TypeVar("T")
number = st.integers(0, 999)
state = st.sampled_from(["TN", "TX"])


@dataclass
class World:
    """The hub that all histories share, and what numbers were used in it."""

    runner: asyncio.Runner
    hub: Hub
    database: asyncpg.Connection
    children: int = 0
    records: int = 0
    child_of: dict[str, int] = field(default_factory=dict)
    given_away: set[int] = field(default_factory=set)
    sequences: dict[str, int] = field(default_factory=lambda: {"TN": 0, "TX": 0})

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)


def node(kind: str, key: int) -> str:
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


class History(RuleBasedStateMachine):
    """One history: of children that no other history knows."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.seen = world.run(invariants.Seen.now(world.database))
        self.first = world.run(world.database.fetchval("SELECT coalesce(max(state_record_id), 0) FROM state_records"))
        for each in ("TN", "TX", "TX"):
            self.new_child(each)

    # What there is now

    def _rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = self.world.run(self.world.database.fetch(query, *arguments))
        return found

    def _records(self) -> list[asyncpg.Record]:
        return self._rows(
            "SELECT record.*, students.msix_id AS known_as, review_scopes IS NOT NULL AS reviewed "
            "FROM state_records AS record JOIN students USING (student_id) WHERE status = 'ACTIVE' AND student_id IN ("
            "SELECT student_id FROM state_records WHERE state_record_id > $1) ORDER BY 1",
            self.first,
        )

    def _students(self, reviewed: bool = False) -> list[str]:
        """MSIX IDs as they were given out, not in their order: they are random, and a history repeats itself."""
        rows = sorted(self._records(), key=lambda row: row["student_id"])
        return list(dict.fromkeys(row["known_as"] for row in rows if row["reviewed"] is reviewed))

    def _items(self) -> list[asyncpg.Record]:
        return self._rows(
            "SELECT DISTINCT item.item_id, item.kind, item.state FROM worklist_items AS item "
            "JOIN worklist_item_records USING (item_id) "
            "WHERE item.status = 'OPEN' AND state_record_id > $1 ORDER BY 1",
            self.first,
        )

    def _pending(self) -> list[asyncpg.Record]:
        return self._rows(
            "SELECT DISTINCT request_id, request.state FROM identity_requests AS request "
            "JOIN worklist_items USING (request_id) JOIN worklist_item_records USING (item_id) "
            "WHERE request.status = 'PENDING' AND state_record_id > $1 ORDER BY 1",
            self.first,
        )

    def _holders(self, *msix_ids: str) -> list[str]:
        return sorted({row["state"] for row in self._records() if row["known_as"] in msix_ids})

    # What states do

    def _send(self, state: str, sent: dict[str, Any]) -> None:
        self.world.sequences[state] += 1
        self.world.run(upload(self.world.hub.url, state, self.world.sequences[state], [sent]))

    def _child(self, known: int, **changes: Any) -> dict[str, Any]:
        """Like no other child: else what one history meets would hang on those before, and none could be repeated."""
        born = datetime.date(2006, 1, 1) + datetime.timedelta(days=known * 37 % 5000)
        dice = random.Random(known)
        first, *last = ("".join(dice.choices(ascii_lowercase, k=9)).capitalize() for _ in range(3))
        names = dict(zip(("lastName1", "lastName2"), last, strict=True), firstName=first, birthDate=born.isoformat())
        return child(known, **{f"demographics__{name}": value for name, value in names.items()}, **changes)

    @rule(state=state)
    def new_child(self, state: str) -> None:
        self.world.children += 1
        self._new_record(state, self.world.children)

    def _new_record(self, state: str, known: int, **changes: Any) -> None:
        self.world.records += 1
        own = f"R{self.world.records}"
        self.world.child_of[own] = known
        self._send(state, self._child(known, stateStudentId=own, **changes))

    @precondition(lambda self: self._records())
    @rule(which=number, state=state)
    def new_record_of_a_known_child(self, which: int, state: str) -> None:
        records = self._records()
        record = records[which % len(records)]
        self._new_record(state, self.world.child_of[record["state_student_id"]], msixId=record["known_as"])

    @precondition(lambda self: self._records())
    @rule(which=number)
    def record_sent_again(self, which: int) -> None:
        records = self._records()
        own = records[which % len(records)]["state_student_id"]
        changed = {"demographics__birthCity": f"City {which}"}
        sent = self._child(self.world.child_of[own], stateStudentId=own, **changed)
        self._send(records[which % len(records)]["state"], sent)

    @precondition(lambda self: self._records())
    @rule(which=number)
    def id_given_to_another_child(self, which: int) -> None:
        records = self._records()
        record = records[which % len(records)]
        own = record["state_student_id"]
        self.world.children += 1
        self.world.child_of[own] = self.world.children
        self.world.given_away.add(record["state_record_id"])
        self._send(record["state"], self._child(self.world.children, stateStudentId=own))

    @precondition(lambda self: len(self._records()) > 2)
    @rule(which=number)
    def record_deleted(self, which: int) -> None:
        records = self._records()
        record = records[which % len(records)]
        own = record["state_student_id"]
        self._send(record["state"], {"action": "DELETE", "stateStudentId": own, "stateStudentIdType": "STATE"})

    # What people do

    @precondition(lambda self: len(self._students()) > 1)
    @rule(one=number, other=number, state=state)
    def merge_asked_for(self, one: int, other: int, state: str) -> None:
        students = self._students()
        survivor, duplicate = students[one % len(students)], students[other % len(students)]
        concerned = state in self._holders(survivor, duplicate)
        found = codes(self.world.run(merge(self.world.hub, survivor, duplicate, by=ASKERS[state])))
        wanted = [] if concerned else ["NOT_CONCERNED"]
        assert found == (["SAME_STUDENT"] if concerned and survivor == duplicate else wanted)

    @precondition(lambda self: self._students())
    @rule(which=number, many=st.integers(1, 3))
    def split_asked_for(self, which: int, many: int) -> None:
        students = self._students()
        student = students[which % len(students)]
        records = [row for row in self._records() if row["known_as"] == student]
        leaving = [node("StateRecord", row["state_record_id"]) for row in records[:many]]
        asker = ASKERS[records[0]["state"]]
        found = codes(self.world.run(split(self.world.hub, student, leaving, by=asker)))
        assert found == ([] if many < len(records) else ["NOTHING_STAYS"])

    @precondition(lambda self: self._students() and self._students(reviewed=True))
    @rule()
    def students_under_review_wait(self) -> None:
        (one, *_), (other, *_) = self._students(), self._students(reviewed=True)
        by = ASKERS[self._holders(other)[0]]
        assert codes(self.world.run(merge(self.world.hub, one, other, by=by))) == ["UNDER_REVIEW"]

    @precondition(lambda self: self._items())
    @rule(which=number, agreed=st.booleans())
    def item_decided(self, which: int, agreed: bool) -> None:
        items = self._items()
        self._decide(items[which % len(items)], agreed)

    def _decide(self, item: asyncpg.Record, agreed: bool) -> None:
        words = ("APPROVED", "REJECTED") if item["kind"].endswith("VALIDATION") else ("SAME", "NOT_SAME")
        sides = self.world.run(invariants.students_by_side(self.world.database, item["item_id"]))
        decision = words[0 if agreed else 1]
        by = DECIDERS[item["state"].strip()]
        found = codes(self.world.run(resolve(self.world.hub, node("WorklistItem", item["item_id"]), decision, by=by)))
        if found:  # people have said that these are two, or a split that nothing is left of
            assert agreed and found in (["KEPT_APART"], ["CONFLICT"]), (item, found)
        elif not agreed and item["kind"] in ("NEAR_MATCH", "MERGE_VALIDATION"):
            one, other = ([each for each in side if each not in self.world.given_away] for side in sides)
            assert self.world.run(invariants.remembered_apart(self.world.database, one, other))

    @precondition(lambda self: self._pending())
    @rule(which=number)
    def request_withdrawn(self, which: int) -> None:
        request = self._pending()[which % len(self._pending())]
        asked = {"r": node("IdentityRequest", request["request_id"])}
        answer = self.world.run(self.world.hub.ask(WITHDRAW, asked, by=ASKERS[request["state"]]))
        assert payload(answer) == {"request": {"status": "WITHDRAWN"}, "errors": []}

    @precondition(lambda self: len({row["known_as"] for row in self._records()}) > 1)
    @rule(one=number, other=number)
    def near_match_raised(self, one: int, other: int) -> None:
        records = self._records()
        newcomer = records[one % len(records)]
        others = [row for row in records if row["student_id"] != newcomer["student_id"]]
        chosen = others[other % len(others)]["student_id"]
        sides = {row["state_record_id"]: 2 for row in others if row["student_id"] == chosen}
        sides |= {row["state_record_id"]: 1 for row in records if row["student_id"] == newcomer["student_id"]}
        item = NewItem("NEAR_MATCH", newcomer["state"], sides)
        self.world.run(self._raise(item))

    async def _raise(self, item: NewItem) -> None:
        async with self.world.database.transaction():
            await raise_items(self.world.database, [item])

    @precondition(lambda self: len(self._students()) > 1)
    @rule(one=number, sent_between=st.booleans())
    def merged_and_split_again(self, one: int, sent_between: bool) -> None:
        students = self._students()
        survivor = students[one % len(students)]
        duplicate = students[(one + 1) % len(students)]
        before = self._answers(survivor, duplicate)
        leaving = [row for row in self._records() if row["known_as"] == duplicate]
        by = ASKERS[leaving[0]["state"]]
        assert codes(self.world.run(merge(self.world.hub, survivor, duplicate, by=by))) == []
        self._approve_all(survivor)
        assert self._answers(duplicate)[duplicate] == self._answers(survivor)[survivor]
        if sent_between:
            own = leaving[0]["state_student_id"]
            self._send(leaving[0]["state"], self._child(self.world.child_of[own], stateStudentId=own, msixId=duplicate))
        ids = [node("StateRecord", row["state_record_id"]) for row in leaving]
        assert codes(self.world.run(split(self.world.hub, survivor, ids, by=by))) == []
        self._approve_all(survivor)
        assert self._answers(survivor, duplicate) == before

    def _approve_all(self, msix_id: str) -> None:
        about = self._rows(
            "SELECT item.item_id, item.kind, item.state FROM worklist_items AS item WHERE status = 'OPEN' AND EXISTS ("
            "SELECT FROM worklist_item_records JOIN state_records USING (state_record_id) JOIN students "
            "USING (student_id) WHERE students.msix_id = $1 AND worklist_item_records.item_id = item.item_id) "
            "ORDER BY 1",
            msix_id,
        )
        for item in about:
            self._decide(item, agreed=True)

    def _answers(self, *msix_ids: str) -> dict[str, list[tuple[str, str]]]:
        """Every ID that these students answer for, with the records it answers with, as GraphQL tells."""
        found: dict[str, list[tuple[str, str]]] = {}
        for msix_id in msix_ids:
            student = self._ask(msix_id)
            for known in (msix_id, *student["retiredIds"]):
                shown = self._ask(known)["stateRecords"]
                found[known] = sorted((record["state"], record["stateStudentId"]) for record in shown)
        return found

    def _ask(self, msix_id: str) -> dict[str, Any]:
        answer = self.world.run(self.world.hub.ask(STUDENT, {"id": msix_id}, by=DATA_ADMIN))
        student: dict[str, Any] = answer.data["student"]
        return student

    # What always holds

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "first"):
            self.seen = self.world.run(self.seen.after(self.world.database))
