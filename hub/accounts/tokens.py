"""Session tokens: 256 random bits behind a prefix that scanners of leaked secrets can look for.

The database holds a token's SHA-256 only. A slow hash would add nothing: the token cannot be guessed.
"""

import hashlib
import secrets

PREFIX = "hub_"
RANDOM_BYTES = 32


def new_token() -> str:
    """A token for a new session, 47 URL-safe characters; it is shown once and not stored."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def hash_token(token: str) -> bytes:
    """What is stored and looked up instead of the token; any text has one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
