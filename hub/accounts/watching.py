"""Tells whoever keeps a connection open for an account that something of the account has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watching:
    """One a worker. The listener calls `changed` with each notification on `announce.CHANNEL`, and `all_changed`
    whenever it has come back; `is_listening` says whether it hears every one."""

    def __init__(self, is_listening: Callable[[], bool]) -> None:
        self.is_listening = is_listening
        self._callbacks: dict[str, list[Callable[[], None]]] = {}

    @contextmanager
    def watch(self, account_id: int, callback: Callable[[], None]) -> Iterator[None]:
        """Have `callback`, which must not block, called when the account may have changed."""
        callbacks = self._callbacks.setdefault(str(account_id), [])
        callbacks.append(callback)
        try:
            yield
        finally:
            callbacks.remove(callback)
            if not callbacks and self._callbacks.get(str(account_id)) is callbacks:
                del self._callbacks[str(account_id)]

    def changed(self, account_id: str) -> None:
        for callback in tuple(self._callbacks.get(account_id, ())):
            callback()

    def all_changed(self) -> None:
        for account_id in tuple(self._callbacks):
            self.changed(account_id)
