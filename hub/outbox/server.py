"""The mail server that the hub hands its mail to, read from `HUB_SMTP_URL` and `HUB_MAIL_FROM`.

Beyond this machine mail travels encrypted and the server's certificate is checked, unless the address says `?tls=none`;
a password never travels in the open to another machine.
"""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import aiosmtplib

from hub.errors import Code, HubError
from hub.outbox.mail import can_be_mailed, in_ascii
from hub.settings import Settings

COMMAND_SECONDS = 30.0
"""How long the server may take to answer one command."""

_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes, and from whom.

    `tls` is `implicit`, `starttls` or `none`; `ca` a PEM file of authorities to trust instead of the system's; `sender`
    an address with its domain in ASCII.
    """

    host: str
    port: int
    tls: str
    sender_name: str
    sender: str
    user: str | None = None
    password: str | None = None
    ca: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> MailServer | None:
        """The server of the settings; None without `HUB_SMTP_URL`. Raises HubError (USAGE), never quoting the URL."""
        if settings.smtp_url is None:
            return None
        try:
            url = urlsplit(settings.smtp_url)
            host, port = url.hostname or "", url.port
            asked = parse_qs(url.query, keep_blank_values=True, strict_parsing=True) if url.query else {}
        except ValueError:
            raise _unusable("is not an address that can be read") from None
        given = settings.mail_from or ""
        name, sender = parseaddr(given)
        if not can_be_mailed(sender) or not given.isprintable():
            raise HubError(Code.USAGE, "HUB_SMTP_URL needs HUB_MAIL_FROM, such as Student Hub <hub@agency.gov>")
        server = cls(
            host=host,
            port=port or _PORTS[url.scheme],
            tls=_tls(url, asked),
            sender_name=name,
            sender=in_ascii(sender),
            user=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            ca=Path(asked["ca"][-1]) if "ca" in asked else None,
        )
        server._check()
        return server

    @property
    def domain(self) -> str:
        """The sender's domain, by which the hub's messages are named."""
        return self.sender.rpartition("@")[2]

    def client(self) -> aiosmtplib.SMTP:
        """A client that is not connected yet. Blocks for as long as reading certificates takes."""
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            local_hostname=self.domain,
            timeout=COMMAND_SECONDS,
            use_tls=self.tls == "implicit",
            start_tls=self.tls == "starttls",
            tls_context=None if self.tls == "none" else ssl.create_default_context(cafile=self.ca),
        )

    def _check(self) -> None:
        if not self.host:
            raise _unusable("names no host")
        if (self.user is None) != (self.password is None):
            raise _unusable("names a user and a password, or neither")
        if self.password is not None and self.tls == "none" and not is_loopback(self.host):
            raise _unusable("has a password that would travel unencrypted; leave tls=none out")
        if self.ca is not None and self.tls != "none":
            try:
                ssl.create_default_context(cafile=self.ca)
            except (OSError, ssl.SSLError):
                raise _unusable("names a file as ca= that holds no certificates in PEM") from None


def _tls(url: SplitResult, asked: dict[str, list[str]]) -> str:
    if unknown := set(asked) - {"tls", "ca"}:
        raise _unusable(f"has options that do not exist beside tls= and ca=: {len(unknown)}")
    chosen = asked["tls"][-1] if "tls" in asked else None
    if url.scheme == "smtps":
        if chosen is not None:
            raise _unusable("takes no tls= with smtps://")
        return "implicit"
    if chosen not in (None, "starttls", "none"):
        raise _unusable("takes starttls or none as tls=")
    return chosen or ("none" if is_loopback(url.hostname or "") else "starttls")


def is_loopback(host: str) -> bool:
    """Whether mail to that host stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unusable(what: str) -> HubError:
    return HubError(Code.USAGE, f"HUB_SMTP_URL {what}")
