"""An authenticator app as a second factor: added, asked for, never good twice, removed, reset."""

from __future__ import annotations

import datetime
from pathlib import Path

import asyncpg
import pytest

from hub import clock
from hub.accounts.secret_box import open_box
from hub.errors import Code, HubError
from tests.accounts.asking import Person
from tests.accounts.mailbox import mails
from tests.accounts.second_factor import add_totp, challenge, complete, shown
from tests.http.hub import DATA_ADMIN_TX, HELP_DESK, PASSWORD, PRIMARY, Hub, cheap_settings, events, running, user_of

pytestmark = pytest.mark.anyio

START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
ADMIN, OME = user_of("STATE_USER_ADMINISTRATOR"), user_of("OME_USER_ADMINISTRATOR")
RESET = "mutation($u: String!) { resetSecondFactor(input: {userId: $u}) { errors { code } } }"


@pytest.fixture
async def person(keyed_hub: Hub) -> Person:
    """Somebody who is signed in."""
    ann = Person(keyed_hub)
    await ann.sign_in()
    return ann


async def reset(hub: Hub, user: str = PRIMARY, by: str = ADMIN) -> list[str]:
    answer = await hub.ask(RESET, {"u": user}, by=by)
    return [error["code"] for error in answer.data["resetSecondFactor"]["errors"]]


async def test_with_an_app_the_password_opens_no_session_until_its_code_does(person: Person) -> None:
    secret, codes = await add_totp(person)
    assert len(set(codes or ())) == 10
    asked = await challenge(person.hub, PRIMARY)
    assert asked["methods"] == ["TOTP", "RECOVERY_CODE"]
    assert asked["passkeyOptions"] is None
    token, refusals = await complete(person.hub, asked["id"], totp=shown(secret, 1))
    assert refusals == []
    person.token = token
    viewer = (await person.ask("{ viewer { userId secondFactor { totp recoveryCodesLeft } } }")).data["viewer"]
    assert viewer == {"userId": PRIMARY, "secondFactor": {"totp": True, "recoveryCodesLeft": 10}}
    last = (await events(person.hub.url, "account:login:success"))[-1]
    assert last["detail"] == '{"factor": "TOTP"}'


async def test_a_challenge_is_no_token_and_is_good_once_and_for_five_minutes(person: Person) -> None:
    secret, _ = await add_totp(person)
    asked = await challenge(person.hub, PRIMARY)
    person.token = asked["id"]
    assert (await person.ask("{ viewer { userId } }")).code == "UNAUTHENTICATED"
    assert (await complete(person.hub, asked["id"], totp=shown(secret, 1)))[1] == []
    assert (await complete(person.hub, asked["id"], totp=shown(secret, 1)))[1] == ["INVALID_CHALLENGE"]
    now = clock.now()
    later = await challenge(person.hub, PRIMARY)
    with clock.frozen(now + datetime.timedelta(minutes=5, seconds=5)):
        assert (await complete(person.hub, later["id"], totp=shown(secret))) == (None, ["INVALID_CHALLENGE"])


async def test_no_code_is_good_twice_nor_one_of_another_time(keyed_hub: Hub) -> None:
    ann = Person(keyed_hub)
    with clock.frozen(START):
        await ann.sign_in()
        secret, _ = await add_totp(ann)
        asked = await challenge(keyed_hub, PRIMARY)
        assert (await complete(keyed_hub, asked["id"], totp=shown(secret)))[1] == ["INVALID_CODE"]
        assert (await complete(keyed_hub, asked["id"], totp=shown(secret, 2)))[1] == ["INVALID_CODE"]
        assert (await complete(keyed_hub, asked["id"], totp=shown(secret, 1)))[1] == []
        asked = await challenge(keyed_hub, PRIMARY)
        assert (await complete(keyed_hub, asked["id"], totp=shown(secret, 1)))[1] == ["INVALID_CODE"]
    with clock.frozen(START + datetime.timedelta(seconds=60)):
        assert (await complete(keyed_hub, asked["id"], totp=shown(secret)))[1] == []


