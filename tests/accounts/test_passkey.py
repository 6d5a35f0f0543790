"""Passkeys as a second factor, with an authenticator of the tests' own."""

from __future__ import annotations

import datetime
import json
from typing import Any

import asyncpg
import pytest

from hub import clock
from tests.accounts.asking import Person
from tests.accounts.authenticator import Authenticator, encoded
from tests.accounts.second_factor import add_passkey, challenge, complete, keep_passkey, start_passkey
from tests.http.hub import DATA_ADMIN_TX, PASSWORD, PRIMARY, Hub, running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def person(own_hub: Hub) -> Person:
    """Somebody who is signed in."""
    ann = Person(own_hub)
    await ann.sign_in()
    return ann


async def listed(person: Person) -> list[dict[str, Any]]:
    document = "{ viewer { secondFactor { passkeys { id name createdAt lastUsedAt } } } }"
    found: list[dict[str, Any]] = (await person.ask(document)).data["viewer"]["secondFactor"]["passkeys"]
    return found


async def test_a_passkey_is_added_answers_sign_ins_and_is_listed(person: Person) -> None:
    key = Authenticator()
    assert len(await add_passkey(person, key) or ()) == 10
    assert [(one["name"], one["lastUsedAt"]) for one in await listed(person)] == [("Key", None)]
    for _ in range(2):
        asked = await challenge(person.hub, PRIMARY)
        assert asked["methods"] == ["PASSKEY", "RECOVERY_CODE"]
        options = json.loads(asked["passkeyOptions"])
        assert options["rpId"] == "localhost"
        assert [one["id"] for one in options["allowCredentials"]] == [encoded(key.credential_id)]
        token, refusals = await complete(person.hub, asked["id"], passkey=key.sign(asked["passkeyOptions"]))
        assert refusals == []
        person.token = token
    assert (await listed(person))[0]["lastUsedAt"]


async def test_a_second_passkey_answers_too_and_brings_no_more_codes(person: Person) -> None:
    one, two = Authenticator(), Authenticator()
    await add_passkey(person, one)
    identity, options = await start_passkey(person)
    assert [known["id"] for known in json.loads(options)["excludeCredentials"]] == [encoded(one.credential_id)]
    assert (await keep_passkey(person, identity, two.register(options)))["recoveryCodes"] is None
    for key in (one, two):
        asked = await challenge(person.hub, PRIMARY)
        assert (await complete(person.hub, asked["id"], passkey=key.sign(asked["passkeyOptions"])))[1] == []


async def test_a_registration_challenge_is_good_once_for_five_minutes_and_for_its_owner(person: Person) -> None:
    identity, options = await start_passkey(person)
    assert (await keep_passkey(person, identity, Authenticator().register(options)))["errors"] == []
    again = await keep_passkey(person, identity, Authenticator().register(options))
    assert again["errors"] == [{"code": "INVALID_CHALLENGE", "field": None}]
    now = clock.now()
    identity, options = await start_passkey(person)
    with clock.frozen(now + datetime.timedelta(minutes=5, seconds=5)):
        late = await keep_passkey(person, identity, Authenticator().register(options))
        assert late["errors"][0]["code"] == "INVALID_CHALLENGE"
    other = Person(person.hub, DATA_ADMIN_TX)
    await other.sign_in()
    identity, options = await start_passkey(person)
    assert (await keep_passkey(other, identity, Authenticator().register(options)))["errors"][0]["code"] == (
        "INVALID_CHALLENGE"
    )
    assert len(await listed(person)) == 1


@pytest.mark.parametrize(
    "wrong",
    [Authenticator(origin="https://hub.evil.example"), Authenticator(origin="http://localhost:8001"),
     Authenticator(rp_id="evil.example")],
)  # fmt: skip
async def test_a_passkey_of_another_address_is_not_taken(person: Person, wrong: Authenticator) -> None:
    identity, options = await start_passkey(person)
    assert (await keep_passkey(person, identity, wrong.register(options)))["errors"][0]["code"] == "INVALID_CHALLENGE"
    assert await listed(person) == []


async def test_an_assertion_for_another_address_or_challenge_or_by_another_key_is_wrong(
    person: Person, country_owner: asyncpg.Connection
) -> None:
    key = Authenticator()
    await add_passkey(person, key)
    thief = Authenticator()
    thief.credential_id = key.credential_id

    def elsewhere(options: str) -> str:
        key.origin = "https://hub.evil.example"
        signed = key.sign(options)
        key.origin = "http://localhost:8000"
        return signed

    for sign in (elsewhere, thief.sign, lambda _: key.sign(json.dumps({"challenge": encoded(b"x" * 32)}))):
        await country_owner.execute("UPDATE accounts SET failed_tries = 0")
        asked = await challenge(person.hub, PRIMARY)
        assert (await complete(person.hub, asked["id"], passkey=sign(asked["passkeyOptions"])))[1] == ["INVALID_CODE"]
        right = key.sign(asked["passkeyOptions"])
        assert (await complete(person.hub, asked["id"], passkey=right))[1] == ["INVALID_CHALLENGE"]


