"""What a request carries through the resolvers: who asks, its reads, and the services of the process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import asyncpg

from hub.accounts.complete_sign_in import CompleteSignIn
from hub.accounts.oidc_provider import OidcProvider
from hub.accounts.oidc_sign_in import OidcSignIn
from hub.accounts.passwords import Passwords
from hub.accounts.secret_box import SecretBox
from hub.accounts.sessions import SessionStore
from hub.accounts.sign_in import SignIn
from hub.accounts.token_store import TokenStore
from hub.accounts.watching import Watching
from hub.audit.writer import AuditWriter
from hub.reports.running import Reports
from hub.settings import Settings
from hub.store.reads import ReadConnections
from hub.viewer import Viewer
from resolvers.feed import Feed
from resolvers.reader import Reading


@dataclass(frozen=True)
class Services:
    """What the process offers every request."""

    reads: ReadConnections
    writes: asyncpg.Pool
    audit: AuditWriter
    sessions: SessionStore
    passwords: Passwords
    sign_in: SignIn
    tokens: TokenStore
    complete_sign_in: CompleteSignIn
    box: SecretBox | None
    watching: Watching
    feed: Feed
    oidc: OidcProvider | None
    oidc_sign_in: OidcSignIn
    reports: Reports
    settings: Settings


@dataclass
class Context:
    """One request. `info.context` of every resolver."""

    services: Services
    viewer: Viewer
    reading: Reading
    user_agent: str | None = None
    roots: dict[str, Any] = field(default_factory=dict)