async def test_three_wrong_codes_disable_the_account(person: Person, country_owner: asyncpg.Connection) -> None:
    secret, _ = await add_totp(person)
    asked = await challenge(person.hub, PRIMARY)
    for _ in range(3):
        assert (await complete(person.hub, asked["id"], totp="000000"))[1] == ["INVALID_CODE"]
    assert (await complete(person.hub, asked["id"], totp=shown(secret, 1)))[1] == ["INVALID_CHALLENGE"]
    assert await country_owner.fetchval("SELECT status FROM accounts WHERE user_id = $1", PRIMARY) == "DISABLED"


async def test_a_recovery_code_is_good_once(person: Person) -> None:
    _, codes = await add_totp(person)
    assert codes is not None
    asked = await challenge(person.hub, PRIMARY)
    assert (await complete(person.hub, asked["id"], recoveryCode=codes[3].lower()))[1] == []
    asked = await challenge(person.hub, PRIMARY)
    assert (await complete(person.hub, asked["id"], recoveryCode=codes[3]))[1] == ["INVALID_CODE"]
    assert (await complete(person.hub, asked["id"], recoveryCode=codes[4]))[1] == []


async def test_a_challenge_is_answered_by_one_thing(person: Person) -> None:
    secret, codes = await add_totp(person)
    asked = await challenge(person.hub, PRIMARY)
    for answer in ({}, {"totp": shown(secret, 1), "recoveryCode": (codes or [""])[0]}):
        assert (await complete(person.hub, asked["id"], **answer))[1] == ["INVALID_INPUT"]


async def test_a_password_that_changes_meanwhile_voids_the_challenge(person: Person) -> None:
    secret, _ = await add_totp(person)
    asked = await challenge(person.hub, PRIMARY)
    changed = await person.change(
        "changePassword", f'(input: {{currentPassword: "{PASSWORD}", newPassword: "New#1pass"}})'
    )
    assert changed == []
    assert (await complete(person.hub, asked["id"], totp=shown(secret, 1)))[1] == ["INVALID_CHALLENGE"]


async def test_guessed_challenges_count_by_source(person: Person) -> None:
    for _ in range(20):
        assert (await complete(person.hub, "hubc_guess", totp="000000"))[1] == ["INVALID_CHALLENGE"]
    assert (await complete(person.hub, "hubc_guess", totp="000000"))[1] == ["TOO_MANY_TRIES"]


async def test_the_secret_is_encrypted_and_codes_are_hashed(person: Person, country_owner: asyncpg.Connection) -> None:
    secret, codes = await add_totp(person)
    asked = await challenge(person.hub, PRIMARY)
    for table in ("totp_factors", "recovery_codes", "factor_challenges", "audit_events"):
        kept = str([tuple(row) for row in await country_owner.fetch(f"SELECT * FROM {table}")])
        assert secret not in kept
        assert asked["id"] not in kept
        assert not any(code in kept for code in codes or ())


async def test_the_secret_of_one_account_opens_no_other(person: Person, country_owner: asyncpg.Connection) -> None:
    secret, _ = await add_totp(person)
    await country_owner.execute(
        "INSERT INTO totp_factors SELECT (SELECT account_id FROM accounts WHERE user_id = $1), secret, started_at, "
        "confirmed_at, NULL FROM totp_factors",
        DATA_ADMIN_TX,
    )
    asked = await challenge(person.hub, DATA_ADMIN_TX)
    answer = await person.hub.ask(
        "mutation($c: String!, $t: String!) { completeSignIn(input: {challenge: $c, totp: $t}) { token } }",
        {"c": asked["id"], "t": shown(secret, 1)},
    )
    assert answer.code == "UNAVAILABLE"


