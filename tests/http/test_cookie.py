"""The console's cookie: no script reads it, no other site can use it, and each sign-in makes a new session."""

from __future__ import annotations

import datetime
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from hub import clock
from hub.settings import Settings
from tests.http.hub import OWING, PASSWORD, PRIMARY, Answer, Hub, answer_of, events, running

pytestmark = pytest.mark.anyio

ORIGIN = "https://hub.test"
OWN = {"x-hub-console": "1", "origin": ORIGIN, "sec-fetch-site": "same-origin"}
COOKIE = "__Host-hub_session"
VIEWER = "{ viewer { userId } }"


class Browser:
    """A browser with one cookie at most, and no helpfulness of its own."""

    def __init__(self, hub: Hub, address: str = ORIGIN) -> None:
        self.hub = hub
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(hub.app), base_url=address)
        self.cookie: str | None = None

    async def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | list[tuple[str, str]] | None = None
    ) -> httpx.Response:
        sent = list((OWN if headers is None else dict(headers)).items()) if not isinstance(headers, list) else headers
        if self.cookie is not None:
            sent = [*sent, ("cookie", self.cookie)]
        request = self.http.build_request(method, path, json=body, headers=sent)
        self.http.cookies.clear()
        return await self.http.send(request)

    async def sign_in(self, user_id: str = PRIMARY, password: str = PASSWORD, **headers: str) -> httpx.Response:
        response = await self.send("POST", "/session", {"userId": user_id, "password": password}, {**OWN, **headers})
        if (set_cookie := response.headers.get("set-cookie")) is not None:
            self.cookie = set_cookie.partition(";")[0]
        return response

    async def ask(self, query: str = VIEWER, headers: Any = None) -> Answer:
        return answer_of(await self.send("POST", "/graphql", {"query": query}, headers))


@pytest.fixture
async def browser(own_hub: Hub) -> AsyncIterator[Browser]:
    opened = Browser(own_hub)
    yield opened
    await opened.http.aclose()


async def test_the_cookie_is_for_this_host_and_for_no_script(browser: Browser) -> None:
    response = await browser.sign_in()
    assert response.status_code == 200
    body = response.json()
    assert (body["userId"], body["gate"]) == (PRIMARY, None)
    ends = datetime.datetime.fromisoformat(body["expiresAt"]) - clock.now()
    assert datetime.timedelta(hours=11, minutes=59) < ends <= datetime.timedelta(hours=12)
    name_value, *attributes = response.headers["set-cookie"].split("; ")
    assert name_value.startswith(f"{COOKIE}=hub_")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200", "Secure"}
    assert name_value.partition("=")[2] not in response.text
    assert (await browser.ask()).data == {"viewer": {"userId": PRIMARY}}
    (event,) = await events(browser.hub.url, "account:login:success")
    assert event["user_id"] == PRIMARY


async def test_without_tls_the_cookie_says_so(own_hub: Hub) -> None:
    plain = Browser(own_hub, "http://hub.test")
    own = {**OWN, "origin": "http://hub.test"}
    response = await plain.sign_in(**own)
    assert response.headers["set-cookie"].startswith("hub_session=hub_")
    assert "Secure" not in response.headers["set-cookie"]
    assert (await plain.ask(headers=own)).data == {"viewer": {"userId": PRIMARY}}
    await plain.http.aclose()


async def test_behind_a_proxy_the_public_address_counts(country_url: str) -> None:
    async with running(country_url, public_url="https://hub.agency.gov") as hub:
        inner = Browser(hub, "http://10.0.0.7:8000")
        assert (await inner.sign_in(origin="http://10.0.0.7:8000")).status_code == 403
        own = {**OWN, "origin": "https://hub.agency.gov"}
        response = await inner.sign_in(**own)
        assert response.headers["set-cookie"].startswith(f"{COOKIE}=hub_")
        assert (await inner.ask(headers=own)).data == {"viewer": {"userId": PRIMARY}}
        await inner.http.aclose()


