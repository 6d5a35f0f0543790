"""Passwords: argon2id, a policy by name, and the same work whoever asks.

Hashing runs in threads, at most one a core; `turn` bounds whole sign-ins the same way, so that a flood of them takes
neither the event loop nor the connections of the pool. A password is never kept, logged or part of an error.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from hub.accounts.password_policy import MAX_LENGTH, POLICIES
from hub.settings import Settings

CORES = os.cpu_count() or 1


class Passwords:
    """The hasher of one process and event loop. Making it hashes once, for the dummy that unknown users are given.

    Use as `async with Passwords(settings) as passwords:`; leaving ends its threads.
    """

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_parallelism,
            type=Type.ID,
        )
        self._threads = ThreadPoolExecutor(CORES, thread_name_prefix="argon2")
        self._dummy = self._hasher.hash(secrets.token_bytes(16))
        self.turn = asyncio.Semaphore(CORES)
        self.policy = POLICIES[settings.password_policy]

    async def __aenter__(self) -> Passwords:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash_password(self, password: str) -> str:
        """The text to store: argon2id with its parameters and salt."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, _bytes(password))

    async def verify_password(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one of `stored`. None (no such account) does the same work and answers False."""
        hashed = self._dummy if stored is None else stored
        right = await asyncio.get_running_loop().run_in_executor(self._threads, self._verify, hashed, password)
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters than today's settings."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, _bytes(password)) and len(password) <= MAX_LENGTH
        except (VerificationError, InvalidHashError):
            return False


def _bytes(password: str) -> bytes:
    # An overlong password is wrong whatever it says; hashing all of it would only cost.
    return password[: MAX_LENGTH + 1].encode("utf-8", "surrogatepass")