async def test_an_assertion_is_not_good_twice(person: Person) -> None:
    key = Authenticator()
    await add_passkey(person, key)
    first = await challenge(person.hub, PRIMARY)
    signed = key.sign(first["passkeyOptions"])
    assert (await complete(person.hub, first["id"], passkey=signed))[1] == []
    second = await challenge(person.hub, PRIMARY)
    assert (await complete(person.hub, first["id"], passkey=signed))[1] == ["INVALID_CHALLENGE"]
    assert (await complete(person.hub, second["id"], passkey=signed))[1] == ["INVALID_CODE"]


async def test_a_passkey_whose_count_goes_back_was_copied_and_is_refused(person: Person) -> None:
    key = Authenticator(count=7)
    await add_passkey(person, key)
    for count, expected in [(9, []), (9, ["INVALID_CODE"]), (3, ["INVALID_CODE"])]:
        asked = await challenge(person.hub, PRIMARY)
        key.count = count - 1
        assert (await complete(person.hub, asked["id"], passkey=key.sign(asked["passkeyOptions"])))[1] == expected


NO_CBOR = {"clientDataJSON": "AA", "attestationObject": "oA", "authenticatorData": "AA", "signature": "AA"}
GARBAGE = [
    "",
    "{}",
    "[]",
    "null",
    "x",
    '{"rawId": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key"}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": NO_CBOR}),
    "[" * 5000,
    "9" * 30_000,
]


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_for_an_answer_is_wrong_and_no_fault(person: Person, garbage: str) -> None:
    identity, _ = await start_passkey(person)
    assert (await keep_passkey(person, identity, garbage))["errors"][0]["code"] == "INVALID_CHALLENGE"
    await add_passkey(person, Authenticator())
    asked = await challenge(person.hub, PRIMARY)
    assert (await complete(person.hub, asked["id"], passkey=garbage))[1] == ["INVALID_CODE"]


async def test_a_mangled_registration_is_wrong_and_no_fault(person: Person) -> None:
    for part in ("attestationObject", "clientDataJSON"):
        for cut in (1, 30, 90):
            identity, options = await start_passkey(person)
            made = json.loads(Authenticator().register(options))
            made["response"][part] = made["response"][part][:-cut]
            payload = await keep_passkey(person, identity, json.dumps(made))
            assert payload["errors"][0]["code"] == "INVALID_CHALLENGE", (part, cut)


async def test_passkeys_are_removed_by_their_owner_with_the_password(person: Person) -> None:
    await add_passkey(person, Authenticator())
    (one,) = await listed(person)
    other = Person(person.hub, DATA_ADMIN_TX)
    await other.sign_in()
    given = f'(input: {{id: "{one["id"]}", password: "{PASSWORD}"}})'
    assert await other.change("removePasskey", given) == [("NOT_FOUND", "id")]
    assert await person.change("removePasskey", given.replace(PASSWORD, "Wrong#pass1")) == [
        ("INVALID_CREDENTIALS", "password")
    ]
    assert await person.change("removePasskey", '(input: {id: "x\\u0000", password: "' + PASSWORD + '"})') == [
        ("NOT_FOUND", "id")
    ]
    assert await person.change("removePasskey", given) == []
    assert await listed(person) == []
    assert (await person.sign_in())["token"]


async def test_a_name_is_a_line_of_text(person: Person) -> None:
    identity, options = await start_passkey(person)
    for name in ("", "  ", "x" * 101, "a\nb"):
        payload = await keep_passkey(person, identity, Authenticator().register(options), name)
        assert payload["errors"] == [{"code": "INVALID_INPUT", "field": "name"}]


async def test_a_passkey_is_added_once(person: Person) -> None:
    key = Authenticator()
    await add_passkey(person, key)
    identity, options = await start_passkey(person)
    assert (await keep_passkey(person, identity, key.register(options)))["errors"][0]["code"] == "CONFLICT"


async def test_passkeys_are_made_for_the_public_address(country_url: str) -> None:
    async with running(country_url, public_url="https://hub.agency.gov") as hub:
        ann = Person(hub)
        await ann.sign_in()
        _, options = await start_passkey(ann)
        assert json.loads(options)["rp"]["id"] == "hub.agency.gov"
        await add_passkey(ann, Authenticator(origin="https://hub.agency.gov", rp_id="hub.agency.gov"))
