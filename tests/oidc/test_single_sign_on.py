"""Whom a provider vouches for gets into an account that is there, and nobody else does, whatever they bring."""

from __future__ import annotations

import datetime
import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from hub import clock
from hub.accounts.oidc_attempt import BEGINNINGS
from hub.settings import Settings
from hub.store.engine import connect
from tests.accounts.asking import Person
from tests.accounts.second_factor import add_totp, shown
from tests.http.hub import OWING, PRIMARY, Hub, answer_of, events, running
from tests.oidc.browser import OWN, Browser
from tests.oidc.conftest import settings_for
from tests.oidc.provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.anyio

WHO = {"viewer": {"userId": PRIMARY, "gate": None}}


async def refused(browser: Browser, response: httpx.Response, status: int, code: str) -> None:
    """The answer is this refusal, and the browser has no session of it."""
    answer = answer_of(response)
    assert (answer.status, answer.code) == (status, code)
    assert browser.session is None
    assert (await browser.ask()).data == {"viewer": None}


async def reasons(hub: Hub) -> list[str]:
    return [json.loads(event["detail"])["reason"] for event in await events(hub.url, "account:login:failure")]


async def execute(hub: Hub, statement: str, *values: Any) -> Any:
    owner = await connect(hub.url)
    try:
        return await owner.fetchval(statement, *values)
    finally:
        await owner.close()


async def test_whom_the_provider_vouches_for_gets_a_session_of_the_account(sso_hub: Hub, browser: Browser) -> None:
    response = await browser.sign_in()
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/html")
    assert 'content="0;url=/"' in response.text
    assert response.headers["cache-control"] == "no-store"
    session = next(value for value in response.headers.get_list("set-cookie") if value.startswith("hub_session=hub_"))
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(session.split("; "))
    assert browser.session not in response.text
    assert browser.hub.cookies.get("hub_oidc") is None
    assert (await browser.ask()).data == WHO
    (event,) = await events(sso_hub.url, "account:login:success")
    assert (event["user_id"], str(event["address"])) == (PRIMARY, "127.0.0.1")
    assert json.loads(event["detail"]) == {"by": "OIDC"}
    assert await execute(sso_hub, "SELECT count(*) FROM oidc_attempts") == 0


async def test_the_browser_leaves_with_a_challenge_and_without_a_secret(sso_hub: Hub, browser: Browser) -> None:
    started = await browser.hub.get("/oidc/start")
    kept = started.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(kept.split("; "))
    location = urlsplit(started.headers["location"])
    asked = {name: value for name, (value,) in parse_qs(location.query).items()}
    assert asked | {"state": "", "nonce": "", "code_challenge": ""} == {
        "response_type": "code", "client_id": CLIENT, "redirect_uri": "http://hub.test/oidc/callback",
        "scope": "openid email profile", "state": "", "nonce": "", "code_challenge": "",
        "code_challenge_method": "S256",
    }  # fmt: skip
    browser_secret = kept.partition("=")[2].partition(";")[0]
    assert browser_secret not in started.headers["location"]
    assert SECRET not in started.headers["location"]
    row = str(await execute(sso_hub, "SELECT oidc_attempts::text FROM oidc_attempts"))
    assert browser_secret not in row and asked["state"] not in row
    again = parse_qs(urlsplit((await browser.hub.get("/oidc/start")).headers["location"]).query)
    assert not {again[name][0] for name in ("state", "nonce", "code_challenge")} & set(asked.values())


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "n-0S6_WzA2Mj"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another client"},
    "no audience": {"aud": None},
    "audiences without this one": {"aud": ["a", "b"]},
    "issued to another of several": {"aud": [CLIENT, "another"], "azp": "another"},
    "several and nobody it is issued to": {"aud": [CLIENT, "another"]},
    "another issuer": {"iss": "https://evil.test"},
    "no issuer": {"iss": None},
    "expired": {"exp": 1_700_000_000},
    "no expiry": {"exp": None},
    "an expiry that is no number": {"exp": "tomorrow"},
    "issued long ago": {"iat": 1_700_000_000},
    "issued at no time": {"iat": None},
    "not good before long": {"nbf": 4_000_000_000},
    "no subject": {"sub": None},
    "the hash of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("case", WRONG_CLAIMS)
