"""Tokens: 256 random bits behind a prefix that scanners of leaked secrets can look for.

The database holds a token's SHA-256 only. A slow hash would add nothing: the token cannot be guessed.
"""

import hashlib
import re
import secrets

PREFIX = "hub_"
"""Of the token of a person's session."""

SERVICE_PREFIX = "hubst_"
"""Of a service token."""

RANDOM_BYTES = 32
_TOKEN = re.compile(rf"(?:{PREFIX}|{SERVICE_PREFIX})[A-Za-z0-9_-]{{43}}")


def new_token(prefix: str = PREFIX) -> str:
    """A new token: the prefix and 43 URL-safe characters; it is shown once and not stored."""
    return prefix + secrets.token_urlsafe(RANDOM_BYTES)


def hash_token(token: str) -> bytes:
    """What is stored and looked up instead of the token; any text has one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def holds_token(text: str) -> bool:
    """Whether a token stands anywhere in the text."""
    return _TOKEN.search(text) is not None
