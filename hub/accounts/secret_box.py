"""Encrypts what the hub must be able to read again, such as an authenticator app's secret, by a key that is no row.

The key file holds one key a line (32 random bytes, URL-safe base64): the first encrypts, all decrypt, so that a key is
changed by putting a new one in front. What was encrypted for one account is worth nothing in another's row.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from hub.errors import Code, HubError
from hub.settings import Settings

FILE_NAME = "secret.key"
_OTHERS = 0o077


class SecretBox:
    """Encrypts and decrypts for one account at a time."""

    def __init__(self, keys: MultiFernet) -> None:
        self._keys = keys

    def closed(self, account_id: int, secret: str) -> bytes:
        """The secret, encrypted."""
        return self._keys.encrypt(f"{account_id}:{secret}".encode())

    def opened(self, account_id: int, sealed: bytes) -> str:
        """The secret of this account. Raises `UNAVAILABLE` where the key is another, or the row another account's."""
        try:
            owner, _, secret = self._keys.decrypt(sealed).decode().partition(":")
        except InvalidToken:
            owner = ""
        if owner != str(account_id):
            raise HubError(
                Code.UNAVAILABLE, "The key of HUB_SECRET_KEY does not open what it should; tell an operator."
            )
        return secret


def open_box(settings: Settings) -> SecretBox | None:
    """The box of HUB_SECRET_KEY. Unset, one is made in the data folder where the hub's own server keeps the data.

    None where the database is somebody else's server and no key was named. Raises `USAGE` for a file that will not do.
    """
    if settings.secret_key is not None:
        return SecretBox(_read(settings.secret_key))
    if settings.database_url is not None:
        return None
    path = settings.data_dir / FILE_NAME
    if not path.exists():
        _make(path)
    return SecretBox(_read(path))


def _read(path: Path) -> MultiFernet:
    try:
        text, mode = path.read_text(), path.stat().st_mode
    except FileNotFoundError:
        raise HubError(Code.USAGE, f"there is no secret key {path}") from None
    if mode & _OTHERS:
        raise HubError(Code.USAGE, f"the secret key {path} is open to other users of this machine; chmod it to 600")
    try:
        return MultiFernet([Fernet(line.strip()) for line in text.splitlines() if line.strip()])
    except ValueError:
        raise HubError(Code.USAGE, f"{path} holds no keys of 32 bytes in URL-safe base64, one a line") from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process made one meanwhile
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