async def test_a_token_that_says_something_wrong_is_not_believed(
    sso_hub: Hub, browser: Browser, provider: Provider, case: str
) -> None:
    provider.differently = WRONG_CLAIMS[case]
    await refused(browser, await browser.sign_in(), 400, "SSO_FAILED")
    assert await reasons(sso_hub) == ["NOT_BELIEVED"]
    assert await events(sso_hub.url, "account:login:success") == []


@pytest.mark.parametrize(
    "signs",
    ["none", "no token", "changed afterwards", "another key under the same name", "an unknown key",
     "a key that the token brings along", "the client's secret", "the public key"],
)  # fmt: skip
async def test_a_token_that_the_provider_did_not_sign_is_not_believed(
    sso_hub: Hub, browser: Browser, provider: Provider, signs: str
) -> None:
    provider.signs = signs
    await refused(browser, await browser.sign_in(), 400, "SSO_FAILED")
    assert await reasons(sso_hub) == ["NOT_BELIEVED"]


async def test_a_code_is_good_once(sso_hub: Hub, browser: Browser, provider: Provider) -> None:
    location = await browser.leave()
    assert (await browser.come_back(location)).status_code == 200
    replayed = Browser(sso_hub)
    await refused(replayed, await replayed.come_back(location), 400, "SSO_FAILED")
    secret = replayed.hub.cookies
    begun = await replayed.leave()
    state = parse_qs(urlsplit(begun).query)["state"][0]
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert secret
    used = f"http://hub.test/oidc/callback?{urlencode({'code': code, 'state': state})}"
    await refused(replayed, await replayed.come_back(used), 400, "SSO_FAILED")
    assert await reasons(sso_hub) == ["STATE", "NOT_BELIEVED"]
    await replayed.close()


async def test_a_code_of_another_sign_in_is_not_taken(sso_hub: Hub, browser: Browser) -> None:
    """An attacker's code, put into the victim's own sign-in: PKCE binds the code to where it began."""
    attacker = Browser(sso_hub)
    stolen = parse_qs(urlsplit(await attacker.leave()).query)["code"][0]
    own = parse_qs(urlsplit(await browser.leave()).query)
    mixed = f"http://hub.test/oidc/callback?{urlencode({'code': stolen, 'state': own['state'][0]})}"
    await refused(browser, await browser.come_back(mixed), 400, "SSO_FAILED")
    assert await reasons(sso_hub) == ["NOT_BELIEVED"]
    await attacker.close()


async def test_the_state_of_another_browser_leads_nowhere(sso_hub: Hub, browser: Browser) -> None:
    """Login cross-site forgery: the attacker's answer, opened in the victim's browser."""
    attacker = Browser(sso_hub)
    location = await attacker.leave()
    await refused(browser, await browser.come_back(location), 400, "SSO_FAILED")
    await browser.leave()
    await refused(browser, await browser.come_back(location), 400, "SSO_FAILED")
    assert await reasons(sso_hub) == ["STATE", "STATE"]
    assert (await attacker.come_back(location)).status_code == 200
    await attacker.close()


@pytest.mark.parametrize(
    "change",
    [
        {"state": None}, {"state": ["x"]}, {"state": ["", "x"]}, {"code": None}, {"code": ["a", "b"]},
        {"code": ["x" * 3000]}, {"code": ["x"]}, {"error": ["access_denied"]}, {"iss": ["https://evil.test"]},
        {"iss": ["a", "b"]}, {"state": ["\0"]},
    ],
)  # fmt: skip
async def test_an_answer_that_was_tampered_with_is_refused(
    sso_hub: Hub, browser: Browser, change: dict[str, list[str] | None]
) -> None:
    asked = {**parse_qs(urlsplit(await browser.leave()).query), **change}
    given = {name: value for name, value in asked.items() if value is not None}
    location = f"http://hub.test/oidc/callback?{urlencode(given, doseq=True)}"
    await refused(browser, await browser.come_back(location), 400, "SSO_FAILED")
    assert len(await reasons(sso_hub)) == 1


