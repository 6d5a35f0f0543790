"""What the database said of tokens, held for a while, and dropped as soon as anybody announces a change of the account.

Held by a worker only while it hears such announcements (`end_sessions.CHANNEL`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from hub.viewer import Viewer


class Held(Protocol):
    """Whoever a token stands for, with what else was read."""

    @property
    def viewer(self) -> Viewer: ...


H = TypeVar("H", bound=Held)


class HeldViewers(Generic[H]):
    """At most `most` by the hashes of their tokens; with more it starts afresh.

    The listener calls `forget` with each notification, and `forget_all` whenever it has come back.
    """

    def __init__(self, is_listening: Callable[[], bool], most: int) -> None:
        self._is_listening = is_listening
        self._most = most
        self._held: dict[bytes, H] = {}
        self._times_forgotten = 0

    def get(self, key: bytes) -> H | None:
        """What is held and may be believed."""
        return self._held.get(key) if self._is_listening() else None

    def reading(self) -> int:
        """To be asked before the database is, for `keep`."""
        return self._times_forgotten

    def keep(self, key: bytes, held: H, reading: int) -> None:
        """Hold it, unless something was announced since `reading`, which it may be older than."""
        if self._is_listening() and reading == self._times_forgotten:
            if len(self._held) >= self._most:
                self._held.clear()
            self._held[key] = held

    def drop(self, key: bytes) -> None:
        """Of one token alone."""
        self._held.pop(key, None)

    def forget(self, account_id: str) -> None:
        """Drop what is held of the account, and distrust what is being read."""
        self._times_forgotten += 1
        gone = [key for key, held in self._held.items() if str(held.viewer.account_id) == account_id]
        for key in gone:
            del self._held[key]

    def forget_all(self) -> None:
        """Notifications may have been missed."""
        self._times_forgotten += 1
        self._held.clear()
