"""What must be done before an account works, done over GraphQL: new password, rules of behavior, refresher."""

from __future__ import annotations

import datetime

import asyncpg
import pytest

from hub import clock
from hub.accounts.rules import RULES_VERSION, Language, rules_in_force
from tests.accounts.asking import Person
from tests.http.hub import OWING, PASSWORD, PRIMARY, Hub, events, running, user_of

pytestmark = pytest.mark.anyio

NEW = "Fresh#pass2"
NOW = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
IN_FORCE = f'(input: {{version: "{RULES_VERSION}", language: EN}})'


def passwords(current: str, new: str) -> str:
    return f'(input: {{currentPassword: "{current}", newPassword: "{new}"}})'


async def test_a_new_account_does_one_step_after_the_other_and_then_works(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    ann = Person(own_hub, OWING)
    assert (await ann.sign_in())["viewer"]["gate"] == "TRAINING_REQUIRED"
    assert (
        await ann.ask(f"mutation {{ changePassword{passwords(PASSWORD, NEW)} {{ errors {{ code }} }} }}")
    ).codes == ["TRAINING_REQUIRED"]
    await country_owner.execute("UPDATE accounts SET trained_at = now() WHERE user_id = $1", OWING)
    assert (await ann.sign_in())["viewer"]["gate"] == "PASSWORD_CHANGE_REQUIRED"
    early = await ann.ask(f"mutation {{ acceptRulesOfBehavior{IN_FORCE} {{ errors {{ code }} }} }}")
    assert early.codes == ["PASSWORD_CHANGE_REQUIRED"]
    assert await ann.change("changePassword", passwords(PASSWORD, NEW)) == []
    assert await ann.gate() == "RULES_REQUIRED"
    assert (await ann.ask("{ jurisdictions { code } }")).code == "RULES_REQUIRED"
    assert await ann.change("acceptRulesOfBehavior", IN_FORCE) == []
    assert await ann.gate() is None
    assert (await ann.ask("{ students { totalCount } }")).data["students"]["totalCount"] > 0


async def test_changing_the_password_ends_every_session_but_the_own(own_hub: Hub) -> None:
    here, there = Person(own_hub), Person(own_hub)
    await here.sign_in()
    await there.sign_in()
    assert await here.change("changePassword", passwords(PASSWORD, NEW)) == []
    assert (await there.ask("{ viewer { userId } }")).code == "UNAUTHENTICATED"
    assert (await here.ask("{ viewer { userId } }")).data["viewer"]["userId"] == PRIMARY
    assert (await there.sign_in())["token"] is None
    there.password = NEW
    assert (await there.sign_in())["token"]
    (event,) = await events(own_hub.url, "account:password:change")
    assert event["user_id"] == PRIMARY


async def test_none_of_the_last_six_passwords_is_taken_again(own_hub: Hub) -> None:
    ann = Person(own_hub)
    await ann.sign_in()
    current = PASSWORD
    for n in range(5):
        assert await ann.change("changePassword", passwords(current, f"Number#{n}a")) == []
        current = f"Number#{n}a"
    for taken in [PASSWORD, *(f"Number#{n}a" for n in range(5))]:
        assert await ann.change("changePassword", passwords(current, taken)) == [("PASSWORD_REUSED", "newPassword")]
    assert await ann.change("changePassword", passwords(current, "Number#5a")) == []
    assert await ann.change("changePassword", passwords("Number#5a", PASSWORD)) == []


async def test_a_new_password_keeps_the_policy(own_hub: Hub) -> None:
    ann = Person(own_hub)
    await ann.sign_in()
    assert await ann.change("changePassword", passwords(PASSWORD, "onlysmall")) == [("INVALID_INPUT", "newPassword")]


async def test_three_wrong_current_passwords_disable_the_account(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    ann = Person(own_hub)
    await ann.sign_in()
    for _ in range(3):
        refused = await ann.change("changePassword", passwords("Wrong#pass1", NEW))
        assert refused == [("INVALID_CREDENTIALS", "currentPassword")]
    assert (await ann.ask("{ viewer { userId } }")).code == "UNAUTHENTICATED"
    status = await country_owner.fetchval("SELECT status FROM accounts WHERE user_id = $1", PRIMARY)
    assert status == "DISABLED"


@pytest.mark.parametrize(("state", "days"), [("TX", 90), ("TN", 60)])
async def test_a_password_is_good_for_90_days_and_in_tennessee_for_60(
    own_hub: Hub, country_owner: asyncpg.Connection, state: str, days: int
) -> None:
    ann = Person(own_hub, user_of("PRIMARY_USER", state))
    await country_owner.execute(
        "UPDATE accounts SET password_changed_at = $1, trained_at = $1, refreshed_at = $1, rules_agreed_at = $1", NOW
    )
    with clock.frozen(NOW + datetime.timedelta(days=days, seconds=-1)):
        assert (await ann.sign_in())["viewer"]["gate"] is None
    with clock.frozen(NOW + datetime.timedelta(days=days)):
        assert (await ann.sign_in())["viewer"]["gate"] == "PASSWORD_CHANGE_REQUIRED"
        assert await ann.change("changePassword", passwords(PASSWORD, NEW)) == []
        assert await ann.gate() is None


async def test_agreement_and_refresher_are_asked_for_every_year_and_kept(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    ann = Person(own_hub)
    start = clock.now()
    for years in (1, 2):
        with clock.frozen(start + datetime.timedelta(days=366 * years)):
            await country_owner.execute("UPDATE accounts SET password_changed_at = $1", clock.now())
            assert (await ann.sign_in())["viewer"]["gate"] == "RULES_REQUIRED"
            stale = '(input: {version: "2001-01-01", language: EN})'
            assert await ann.change("acceptRulesOfBehavior", stale) == [("CONFLICT", "version")]
            assert await ann.change("acceptRulesOfBehavior", IN_FORCE.replace("EN", "ES")) == []
            assert await ann.gate() == "REFRESHER_REQUIRED"
            assert (await ann.ask("{ jurisdictions { code } }")).code == "REFRESHER_REQUIRED"
            assert await ann.change("completeRefresher", stale) == [("CONFLICT", "version")]
            assert await ann.change("completeRefresher", IN_FORCE) == []
            assert await ann.gate() is None
    kept = await country_owner.fetch("SELECT kind, version, language FROM agreements ORDER BY agreement_id")
    assert [tuple(row) for row in kept] == [("RULES", RULES_VERSION, "ES"), ("REFRESHER", RULES_VERSION, "EN")] * 2
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await country_owner.execute("UPDATE agreements SET version = '2001-01-01'")
    assert len(await events(own_hub.url, "account:rules:agree", "account:refresher:complete")) == 4


async def test_a_new_version_of_the_rules_is_agreed_to_anew(own_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = Person(own_hub)
    assert (await ann.sign_in())["viewer"]["gate"] is None
    tomorrow = (clock.now() + datetime.timedelta(days=1)).date().isoformat()
    monkeypatch.setattr("hub.accounts.gate.RULES_VERSION", tomorrow)
    monkeypatch.setattr("hub.accounts.agree.RULES_VERSION", tomorrow)
    own_hub.app.state.services.sessions.held.forget_all()
    with clock.frozen(clock.now() + datetime.timedelta(days=2)):
        assert (await ann.sign_in())["viewer"]["gate"] == "RULES_REQUIRED"
        in_force = f'(input: {{version: "{tomorrow}", language: EN}})'
        assert await ann.change("acceptRulesOfBehavior", in_force) == []
        assert await ann.gate() == "REFRESHER_REQUIRED"
        assert await ann.change("completeRefresher", in_force) == []
        assert await ann.gate() is None


@pytest.mark.parametrize("language", list(Language))
async def test_anybody_may_read_the_rules_in_both_languages(own_hub: Hub, language: Language) -> None:
    asked = f"{{ rulesOfBehavior(language: {language}) {{ version language notice text refresher }} }}"
    rules = (await own_hub.ask(asked)).data["rulesOfBehavior"]
    assert (rules["version"], rules["language"]) == (RULES_VERSION, language)
    says = {"EN": ("monitored, recorded and audited", "# Rules of behavior", "# Security refresher"),
            "ES": ("se vigila, se registra y se audita", "# Normas de conducta", "# Repaso de seguridad")}  # fmt: skip
    for text, expected in zip((rules["notice"], rules["text"], rules["refresher"]), says[language], strict=True):
        assert expected in text


def test_the_rules_say_the_same_in_both_languages() -> None:
    english, spanish = rules_in_force(Language.EN), rules_in_force(Language.ES)
    for one, other in [(english.rules, spanish.rules), (english.refresher, spanish.refresher)]:
        assert one.count("\n#") == other.count("\n#")
        assert [line[:3] for line in one.splitlines() if line[:1].isdigit()] == [
            line[:3] for line in other.splitlines() if line[:1].isdigit()
        ]


async def test_under_nist_length_counts_and_common_passwords_are_refused(country_url: str) -> None:
    async with running(country_url, password_policy="nist-800-63b-4") as hub:
        ann = Person(hub, user_of("PRIMARY_USER", "TX"))
        await ann.sign_in()
        for bad in ["Fresh#pass2", "passwordpassword", "PRIMARY_USER.TX-2026!"]:
            assert await ann.change("changePassword", passwords(PASSWORD, bad)) == [("INVALID_INPUT", "newPassword")]
        assert await ann.change("changePassword", passwords(PASSWORD, "blue crane over the wet barn")) == []
