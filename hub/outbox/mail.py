"""A mail, checked when it is made: what got into the outbox can be sent, and says nothing but what was meant.

An address is one address, a subject one line, a body plain text. So no value that a caller puts in can add a header, a
receiver or a second mail.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hub.errors import Code, HubError

LONGEST_SUBJECT = 200
LONGEST_BODY = 100_000

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+")
_KIND = re.compile(r"[a-z]+(_[a-z]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person.

    `kind` tells operators what it is (`access_decided`); `language` is that of the text, two letters. A mail that has
    expired (`expires_at`, aware) is not sent any more. A `sensitive` mail holds a secret such as a one-time code: it
    must expire, its subject and body are shown to nobody, and blanked once it is delivered or has expired.
    Raises HubError (INVALID_ARGUMENT) with the `field` that is wrong.
    """

    to: str
    subject: str
    body: str
    kind: str
    language: str = "en"
    sensitive: bool = False
    expires_at: datetime.datetime | None = None

    def __post_init__(self) -> None:
        for field, message in self._wrong():
            raise HubError(Code.INVALID_ARGUMENT, message, field=field)

    def _wrong(self) -> Iterator[tuple[str, str]]:
        if not can_be_mailed(self.to):
            yield "to", "the e-mail address reads like name@agency.gov"
        if not self.subject.strip() or len(self.subject) > LONGEST_SUBJECT or not self.subject.isprintable():
            yield "subject", f"the subject is one line of 1 to {LONGEST_SUBJECT} printable characters"
        if not self.body.strip() or len(self.body) > LONGEST_BODY or not _is_plain(self.body):
            yield "body", f"the body is plain text of 1 to {LONGEST_BODY} characters, lines ended by a line feed alone"
        if not _KIND.fullmatch(self.kind) or len(self.kind) > 64:
            yield "kind", "the kind is made of small letters and underscores"
        if not _LANGUAGE.fullmatch(self.language):
            yield "language", "the language is a code of two small letters"
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            yield "expires_at", "the time of expiry needs a time zone"
        if self.sensitive and self.expires_at is None:
            yield "expires_at", "a sensitive mail expires"


def can_be_mailed(address: str) -> bool:
    """Whether mail can be sent there: `name@domain`, the name in ASCII, the domain in any script with an IDNA form."""
    local, _, domain = address.rpartition("@")
    return bool(
        len(address) <= 254
        and address.isprintable()
        and len(local) <= 64
        and _LOCAL.fullmatch(local)
        and _DOMAIN.fullmatch(_ascii(domain))
    )


def in_ascii(address: str) -> str:
    """An address that can be mailed, as mail servers know it: its domain in ASCII."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    """The empty string where the domain has no form in ASCII."""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return ""


def _is_plain(text: str) -> bool:
    """No control characters but tab and line feed, no NUL, no lone surrogates."""
    return all(letter >= " " and not "\x7f" <= letter <= "\x9f" for letter in text if letter not in "\n\t") and not any(
        "\ud800" <= letter <= "\udfff" for letter in text
    )
