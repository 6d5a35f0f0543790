"""Signing in and out over GraphQL, and what a session opens."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from graphql import get_named_type, is_composite_type, is_required_argument

from hub import clock
from hub.store.engine import connect
from permissions.gates import open_behind
from tests.http.hub import OWING, PASSWORD, PRIMARY, SECONDARY, Answer, Hub, events
from tests.http.planted import PLANTED

pytestmark = pytest.mark.anyio

SIGN_IN = """
mutation In($user: String!, $password: String!) {
  signIn(input: {userId: $user, password: $password}) {
    token expiresAt viewer { userId name state roles grants gate purposes } errors { code field message }
  }
}
"""
VIEWER = "{ viewer { userId gate } }"
STUDENT = "query($id: String!) { student(msixId: $id) { msixId } }"
ASKED = {"id": PLANTED.msix["Ana"]}


async def _sign_in(hub: Hub, user: str = PRIMARY, password: str = PASSWORD) -> Answer:
    return await hub.ask(SIGN_IN, {"user": user, "password": password})


async def _with(hub: Hub, token: str, query: str, variables: dict[str, Any] | None = None) -> Answer:
    return await hub.ask(query, variables, headers={"authorization": f"Bearer {token}"})


async def test_the_right_password_opens_a_session(own_hub: Hub) -> None:
    payload = (await _sign_in(own_hub)).data["signIn"]
    assert payload["errors"] == []
    assert payload["viewer"]["userId"] == PRIMARY
    assert payload["viewer"]["roles"] == ["PRIMARY_USER"]
    assert payload["viewer"]["gate"] is None
    ends = datetime.datetime.fromisoformat(payload["expiresAt"]) - clock.now()
    assert datetime.timedelta(hours=11, minutes=59) < ends <= datetime.timedelta(hours=12)
    assert (await _with(own_hub, payload["token"], STUDENT, ASKED)).data["student"] == {"msixId": ASKED["id"]}
    (event,) = await events(own_hub.url, "account:login:success")
    assert (event["user_id"], event["state"]) == (PRIMARY, "TN")


async def test_every_refusal_is_the_same(own_hub: Hub) -> None:
    owner = await connect(own_hub.url)
    await owner.execute("UPDATE accounts SET status = 'DEACTIVATED' WHERE user_id = $1", SECONDARY)
    await owner.close()
    tries = [("nobody", PASSWORD), (PRIMARY, "Wrong#pass1"), (SECONDARY, PASSWORD), ("", ""), ("a\0b", "\0"),
             ("x" * 10_000, "y" * 10_000), ("caf\u00e9\u202e", "\U0001f600" * 300)]  # fmt: skip
    bodies = {(await _sign_in(own_hub, *given)).text for given in tries}
    assert len(bodies) == 1
    body = bodies.pop()
    assert "INVALID_CREDENTIALS" in body
    for given in tries:
        assert not any(len(text) > 3 and text in body for text in given)


async def test_three_wrong_tries_in_a_row_close_the_account(own_hub: Hub) -> None:
    session = await own_hub.token(PRIMARY)
    for _ in range(3):
        assert (await _sign_in(own_hub, password="Wrong#pass1")).data["signIn"]["token"] is None
    assert (await _sign_in(own_hub)).data["signIn"]["errors"][0]["code"] == "INVALID_CREDENTIALS"
    assert (await _with(own_hub, session, VIEWER)).code == "UNAUTHENTICATED"
    assert len(await events(own_hub.url, "account:disable")) == 1


async def test_many_tries_in_one_document_are_counted_like_many_documents(own_hub: Hub) -> None:
    tries = " ".join(
        f't{n}: signIn(input: {{userId: "{PRIMARY}", password: "{PASSWORD if n == 9 else f"Wrong#pass{n}"}"}})'
        " { token errors { code } }"
        for n in range(10)
    )
    answer = await own_hub.ask(f"mutation {{ {tries} }}")
    assert {payload["token"] for payload in answer.data.values()} == {None}
    assert len(await events(own_hub.url, "account:login:failure")) == 10
    assert (await _sign_in(own_hub)).data["signIn"]["token"] is None
    too_many = " ".join(f"t{n}: signOut {{ errors {{ code }} }}" for n in range(51))
    assert (await own_hub.ask(f"mutation {{ {too_many} }}")).code == "TOO_MANY_ALIASES"


async def test_wrong_input_of_a_mutation_is_refused_without_a_word_of_it(own_hub: Hub) -> None:
    secret = "Secret#pass9"
    given = "mutation($i: SignInInput!) { signIn(input: $i) { token } }"
    cases: list[tuple[str, dict[str, Any] | None]] = [
        (f'mutation {{ signIn(input: {{userId: "a", pasword: "{secret}"}}) {{ token }} }}', None),
        (f'mutation {{ signIn(input: {{userId: 1, password: ["{secret}"]}}) {{ token }} }}', None),
        (f'mutation {{ signIn(input: "{secret}") {{ token }} }}', None),
        (given, {"i": {"userId": [secret]}}),
        (given, {"i": {"userId": "a", "password": {"a": secret}}}),
        (given, {"i": {"userId": "a", "password": secret, "x": 1}}),
        (given, {"i": secret}),
    ]
    for document, variables in cases:
        answer = await own_hub.ask(document, variables)
        assert answer.status == 400, document
        assert secret not in answer.text, answer.text


async def test_signing_out_ends_the_token_at_once(own_hub: Hub) -> None:
    token = (await _sign_in(own_hub)).data["signIn"]["token"]
    out = "mutation { signOut { errors { code field message } } }"
    assert (await _with(own_hub, token, out)).data == {"signOut": {"errors": []}}
    assert (await _with(own_hub, token, VIEWER)).code == "UNAUTHENTICATED"
    assert (await own_hub.ask(out)).data["signOut"]["errors"][0]["code"] == "NOT_SIGNED_IN"
    assert len(await events(own_hub.url, "account:logout")) == 1


STEPS = {
    "TRAINING_REQUIRED": "trained_at = NULL",
    "PASSWORD_CHANGE_REQUIRED": "must_change_password = true",
    "RULES_REQUIRED": "rules_version = NULL",
    "REFRESHER_REQUIRED": "trained_at = now() - interval '800 days', refreshed_at = now() - interval '366 days'",
}


@pytest.mark.parametrize("step", STEPS)
async def test_an_account_that_owes_a_step_may_see_itself_and_leave_and_nothing_else(own_hub: Hub, step: str) -> None:
    owner = await connect(own_hub.url)
    await owner.execute(f"UPDATE accounts SET {STEPS[step]} WHERE user_id = $1", PRIMARY)
    await owner.close()
    payload = (await _sign_in(own_hub)).data["signIn"]
    assert payload["viewer"]["gate"] == step
    token = payload["token"]
    assert (await _with(own_hub, token, VIEWER)).data == {"viewer": {"userId": PRIMARY, "gate": step}}
    query = own_hub.app.state.doors.schema.query_type
    closed = {name: _least(field) for name, field in query.fields.items() if name not in open_behind(step)}
    assert {"student", "students", "node", "worklist"} <= closed.keys()
    for root, rest in [*closed.items(), ("__schema", " { types { name } }"), ("__type", '(name: "Student") { name }')]:
        answer = await _with(own_hub, token, f"{{ viewer {{ userId }} {root}{rest} }}")
        assert (answer.status, answer.codes) == (400, [step]), root
        assert "data" not in answer.body
    followed = own_hub.app.state.doors.schema.subscription_type.fields
    assert [name for name in followed if name in open_behind(step)] == []
    out = await _with(own_hub, token, "mutation { signOut { errors { code } } }")
    assert out.data == {"signOut": {"errors": []}}


def _least(field: Any) -> str:
    """The least that a field can be asked: the arguments that it demands, and a type's name where it has one."""
    values = {
        **{"String!": '"x"', "ID!": '"x"', "Int!": "1", "[ID!]!": '["x"]', "[String!]!": '["x"]'},
        **{"ReportInput!": "{measures: [STUDENTS]}", "StandardReportName!": "STUDENT_COUNTS"},
    }
    demanded = [
        f"{name}: {values[str(argument.type)]}"
        for name, argument in field.args.items()
        if is_required_argument(argument)
    ]
    arguments = f"({', '.join(demanded)})" if demanded else ""
    return arguments + (" { __typename }" if is_composite_type(get_named_type(field.type)) else "")