async def test_an_attempt_is_good_for_ten_minutes(sso_hub: Hub, browser: Browser) -> None:
    location = await browser.leave()
    with clock.frozen(clock.now() + datetime.timedelta(minutes=10)):
        await refused(browser, await browser.come_back(location), 400, "SSO_FAILED")
    assert await reasons(sso_hub) == ["STATE"]


PEOPLE: dict[str, tuple[dict[str, Any], str]] = {
    "an address that no account has": ({"email": "nobody@agency.gov"}, "UNKNOWN_USER"),
    "an address that is not verified": ({"email_verified": False}, "EMAIL_UNVERIFIED"),
    "an address of which nothing is said": ({"email_verified": None}, "EMAIL_UNVERIFIED"),
    "an address verified in words": ({"email_verified": "true"}, "EMAIL_UNVERIFIED"),
    "no address": ({"email": None}, "NO_CLAIM"),
    "an address that is no text": ({"email": ["a@agency.gov"]}, "NO_CLAIM"),
    "an address that is endless": ({"email": "a" * 10_000}, "NO_CLAIM"),
    "an address that no database takes": ({"email": "a\0@agency.gov"}, "UNKNOWN_USER"),
}


@pytest.mark.parametrize("case", PEOPLE)
async def test_whoever_has_no_account_gets_none(sso_hub: Hub, browser: Browser, provider: Provider, case: str) -> None:
    provider.differently, reason = PEOPLE[case]
    before = await execute(sso_hub, "SELECT count(*) FROM accounts")
    await refused(browser, await browser.sign_in(), 403, "SIGN_IN_REFUSED")
    assert await reasons(sso_hub) == [reason]
    assert await execute(sso_hub, "SELECT count(*) FROM accounts") == before


@pytest.mark.parametrize("status", ["DISABLED", "DEACTIVATED"])
async def test_a_closed_account_stays_closed(sso_hub: Hub, browser: Browser, status: str) -> None:
    await execute(sso_hub, "UPDATE accounts SET status = $1 WHERE user_id = $2", status, PRIMARY)
    await refused(browser, await browser.sign_in(), 403, "SIGN_IN_REFUSED")
    (event,) = await events(sso_hub.url, "account:login:failure")
    assert (event["user_id"], json.loads(event["detail"])) == (PRIMARY, {"by": "OIDC", "reason": status})


async def test_the_gates_are_those_of_every_sign_in(sso_hub: Hub, browser: Browser, provider: Provider) -> None:
    provider.differently = {"email": "OWING@agency.gov"}
    assert (await browser.sign_in()).status_code == 200
    assert (await browser.ask()).data == {"viewer": {"userId": OWING, "gate": "TRAINING_REQUIRED"}}
    assert (await browser.ask("{ jurisdictions { code } }")).code == "TRAINING_REQUIRED"


@pytest.mark.parametrize(
    ("said", "counts"),
    [({"amr": ["pwd", "mfa"]}, True), ({"acr": "gold"}, True), ({"amr": ["pwd"]}, False), ({"acr": ["gold"]}, False),
     ({}, False), ({"amr": ["", "MFA"], "acr": ""}, False)],
)  # fmt: skip
async def test_a_second_factor_counts_where_the_operator_says_what_proves_it(
    country_url: str, provider: Provider, said: dict[str, Any], counts: bool
) -> None:
    """The account's role asks for a second factor, and it has none: only the provider's can count."""
    provider.differently = said
    asking = {"oidc_second_factor": "mfa, gold", "second_factor_roles": "PRIMARY_USER"}
    async with running(country_url, **settings_for(provider), **asking) as hub:
        browser = Browser(hub)
        assert (await browser.sign_in()).status_code == 200
        gate = None if counts else "SECOND_FACTOR_REQUIRED"
        assert (await browser.ask()).data == {"viewer": {"userId": PRIMARY, "gate": gate}}
        await browser.close()
        (event,) = await events(hub.url, "account:login:success")
        assert json.loads(event["detail"]).get("factor") == ("OIDC" if counts else None)


