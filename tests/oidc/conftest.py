"""A provider on loopback, and a hub that trusts it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.http.fixtures import country_template, country_url
from tests.http.hub import Hub, running
from tests.oidc.browser import Browser
from tests.oidc.provider import CLIENT, SECRET, Provider, running_provider

__all__ = ["country_template", "country_url"]


@pytest.fixture(scope="module")
def listening() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(listening: Provider) -> Provider:
    """The provider as it is when nothing is wrong."""
    issuer, key = listening.issuer, listening.key
    listening.__init__(issuer=issuer, key=key)  # type: ignore[misc]
    return listening


def settings_for(provider: Provider) -> dict[str, str]:
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "public_url": "http://hub.test",
    }


@pytest.fixture
async def sso_hub(country_url: str, provider: Provider) -> AsyncIterator[Hub]:
    async with running(country_url, **settings_for(provider)) as hub:
        yield hub


@pytest.fixture
async def browser(sso_hub: Hub) -> AsyncIterator[Browser]:
    opened = Browser(sso_hub)
    yield opened
    await opened.close()
