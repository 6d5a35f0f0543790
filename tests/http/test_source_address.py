"""Whose address counts: the peer's, unless a proxy that the operator trusts says another; no client says its own."""

from __future__ import annotations

import httpx
import pytest

from hub.source_address import networks, source_address
from tests.accounts.asking import SIGN_IN
from tests.http.hub import PASSWORD, PRIMARY, Hub, cheap_settings, events, running

PROXIES = "10.0.0.0/8, 2001:db8:aa::/48"
FORWARDED = "x-forwarded-for"


def source(peer: str | None, *headers: tuple[str, str], proxies: str = PROXIES) -> str | None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    client = None if peer is None else (peer, 1)
    return source_address({"type": "http", "client": client, "headers": raw}, networks(proxies))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),  # a client that calls itself another
        ("10.1.1.1", None, "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9", "203.0.113.9"),
        ("10.1.1.1", "203.0.113.9, 10.2.2.2", "203.0.113.9"),
        ("10.1.1.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the client wrote the first itself
        ("10.1.1.1", "10.9.9.9, 203.0.113.9, 10.2.2.2", "203.0.113.9"),
        ("10.1.1.1", "10.3.3.3,10.2.2.2", "10.3.3.3"),
        ("10.1.1.1", "203.0.113.9:5123", "203.0.113.9"),
        ("2001:db8:aa::1", "2001:DB8:0:0::9", "2001:db8::9"),
        ("10.1.1.1", "[2001:db8::9]:443", "2001:db8::9"),
        ("10.1.1.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:10.1.1.1", "203.0.113.9", "203.0.113.9"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9, unknown", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9, ", "10.1.1.1"),
        ("10.1.1.1", "fe80::1%eth0", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9\t10.2.2.2", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9, garbage, 10.2.2.2", "10.2.2.2"),
        ("10.1.1.1", "' OR 1=1 --, \xff\xfe", "10.1.1.1"),
        ("10.1.1.1", "[2001:db8::9", "10.1.1.1"),
        ("10.1.1.1", "0x7f000001", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.09", "10.1.1.1"),
        (None, "203.0.113.9", None),
        ("", "203.0.113.9", None),
    ],
)
def test_forwarded_addresses_are_read_from_the_right_up_to_the_first_that_is_not_trusted(
    peer: str | None, forwarded: str | None, expected: str | None
) -> None:
    assert source(peer, *([] if forwarded is None else [(FORWARDED, forwarded)])) == expected


def test_several_headers_are_one_list() -> None:
    assert source("10.1.1.1", (FORWARDED, "198.51.100.1"), (FORWARDED, "203.0.113.9")) == "203.0.113.9"
    assert source("10.1.1.1", (FORWARDED, "203.0.113.9"), (FORWARDED, "10.2.2.2")) == "203.0.113.9"


@pytest.mark.parametrize(
    "name", ["x_forwarded_for", "x-real-ip", "forwarded", "x-client-ip", "x-forwarded-for ", "via"]
)
def test_no_other_header_says_where_a_request_comes_from(name: str) -> None:
    assert source("10.1.1.1", (name, "203.0.113.9")) == "10.1.1.1"


def test_a_chain_without_end_is_read_so_far_only() -> None:
    assert source("10.1.1.1", (FORWARDED, "203.0.113.9, " + ", ".join(["10.2.2.2"] * 10_000))) == "10.2.2.2"


def test_without_trusted_proxies_nothing_is_believed() -> None:
    assert source("10.1.1.1", (FORWARDED, "203.0.113.9"), proxies="") == "10.1.1.1"


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "proxy.internal", "10.0.0.0/33", "*"])
def test_a_proxy_is_named_by_its_network(wrong: str) -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        cheap_settings(trusted_proxies=wrong)


async def _wrong(hub: Hub, peer: str, forwarded: str, user: str, password: str = "Wrong#pass1") -> str | None:
    transport = httpx.ASGITransport(hub.app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as http:
        body = {"query": SIGN_IN, "variables": {"user": user, "password": password}}
        answer = await http.post("/graphql", json=body, headers={FORWARDED: forwarded})
        errors = answer.json()["data"]["signIn"]["errors"]
    return errors[0]["code"] if errors else None


@pytest.mark.anyio
async def test_who_guesses_is_throttled_by_its_own_address_whatever_it_claims(country_url: str) -> None:
    async with running(country_url, trusted_proxies="10.0.0.0/8", wrong_tries_per_address=5) as hub:
        for n in range(5):
            assert await _wrong(hub, "10.0.0.1", f"198.51.100.{n}, 203.0.113.9", f"nobody{n}") == "INVALID_CREDENTIALS"
        assert await _wrong(hub, "10.0.0.1", "198.51.100.77, 203.0.113.9", PRIMARY, PASSWORD) == "TOO_MANY_TRIES"
        assert await _wrong(hub, "203.0.113.9", "198.51.100.77", PRIMARY, PASSWORD) == "TOO_MANY_TRIES"
        assert await _wrong(hub, "10.0.0.1", "203.0.113.8", PRIMARY, PASSWORD) is None
        failed = await events(hub.url, "account:login:failure")
        assert {str(event["address"]) for event in failed} == {"203.0.113.9"}