async def test_factors_are_added_and_removed_with_the_password_only(person: Person) -> None:
    wrong = '(input: {password: "Wrong#pass1"})'
    assert await person.change("startTotp", wrong) == [("INVALID_CREDENTIALS", "password")]
    await add_totp(person)
    assert await person.change("startTotp", f'(input: {{password: "{PASSWORD}"}})') == [("CONFLICT", None)]
    assert await person.change("removeTotp", wrong) == [("INVALID_CREDENTIALS", "password")]
    assert await person.change("removeTotp", f'(input: {{password: "{PASSWORD}"}})') == []
    assert (await person.sign_in())["token"]
    left = (await person.ask("{ viewer { secondFactor { totp recoveryCodesLeft passkeys { id } } } }")).data
    assert left["viewer"]["secondFactor"] == {"totp": False, "recoveryCodesLeft": 0, "passkeys": []}
    assert await person.change("removeTotp", f'(input: {{password: "{PASSWORD}"}})') == [("NOT_FOUND", None)]
    assert await person.change("confirmTotp", '(input: {code: "000000"})') == [("NOT_FOUND", None)]
    changed = await events(person.hub.url, "account:factor:add", "account:factor:remove")
    assert [event["tag"] for event in changed] == ["account:factor:add", "account:factor:remove"]


async def test_an_app_that_was_never_confirmed_asks_for_nothing(person: Person) -> None:
    assert await person.change("startTotp", f'(input: {{password: "{PASSWORD}"}})') == []
    assert await person.change("confirmTotp", '(input: {code: "abcdef"})') == [("INVALID_CODE", "code")]
    assert (await person.sign_in())["token"]


async def test_whoever_must_have_a_second_factor_may_add_one_and_do_nothing_else(
    country_url: str, secret_key: Path
) -> None:
    async with running(country_url, second_factor_roles="PRIMARY_USER", secret_key=secret_key) as hub:
        ann = Person(hub)
        assert (await ann.sign_in())["viewer"]["gate"] == "SECOND_FACTOR_REQUIRED"
        assert (await ann.ask("{ jurisdictions { code } }")).code == "SECOND_FACTOR_REQUIRED"
        closed = await ann.ask('mutation { removeTotp(input: {password: "x"}) { errors { code } } }')
        assert closed.code == "SECOND_FACTOR_REQUIRED"
        secret, _ = await add_totp(ann)
        assert await ann.gate() is None
        asked = await challenge(hub, PRIMARY)
        assert (await complete(hub, asked["id"], totp=shown(secret, 1)))[1] == []
        assert (await Person(hub, DATA_ADMIN_TX).sign_in())["viewer"]["gate"] is None


async def test_the_consoles_cookie_comes_after_the_second_factor(person: Person) -> None:
    secret, _ = await add_totp(person)
    own = {"x-hub-console": "1", "origin": "http://hub.test", "sec-fetch-site": "same-origin"}
    first = await person.hub.http.post("/session", json={"userId": PRIMARY, "password": PASSWORD}, headers=own)
    asked = first.json()["challenge"]
    assert asked["methods"] == ["TOTP", "RECOVERY_CODE"]
    assert "set-cookie" not in first.headers
    wrong = await person.hub.http.post("/session", json={"challenge": asked["id"], "totp": "000000"}, headers=own)
    assert (wrong.status_code, wrong.json()["errors"][0]["extensions"]["code"]) == (401, "INVALID_CODE")
    given = {"challenge": asked["id"], "totp": shown(secret, 1)}
    second = await person.hub.http.post("/session", json=given, headers=own)
    assert second.status_code == 200
    assert second.json()["userId"] == PRIMARY
    assert "hub_session=hub_" in second.headers["set-cookie"]
    for odd in ({"challenge": 1, "totp": "1"}, {"challenge": "x", "totp": 1}):
        assert (await person.hub.http.post("/session", json=odd, headers=own)).status_code == 400