async def test_a_claim_of_no_form_counts_for_nothing(country_url: str, provider: Provider) -> None:
    provider.differently = {"amr": "mfa"}
    async with running(country_url, **settings_for(provider), oidc_second_factor="mfa") as hub:
        browser = Browser(hub)
        await refused(browser, await browser.sign_in(), 400, "SSO_FAILED")
        await browser.close()


@pytest.mark.parametrize("configured", ["", "mfa"])
async def test_an_account_with_a_second_factor_is_asked_for_it_unless_the_provider_did(
    country_url: str, provider: Provider, configured: str, tmp_path: Path
) -> None:
    provider.differently = {"amr": ["mfa"]}
    key = tmp_path / "secret.key"
    key.touch(mode=0o600)
    key.write_bytes(Fernet.generate_key())
    settings = {**settings_for(provider), "oidc_second_factor": configured, "secret_key": str(key)}
    async with running(country_url, **settings) as hub:
        person = Person(hub)
        await person.sign_in()
        secret, _ = await add_totp(person)
        browser = Browser(hub)
        response = await browser.sign_in()
        assert response.status_code == 200
        if configured:
            assert (await browser.ask()).data == WHO
            await browser.close()
            return
        assert browser.session is None
        challenge = browser.hub.cookies.get("hub_challenge")
        assert challenge and challenge not in response.text
        assert "TOTP" in response.text and "RECOVERY_CODE" in response.text
        own = {"json": {"challenge": None, "totp": "000000"}, "headers": OWN}
        wrong = await browser.hub.post("/session", **own)  # type: ignore[arg-type]
        assert (wrong.status_code, browser.session) == (401, None)
        given = {"challenge": None, "totp": shown(secret, 1)}
        assert (await browser.hub.post("/session", json=given, headers=OWN)).status_code == 200
        assert (await browser.ask()).data == WHO
        again = await browser.hub.post("/session", json=given, headers=OWN)
        assert again.status_code == 401
        await browser.close()


async def test_the_user_name_may_be_what_names_the_account(country_url: str, provider: Provider) -> None:
    provider.differently = {"email": None, "email_verified": None, "preferred_username": PRIMARY.lower()}
    async with running(country_url, **settings_for(provider), oidc_claim="preferred_username") as hub:
        browser = Browser(hub)
        assert (await browser.sign_in()).status_code == 200
        assert (await browser.ask()).data == WHO
        await browser.close()


async def test_keys_that_the_provider_changes_are_read_anew(sso_hub: Hub, browser: Browser, provider: Provider) -> None:
    assert (await browser.sign_in()).status_code == 200
    provider.key = RSAKey.generate_key(2048, {"kid": "next", "use": "sig"})
    provider.published.append(provider.key)
    asked = len(provider.asked)
    again = Browser(sso_hub)
    await refused(again, await again.sign_in(), 400, "SSO_FAILED")
    assert len(provider.asked) == asked, "keys are read for an unknown one once a minute at most"
    provider.differently = {"iat": int(clock.now().timestamp()) + 61, "exp": int(clock.now().timestamp()) + 400}
    with clock.frozen(clock.now() + datetime.timedelta(seconds=61)):
        assert (await again.sign_in()).status_code == 200
    await again.close()


async def test_a_provider_out_of_order_lets_nobody_in(sso_hub: Hub, browser: Browser, provider: Provider) -> None:
    provider.fails = True
    answer = answer_of(await browser.hub.get("/oidc/start"), fault=True)
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    provider.fails = False
    location = await browser.leave()
    provider.fails = True
    answer = answer_of(await browser.come_back(location), fault=True)
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert browser.session is None


