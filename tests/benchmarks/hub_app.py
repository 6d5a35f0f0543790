"""The hub's own application with a part of it taken out, so that the part's cost shows. Factories for uvicorn."""

from __future__ import annotations

import os
from typing import Any

from starlette.applications import Starlette

from hub.app import create_app
from hub.audit.event import Event
from hub.log import configure_logging
from hub.settings import settings
from hub.viewer import Viewer
from permissions.roles import grants_of


class _NoTrail:
    """In place of the audit writer: keeps nothing, waits for nothing."""

    carried = False

    async def record(self, event: Event) -> None:
        return


class _OneViewer:
    """In place of the sessions: every token is the same person's."""

    def __init__(self) -> None:
        roles = (os.environ["BENCH_ROLE"],)
        self._viewer = Viewer(1, 1, "bench", "Bench", "bench@example.gov", roles, "TX", grants=grants_of(roles))

    async def resolve(self, token: str) -> Viewer | None:
        return self._viewer


def _app(**substitutes: Any) -> Starlette:
    configure_logging(settings())
    return create_app(settings(), **substitutes)


def whole() -> Starlette:
    return _app()


def without_audit() -> Starlette:
    return _app(audit=_NoTrail())


def without_sign_in() -> Starlette:
    return _app(sessions=_OneViewer())


def without_both() -> Starlette:
    return _app(audit=_NoTrail(), sessions=_OneViewer())
