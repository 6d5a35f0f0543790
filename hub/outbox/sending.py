"""Hands single mails to the mail server, and tells what went wrong: with this mail, or with the server.

A refusal of one mail (`Refused`) is permanent (5xx) or not (4xx, and a connection that broke over it). Trouble with the
server (`ServerTrouble`: not reached, no TLS, wrong password, sender not taken) says nothing about any mail. Both carry
a code and none of the server's words, which may quote an address.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from types import TracebackType

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

from hub.outbox.letter import Letter
from hub.outbox.server import MailServer

CLOSING = 421
QUIT_SECONDS = 2.0


class Refused(Exception):
    """The server did not take this mail."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


class ServerTrouble(Exception):
    """The server takes no mail at present, or none of the hub's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sender:
    """One connection to the mail server, opened by the first mail: `async with Sender(server) as sender:`."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None
        self._sent = 0

    async def __aenter__(self) -> Sender:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(SMTPException, OSError, TimeoutError):
                if kind is None:
                    await client.quit(timeout=QUIT_SECONDS)
            client.close()

    async def send(self, letter: Letter) -> None:
        """Returns once the server has taken the mail. Raises Refused or ServerTrouble."""
        message = letter.message(self._server)
        try:
            await self._send(letter.to, message)
        except (aiosmtplib.SMTPServerDisconnected, _Closing) as error:
            if self._sent == 0:
                raise _of_broken(error) from None
            # Some servers close after so many mails; on a new connection it is this mail's own first try.
            await self._close()
            try:
                await self._send(letter.to, message)
            except (aiosmtplib.SMTPServerDisconnected, _Closing) as again:
                raise _of_broken(again) from None
        self._sent += 1

    async def _send(self, receiver: str, message: bytes) -> None:
        client = await self._connected()
        try:
            await client.sendmail(self._server.sender, [receiver], message)
        except aiosmtplib.SMTPServerDisconnected:
            raise
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0]) from None
        except aiosmtplib.SMTPSenderRefused as error:
            if error.code == CLOSING:
                raise _Closing from None
            raise ServerTrouble(f"SENDER_{error.code}") from None
        except SMTPResponseException as error:
            raise _refused(error) from None
        except (SMTPException, OSError, TimeoutError) as error:
            await self._close()
            raise Refused(_kind(error), permanent=False) from None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        client = await asyncio.to_thread(self._server.client)
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise ServerTrouble(f"AUTH_{error.code}") from None
        except SMTPResponseException as error:
            raise ServerTrouble(f"SMTP_{error.code}") from None
        except (SMTPException, OSError, TimeoutError) as error:
            raise ServerTrouble(_kind(error)) from None
        self._client, self._sent = client, 0
        return client

    async def _close(self) -> None:
        client, self._client, self._sent = self._client, None, 0
        if client is not None:
            client.close()


class _Closing(Exception):
    """The server ends the connection (421)."""


def _refused(answer: SMTPResponseException) -> Exception:
    if answer.code == CLOSING:
        return _Closing()
    return Refused(f"SMTP_{answer.code}", permanent=answer.code >= 500)


def _of_broken(error: Exception) -> Exception:
    if isinstance(error, _Closing):
        return ServerTrouble(f"SMTP_{CLOSING}")
    return Refused("DISCONNECTED", permanent=False)


def _kind(error: BaseException) -> str:
    """A code for what is no answer of the server."""
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "TLS"
    if isinstance(error, TimeoutError):
        return "TIMEOUT"
    if isinstance(error, OSError):
        return "CONNECT"
    return "NOT_OFFERED"
