"""A real mail server on loopback, which keeps what it gets, and refuses or hangs where a test says so."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.commands.run import free_port

USER, PASSWORD = "hub", "S3cret/p@ss"
FROM = "Student Hub <hub@agency.gov>"


class MailServer:
    """What the server got, in order, and how it behaves: set from the test's thread, read from the server's."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.got: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.tries: Counter[str] = Counter()
        self.encrypted: list[bool] = []
        self.signed_in: list[bool | None] = []
        self.sender_answer: str | None = None
        self.answers: dict[str, list[str]] = {}
        self.hold_before_data = False
        self.hold_answers_from: int | None = None  # the how manieth mail, from 1
        self.holding = 0
        self.mails_a_connection: int | None = None
        self.drop_on: str | None = None
        self._mails: Counter[object] = Counter()

    @property
    def ids(self) -> list[str]:
        """The Message-ID of each mail got."""
        return [str(message["Message-ID"]) for message in self.got]

    def url(self, query: str = "") -> str:
        return f"smtp://127.0.0.1:{self.port}{query}"

    async def handle_MAIL(
        self, server: Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer is not None:
            return self.sender_answer
        self._mails[session.peer] += 1
        if self.mails_a_connection is not None and self._mails[session.peer] > self.mails_a_connection:
            return "421 4.3.2 enough of this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tries[address] += 1
        if waiting := self.answers.get(address):
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if address == self.drop_on:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 never seen"
        envelope.rcpt_tos.append(address)
        await self._hold(lambda: self.hold_before_data)
        return "250 OK"

    async def handle_DATA(self, server: Protocol, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        self.receivers += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        self.signed_in.append(session.authenticated)
        number = len(self.got)
        await self._hold(lambda: self.hold_answers_from is not None and number >= self.hold_answers_from)
        return "250 OK"

    async def _hold(self, wanted: Callable[[], bool]) -> None:
        self.holding += wanted()
        while wanted():  # noqa: ASYNC110 (set in the test's thread)
            await asyncio.sleep(0.002)


@contextmanager
def mail_server(tls: Path | None = None, *, implicit: bool = False, password: bool = False) -> Iterator[MailServer]:
    """A server on a free port. With `tls`, a PEM of key and certificate, it insists on STARTTLS, or begins with TLS."""
    kept = MailServer(free_port())
    options: dict[str, Any] = {}
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        options = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
    if password:
        # aiosmtpd takes TLS from the first byte for none, and would warn of a password without it.
        options |= {"authenticator": _authenticate, "auth_required": not implicit, "auth_require_tls": not implicit}
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port, ready_timeout=30, **options)
    controller.start()
    try:
        yield kept
    finally:
        kept.hold_before_data, kept.hold_answers_from = False, None
        controller.stop()


def _authenticate(server: Protocol, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    # "Not handled" has the server answer a wrong password itself.
    return AuthResult(success=given == right, handled=given == right)


def certificate(folder: Path) -> Path:
    """A PEM file with a new key and its own certificate, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail server of a test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
