"""The Ed25519 keys that sign the audit trail's seals and anchors. They never enter the database.

A key file is PEM: one private key, readable by nobody else, and after it the public keys of earlier private keys, whose
seals are still good. Auditors need no private key: a file of public keys verifies.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.errors import Code, HubError
from hub.settings import Settings

FILE_NAME = "audit.key"
_PRIVATE = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----", re.DOTALL)
_PUBLIC = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
_OTHERS = 0o007


def key_path(settings: Settings) -> Path | None:
    """Where the private key is: HUB_AUDIT_KEY, or in the data folder where the hub's own server keeps the data.

    None where the database is somebody else's server and no key was named.
    """
    if settings.audit_key is not None:
        return settings.audit_key
    return settings.data_dir / FILE_NAME if settings.database_url is None else None


def key_id_of(public: Ed25519PublicKey) -> str:
    """A public key's short name: 16 hexadecimal digits of its SHA-256."""
    return sha256(public.public_bytes_raw()).hexdigest()[:16]


def public_pem(public: Ed25519PublicKey) -> str:
    """A public key as PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, form).decode()


class Keyring:
    """Public keys that are trusted, by their ids."""

    def __init__(self, keys: Iterable[Ed25519PublicKey]) -> None:
        self._keys = {key_id_of(key): key for key in keys}

    def joined(self, other: Keyring) -> Keyring:
        """The keys of both."""
        return Keyring([*self._keys.values(), *other._keys.values()])

    def good(self, key_id: str, signature: bytes, text: bytes) -> bool:
        """Whether a trusted key of this id signed the text."""
        key = self._keys.get(key_id)
        if key is None:
            return False
        try:
            key.verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class AuditKey:
    """The private key, with every public key that is trusted beside its own."""

    private: Ed25519PrivateKey
    trusted: Keyring

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def key_id(self) -> str:
        return key_id_of(self.public)

    def sign(self, text: bytes) -> bytes:
        """The signature of a text."""
        return self.private.sign(text)


def read_key(path: Path) -> AuditKey:
    """The private key in a file. Raises `USAGE`: missing, open to others, or no Ed25519 key."""
    try:
        text, mode = path.read_bytes(), path.stat().st_mode
    except FileNotFoundError:
        raise HubError(Code.USAGE, f"there is no audit key {path}; `hub audit key` makes one") from None
    if mode & _OTHERS:
        raise HubError(Code.USAGE, f"the audit key {path} is open to every user of this machine; chmod it to 600")
    found = _PRIVATE.search(text)
    try:
        private = serialization.load_pem_private_key(found[0], password=None) if found else None
    except ValueError:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise HubError(Code.USAGE, f"{path} holds no Ed25519 private key (PEM, PKCS 8, without a password)")
    return AuditKey(private, Keyring([private.public_key(), *_publics(path, text)]))


def read_public(path: Path) -> Keyring:
    """The public keys in a file. Raises `USAGE` where there are none."""
    keys = _publics(path, path.read_bytes())
    if not keys:
        raise HubError(Code.USAGE, f"{path} holds no Ed25519 public key (PEM)")
    return Keyring(keys)


def _publics(path: Path, text: bytes) -> list[Ed25519PublicKey]:
    keys: list[Ed25519PublicKey] = []
    for found in _PUBLIC.findall(text):
        try:
            key = serialization.load_pem_public_key(found)
        except ValueError:
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise HubError(Code.USAGE, f"{path} holds a public key that is not Ed25519")
        keys.append(key)
    return keys


def make_key(path: Path) -> AuditKey:
    """The key in the file, made first where there is none; readable by its owner only. Raises `USAGE`."""
    if path.exists():
        return read_key(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process made one meanwhile
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return read_key(path)