CROSS_SITE: dict[str, list[tuple[str, str]]] = {
    "no header of the console's": [("origin", ORIGIN), ("sec-fetch-site", "same-origin")],
    "another value": [("x-hub-console", "0"), ("origin", ORIGIN), ("sec-fetch-site", "same-origin")],
    "nothing that says from where": [("x-hub-console", "1")],
    "another site": [("x-hub-console", "1"), ("sec-fetch-site", "cross-site")],
    "another host of the site": [("x-hub-console", "1"), ("sec-fetch-site", "same-site"), ("origin", ORIGIN)],
    "typed by hand": [("x-hub-console", "1"), ("sec-fetch-site", "none")],
    "another origin": [("x-hub-console", "1"), ("origin", "https://evil.test")],
    "an origin that looks alike": [("x-hub-console", "1"), ("origin", "https://hub.test.evil.test")],
    "another port": [("x-hub-console", "1"), ("origin", "https://hub.test:8443")],
    "the origin without TLS": [("x-hub-console", "1"), ("origin", "http://hub.test")],
    "an origin that hides itself": [("x-hub-console", "1"), ("origin", "null")],
    "no origin at all": [("x-hub-console", "1"), ("origin", "https://[")],
    "two origins": [("x-hub-console", "1"), ("origin", ORIGIN), ("origin", "https://evil.test")],
    "the header twice": [("x-hub-console", "1"), ("x-hub-console", "1"), ("origin", ORIGIN)],
    "two sites": [("x-hub-console", "1"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
}


@pytest.mark.parametrize("case", CROSS_SITE)
async def test_another_site_can_make_the_browser_do_nothing(browser: Browser, case: str) -> None:
    headers = CROSS_SITE[case]
    await browser.sign_in()
    answer = await browser.ask(headers=headers)
    assert (answer.status, answer.code) == (403, "CROSS_SITE")
    ended = answer_of(await browser.send("DELETE", "/session", headers=headers))
    assert (ended.status, ended.code) == (403, "CROSS_SITE")
    credentials = {"userId": PRIMARY, "password": PASSWORD}
    planted = await browser.send("POST", "/session", credentials, headers)
    assert (planted.status_code, "set-cookie" in planted.headers) == (403, False)
    assert (await browser.ask()).data == {"viewer": {"userId": PRIMARY}}


async def test_a_get_never_counts_on_the_cookie(browser: Browser) -> None:
    await browser.sign_in()
    for headers, status in [(OWN, 405), ({}, 403)]:
        response = await browser.send("GET", "/graphql?query=%7Bviewer%7BuserId%7D%7D", headers=headers)
        assert response.status_code == status


async def test_one_sign_in_one_session_whatever_the_browser_brought(browser: Browser) -> None:
    """Session fixation: whoever planted a session in the browser does not share the one that signs in."""
    await browser.sign_in()
    planted = browser.cookie
    assert planted is not None
    await browser.sign_in()
    assert browser.cookie != planted
    browser.cookie, fresh = planted, browser.cookie
    assert (await browser.ask()).code == "UNAUTHENTICATED"
    browser.cookie = f"{COOKIE}=hub_{'A' * 43}"
    assert (await browser.sign_in()).status_code == 200
    assert browser.cookie not in (planted, fresh, f"{COOKIE}=hub_{'A' * 43}")
    (event,) = await events(browser.hub.url, "account:session:end")
    assert json.loads(event["detail"]) == {"reason": "SIGNED_IN_ANEW"}


async def test_a_wrong_password_gives_no_cookie_and_ends_no_session(browser: Browser) -> None:
    await browser.sign_in()
    kept = browser.cookie
    response = await browser.sign_in(password="Wrong#pass1")
    assert (response.status_code, "set-cookie" in response.headers) == (401, False)
    assert response.json()["errors"][0]["extensions"]["code"] == "INVALID_CREDENTIALS"
    assert browser.cookie == kept
    assert (await browser.ask()).data == {"viewer": {"userId": PRIMARY}}


async def test_signing_out_ends_the_session_and_takes_the_cookie(browser: Browser) -> None:
    await browser.sign_in()
    response = await browser.send("DELETE", "/session")
    assert response.status_code == 200
    assert response.headers["set-cookie"].startswith(f"{COOKIE}=; ")
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert (await browser.ask()).code == "UNAUTHENTICATED"
    assert (await browser.send("DELETE", "/session")).status_code == 200
    assert len(await events(browser.hub.url, "account:logout")) == 1


async def test_a_step_that_is_owed_is_said(browser: Browser) -> None:
    assert (await browser.sign_in(OWING)).json()["gate"] == "TRAINING_REQUIRED"
    assert (await browser.ask("{ jurisdictions { code } }")).code == "TRAINING_REQUIRED"


async def test_a_cookie_beside_a_token_is_refused(browser: Browser) -> None:
    await browser.sign_in()
    bearer = {"authorization": f"Bearer {await browser.hub.token(PRIMARY)}"}
    answer = await browser.ask(headers={**OWN, **bearer})
    assert (answer.status, answer.code) == (400, "TWO_CREDENTIALS")
    for method in ("POST", "DELETE"):
        refused = await browser.send(method, "/session", {"userId": "a", "password": "b"}, {**OWN, **bearer})
        assert answer_of(refused).code == "TWO_CREDENTIALS"


async def test_two_cookies_of_the_name_are_nobodys(browser: Browser) -> None:
    await browser.sign_in()
    right = browser.cookie
    for cookie in (f"{right}; {COOKIE}=hub_{'B' * 43}", f"{COOKIE}=hub_{'B' * 43}; {right}", f"{right}; {right}"):
        browser.cookie = cookie
        assert (await browser.ask()).code == "UNAUTHENTICATED"
    browser.cookie = None
    twice = [*OWN.items(), ("cookie", right or ""), ("cookie", f"{COOKIE}=hub_{'B' * 43}")]
    assert (await browser.ask(headers=twice)).code == "UNAUTHENTICATED"


async def test_only_the_cookie_of_this_scheme_counts(browser: Browser) -> None:
    await browser.sign_in()
    assert browser.cookie is not None
    browser.cookie = browser.cookie.replace("__Host-", "")
    assert (await browser.ask()).data == {"viewer": None}
    browser.cookie = "theme=dark; other=hub_session"
    assert (await browser.ask(headers={})).data == {"viewer": None}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "INVALID_JSON"),
        (b"[]", "INVALID_REQUEST"),
        (b'{"userId": "a"}', "INVALID_REQUEST"),
        (b'{"userId": 1, "password": []}', "INVALID_REQUEST"),
        (b'{"userId": "a", "password": "' + b"x" * 2_000_000 + b'"}', "BODY_TOO_LARGE"),
    ],
)
async def test_a_wrong_body_is_refused_with_a_code(browser: Browser, body: bytes, code: str) -> None:
    headers = {**OWN, "content-type": "application/json"}
    response = await browser.http.request("POST", "/session", content=body, headers=headers)
    assert answer_of(response).code == code


async def test_a_form_of_another_site_is_refused_for_its_type(browser: Browser) -> None:
    response = await browser.http.post("/session", data={"userId": PRIMARY, "password": PASSWORD}, headers=OWN)
    assert (response.status_code, answer_of(response).code) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_public_address_is_an_origin() -> None:
    for wrong in ("hub.gov", "https://hub.gov/console", "https://user@hub.gov", "ftp://hub.gov", "https://hub.gov?x"):
        with pytest.raises(ValueError, match="public_url"):
            Settings.model_validate({"public_url": wrong})
