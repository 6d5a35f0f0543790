"""A mail on its way out: a row of the outbox, and the bytes that a mail server gets.

The same row gives the same bytes each time, `Message-ID` and `Date` included, so that a mail which is sent again is
known as the same.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import asyncpg
import orjson

from hub.outbox.mail import in_ascii
from hub.outbox.server import MailServer

_POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as the outbox holds it; `to` with its domain in ASCII, `attempts` those before this one."""

    outbox_id: int
    message_id: uuid.UUID
    to: str
    subject: str
    body: str
    language: str
    created_at: datetime.datetime
    attempts: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> Letter:
        """From a row with `payload` as text."""
        content = orjson.loads(row["payload"])
        return cls(
            row["outbox_id"],
            row["message_id"],
            in_ascii(content["to"]),
            content["subject"],
            content["body"],
            content["language"],
            row["created_at"],
            row["attempts"],
        )

    def message(self, server: MailServer) -> bytes:
        """The whole message, seven bits, lines ended by CRLF."""
        message = EmailMessage(policy=_POLICY)
        message["From"] = Address(server.sender_name, addr_spec=server.sender)
        message["To"] = self.to
        message["Subject"] = self.subject
        message["Date"] = self.created_at
        message["Message-ID"] = f"<{self.message_id}@{server.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body)
        message["Content-Language"] = self.language
        return message.as_bytes()
