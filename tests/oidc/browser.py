"""A browser that goes from the hub to the provider and back, and keeps its cookies."""

from __future__ import annotations

from typing import Any

import httpx

from tests.http.hub import Answer, Hub, answer_of

OWN = {"x-hub-console": "1", "origin": "http://hub.test", "sec-fetch-site": "same-origin"}


class Browser:
    """Cookies are the hub's alone; the provider has somebody signed in already."""

    def __init__(self, hub: Hub) -> None:
        self.hub = httpx.AsyncClient(transport=httpx.ASGITransport(hub.app), base_url="http://hub.test")
        self.web = httpx.AsyncClient(timeout=30)

    async def close(self) -> None:
        await self.hub.aclose()
        await self.web.aclose()

    async def leave(self) -> str:
        """To the provider: the address that it sends the browser back to."""
        started = await self.hub.get("/oidc/start")
        assert started.status_code == 302, started.text
        back = await self.web.get(started.headers["location"])
        assert back.status_code == 302, back.text
        location: str = back.headers["location"]
        assert location.startswith("http://hub.test/oidc/callback?")
        return location

    async def come_back(self, location: str) -> httpx.Response:
        return await self.hub.get(location)

    async def sign_in(self) -> httpx.Response:
        return await self.come_back(await self.leave())

    async def ask(self, query: str = "{ viewer { userId gate } }") -> Answer:
        return answer_of(await self.hub.post("/graphql", json={"query": query}, headers=OWN))

    @property
    def session(self) -> Any:
        return self.hub.cookies.get("hub_session")
