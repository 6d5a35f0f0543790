"""Sign-out: the session ends on every worker, and the token is worth nothing from then on."""

from __future__ import annotations

from hub.accounts.end_sessions import EndReason
from hub.accounts.sessions import SessionStore
from hub.viewer import Viewer


async def sign_out(sessions: SessionStore, viewer: Viewer) -> bool:
    """End the viewer's own session. False when there is none (any more), which is no error."""
    return viewer.session_id is not None and await sessions.end(viewer.session_id, EndReason.SIGNED_OUT)
