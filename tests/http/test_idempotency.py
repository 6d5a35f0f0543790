"""An idempotency key: whoever sends a change again, for whatever reason, changes nothing more and hears the same."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from hub.store.engine import connect
from tests.http.hub import HELP_DESK, PRIMARY, Answer, Hub, events, user_of

pytestmark = pytest.mark.anyio

ADMIN, OME = user_of("STATE_USER_ADMINISTRATOR"), user_of("OME_USER_ADMINISTRATOR")
TRAIN = (
    "mutation($i: RecordTrainingInput!) { recordTraining(input: $i) { user { userId version } errors { code field } } }"
)
REINSTATE = "mutation($i: ReinstateUserInput!) { reinstateUser(input: $i) { user { userId } errors { code field } } }"


async def _train(hub: Hub, key: str | None, *, by: str = ADMIN, day: str = "2026-01-05", user: str = PRIMARY) -> Answer:
    return await hub.ask(TRAIN, {"i": {"userId": user, "completedOn": day, "idempotencyKey": key}}, by=by)


def _errors(answer: Answer) -> Any:
    return answer.data["recordTraining"]["errors"]


async def _count(hub: Hub, table: str) -> int:
    owner = await connect(hub.url)
    try:
        return int(await owner.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await owner.close()


async def test_the_same_key_a_hundred_times_half_of_them_at_once_has_one_effect(own_hub: Hub) -> None:
    before = await _count(own_hub, "trainings")
    at_once = await asyncio.gather(*(_train(own_hub, "k") for _ in range(50)))
    one_by_one = [await _train(own_hub, "k") for _ in range(50)]
    bodies = {answer.text for answer in [*at_once, *one_by_one]}
    assert len(bodies) == 1
    assert at_once[0].data["recordTraining"] == {"user": {"userId": PRIMARY, "version": 2}, "errors": []}
    assert await _count(own_hub, "trainings") == before + 1
    assert len(await events(own_hub.url, "account:training")) == 1


async def test_without_a_key_each_is_done(own_hub: Hub) -> None:
    before = await _count(own_hub, "trainings")
    for _ in range(2):
        assert _errors(await _train(own_hub, None)) == []
    assert await _count(own_hub, "trainings") == before + 2


async def test_a_key_belongs_to_one_input_of_one_mutation_of_one_account(own_hub: Hub) -> None:
    assert _errors(await _train(own_hub, "k")) == []
    reused = [{"code": "KEY_REUSED", "field": "idempotencyKey"}]
    assert _errors(await _train(own_hub, "k", day="2026-01-06")) == reused
    other = await own_hub.ask(REINSTATE, {"i": {"userId": PRIMARY, "idempotencyKey": "k"}}, by=ADMIN)
    assert other.data["reinstateUser"]["errors"] == reused
    assert _errors(await _train(own_hub, "k", by=OME, user=ADMIN)) == [], "another account's key is another key"
    assert len(await events(own_hub.url, "account:training")) == 2


async def test_a_refusal_is_the_answer_too(own_hub: Hub) -> None:
    """Even when the change would go by now: who sends it again wants to hear what became of the first."""
    given = {"i": {"userId": PRIMARY, "idempotencyKey": "k"}}
    first = await own_hub.ask(REINSTATE, given, by=HELP_DESK)
    assert first.data["reinstateUser"] == {"user": None, "errors": [{"code": "NOT_DISABLED", "field": "userId"}]}
    owner = await connect(own_hub.url)
    await owner.execute("UPDATE accounts SET status = 'DISABLED' WHERE user_id = $1", PRIMARY)
    assert (await own_hub.ask(REINSTATE, given, by=HELP_DESK)).text == first.text
    assert await owner.fetchval("SELECT status FROM accounts WHERE user_id = $1", PRIMARY) == "DISABLED"
    await owner.close()


@pytest.mark.parametrize("key", ["", "x" * 201, "a\0b"])
async def test_a_key_that_is_none_is_refused(own_hub: Hub, key: str) -> None:
    before = await _count(own_hub, "trainings")
    assert _errors(await _train(own_hub, key)) == [{"code": "INVALID_INPUT", "field": "idempotencyKey"}]
    assert await _count(own_hub, "trainings") == before


async def test_what_could_not_be_answered_is_not_kept_and_may_be_sent_again(own_hub: Hub) -> None:
    """The row is held so long that the change is given up: UNAVAILABLE, and the key is free."""
    owner = await connect(own_hub.url)
    holding = owner.transaction()
    await holding.start()
    await owner.execute("SELECT FROM accounts WHERE user_id = $1 FOR UPDATE", PRIMARY)
    services = own_hub.app.state.services
    async with services.writes.acquire() as connection:
        await connection.execute("SET statement_timeout = 300")
    answer = await _train(own_hub, "k")
    assert answer.code == "UNAVAILABLE"
    assert answer.data == {"recordTraining": None}
    await holding.rollback()
    assert await owner.fetchval("SELECT count(*) FROM idempotency_keys") == 0
    await owner.close()
    assert _errors(await _train(own_hub, "k")) == []
    assert len(await events(own_hub.url, "account:training")) == 1


async def test_a_key_holds_no_value_that_was_sent(own_hub: Hub) -> None:
    update = "mutation($i: UpdateUserInput!) { updateUser(input: $i) { user { name } errors { code } } }"
    given = {"userId": PRIMARY, "expectedVersion": 1, "name": "Secret Name", "idempotencyKey": "k"}
    assert (await own_hub.ask(update, {"i": given}, by=ADMIN)).data["updateUser"]["user"] == {"name": "Secret Name"}
    owner: asyncpg.Connection = await connect(own_hub.url)
    kept = await owner.fetchval("SELECT outcome::text FROM idempotency_keys")
    await owner.close()
    assert "Secret" not in kept