@pytest.mark.parametrize(
    "facts",
    [{"issuer": "https://evil.test"}, {"token_endpoint": "http://evil.test/token"}, {"jwks_uri": None},
     {"authorization_endpoint": "javascript:alert(1)"}],
)  # fmt: skip
async def test_a_provider_that_points_elsewhere_is_not_asked(
    sso_hub: Hub, browser: Browser, provider: Provider, facts: dict[str, Any]
) -> None:
    provider.facts = facts
    answer = answer_of(await browser.hub.get("/oidc/start"), fault=True)
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")


async def test_nothing_secret_is_logged(
    sso_hub: Hub, browser: Browser, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs, caplog.at_level(logging.DEBUG, "hub"):
        location = await browser.leave()
        assert (await browser.come_back(location)).status_code == 200
        provider.signs = "none"
        await browser.sign_in()
    asked = parse_qs(urlsplit(location).query)
    said = str(logs) + "".join(record.getMessage() for record in caplog.records if record.name.startswith("hub"))
    for secret in (SECRET, asked["code"][0], asked["state"][0], browser.session, provider.person["email"]):
        assert secret not in said


async def test_without_a_provider_there_is_no_such_way(country_url: str) -> None:
    async with running(country_url) as hub:
        for path in ("/oidc/start", "/oidc/callback?code=a&state=b"):
            answer = answer_of(await hub.http.get(path))
            assert (answer.status, answer.code) == (404, "SSO_OFF")


def test_single_sign_on_is_set_up_whole_or_not_at_all() -> None:
    whole = {
        "oidc_issuer": "https://id.agency.gov",
        "oidc_client_id": "a",
        "oidc_client_secret": "b",
        "public_url": "https://hub.agency.gov",
    }
    assert Settings.model_validate(whole).oidc_issuer
    for name in whole:
        with pytest.raises(ValueError, match="set together"):
            Settings.model_validate({key: value for key, value in whole.items() if key != name})
    for issuer in ("http://id.agency.gov", "ftp://127.0.0.1", "id.agency.gov"):
        with pytest.raises(ValueError, match="HUB_OIDC_ISSUER"):
            Settings.model_validate({**whole, "oidc_issuer": issuer})
    assert "b" not in repr(Settings.model_validate(whole).oidc_client_secret)


async def test_an_address_that_the_provider_gives_to_another_leads_nobody_into_the_account(
    sso_hub: Hub, browser: Browser, provider: Provider
) -> None:
    assert (await browser.sign_in()).status_code == 200
    provider.differently = {"sub": "another person"}
    another = Browser(sso_hub)
    await refused(another, await another.sign_in(), 403, "SIGN_IN_REFUSED")
    assert await reasons(sso_hub) == ["OTHER_SUBJECT"]
    provider.differently = {}
    assert (await browser.sign_in()).status_code == 200
    await another.close()


async def test_a_person_who_is_known_gets_into_no_second_account(
    sso_hub: Hub, browser: Browser, provider: Provider
) -> None:
    assert (await browser.sign_in()).status_code == 200
    other = await execute(
        sso_hub, "SELECT email FROM accounts WHERE user_id <> $1 AND status = 'ACTIVE' LIMIT 1", PRIMARY
    )
    provider.differently = {"email": other}
    another = Browser(sso_hub)
    await refused(another, await another.sign_in(), 403, "SIGN_IN_REFUSED")
    assert await reasons(sso_hub) == ["OTHER_SUBJECT"]
    await another.close()


async def test_one_address_begins_only_so_many_sign_ins(sso_hub: Hub, browser: Browser) -> None:
    for _ in range(BEGINNINGS.most):
        assert (await browser.hub.get("/oidc/start")).status_code == 302
    answer = answer_of(await browser.hub.get("/oidc/start"))
    assert (answer.status, answer.code) == (429, "TOO_MANY_REQUESTS")
    assert await execute(sso_hub, "SELECT count(*) FROM oidc_attempts") == BEGINNINGS.most