async def test_an_administrator_removes_what_was_lost_and_the_owner_hears_of_it(
    person: Person, country_owner: asyncpg.Connection
) -> None:
    await add_totp(person)
    assert await reset(person.hub) == []
    assert (await person.ask("{ viewer { userId } }")).code == "UNAUTHENTICATED"
    assert (await person.sign_in())["token"]
    (event,) = await events(person.hub.url, "account:factor:reset")
    assert event["user_id"] == ADMIN
    (mail,) = await mails(country_owner, "PRIMARY_USER.TN@agency.gov")
    assert "second factors" in mail["subject"]
    assert await reset(person.hub) == ["NOT_FOUND"]


@pytest.mark.parametrize(
    ("by", "user", "expected"),
    [(ADMIN, DATA_ADMIN_TX, "NOT_FOUND"), (ADMIN, HELP_DESK, "NOT_FOUND"), (ADMIN, ADMIN, "OWN_ACCOUNT"),
     (OME, PRIMARY, "NOT_FOUND"), (OME, OME, "OWN_ACCOUNT")],
)  # fmt: skip
async def test_nobody_resets_factors_out_of_reach(keyed_hub: Hub, by: str, user: str, expected: str) -> None:
    assert await reset(keyed_hub, user, by) == [expected]


async def test_the_help_desk_resets_no_factors(keyed_hub: Hub) -> None:
    assert (await keyed_hub.ask(RESET, {"u": PRIMARY}, by=HELP_DESK)).codes == ["FORBIDDEN"]


async def test_without_a_key_no_app_is_added(country_url: str) -> None:
    async with running(country_url, database_url=country_url) as hub:
        ann = Person(hub)
        await ann.sign_in()
        assert await ann.change("startTotp", f'(input: {{password: "{PASSWORD}"}})') == [("NO_SECRET_KEY", None)]


def test_beside_its_own_server_the_hub_makes_a_key_that_nobody_else_reads(tmp_path: Path) -> None:
    settings = cheap_settings(data_dir=tmp_path / "hub", database_url=None)
    first, again = open_box(settings), open_box(settings)
    assert first is not None and again is not None
    assert (tmp_path / "hub" / "secret.key").stat().st_mode & 0o777 == 0o600
    sealed = first.closed(7, "S3CRET")
    assert again.opened(7, sealed) == "S3CRET"
    with pytest.raises(HubError) as refused:
        again.opened(8, sealed)
    assert refused.value.code is Code.UNAVAILABLE


def test_a_new_key_in_front_reads_what_the_old_one_wrote(tmp_path: Path) -> None:
    one, two = (open_box(cheap_settings(data_dir=tmp_path / name, database_url=None)) for name in ("one", "two"))
    assert one is not None and two is not None
    joined = tmp_path / "joined.key"
    joined.touch(mode=0o600)
    joined.write_text("".join((tmp_path / name / "secret.key").read_text() for name in ("two", "one")))
    both = open_box(cheap_settings(secret_key=joined))
    assert both is not None
    assert both.opened(7, one.closed(7, "OLD")) == "OLD"
    assert two.opened(7, both.closed(7, "NEW")) == "NEW"


@pytest.mark.parametrize(("text", "mode"), [(None, 0o600), ("short", 0o600), ("A" * 43 + "=", 0o644)])
def test_a_key_that_will_not_do_is_refused_at_the_start(tmp_path: Path, text: str | None, mode: int) -> None:
    path = tmp_path / "secret.key"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    with pytest.raises(HubError) as refused:
        open_box(cheap_settings(secret_key=path))
    assert refused.value.code is Code.USAGE


async def test_a_role_that_is_none_is_refused_at_the_start(country_url: str) -> None:
    with pytest.raises(HubError, match="HUB_SECOND_FACTOR_ROLES"):
        async with running(country_url, second_factor_roles="PRIMARY_USERS"):
            pass