async def test_a_new_account_owes_training_first(own_hub: Hub) -> None:
    payload = (await _sign_in(own_hub, OWING)).data["signIn"]
    assert payload["viewer"]["gate"] == "TRAINING_REQUIRED"


async def test_a_session_ends_when_it_is_not_used_and_after_its_hours(own_hub: Hub) -> None:
    start = clock.now()
    with clock.frozen(start):
        token = (await _sign_in(own_hub)).data["signIn"]["token"]
    for minutes, status in [(29, 200), (58, 200), (89, 401)]:
        with clock.frozen(start + datetime.timedelta(minutes=minutes)):
            assert (await _with(own_hub, token, VIEWER)).status == status, minutes
    with clock.frozen(start):
        token = (await _sign_in(own_hub)).data["signIn"]["token"]
    for minutes in range(20, 12 * 60, 20):
        with clock.frozen(start + datetime.timedelta(minutes=minutes)):
            assert (await _with(own_hub, token, VIEWER)).status == 200
    with clock.frozen(start + datetime.timedelta(hours=12)):
        assert (await _with(own_hub, token, VIEWER)).code == "UNAUTHENTICATED"


async def test_a_change_of_roles_counts_at_the_next_request(own_hub: Hub) -> None:
    token = (await _sign_in(own_hub)).data["signIn"]["token"]
    assert (await _with(own_hub, token, STUDENT, ASKED)).data["student"]
    owner = await connect(own_hub.url)
    account = await owner.fetchval("SELECT account_id FROM accounts WHERE user_id = $1", PRIMARY)
    await owner.execute("UPDATE account_roles SET role = 'STATE_USER_ADMINISTRATOR' WHERE account_id = $1", account)
    await owner.close()
    own_hub.app.state.services.sessions.held.forget(str(account))
    answer = await _with(own_hub, token, STUDENT, ASKED)
    assert (answer.codes, answer.data) == (["FORBIDDEN"], {"student": None})
