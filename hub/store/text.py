"""Text that a client typed, as PostgreSQL can take it."""


def storable(text: str) -> str:
    """The text with U+FFFD, which is in no name of ours, for what PostgreSQL cannot take: NUL, lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
