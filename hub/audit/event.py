"""What the audit trail can say: an event, and every tag an event may bear.

An event names people, students and schema coordinates, never a student's values. It is checked when it is made, so
that one wrong event fails its own request and not the flush that it would have shared with others.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from dataclasses import fields as fields_of
from functools import lru_cache
from typing import Any

import orjson

from hub.described import Described
from hub.viewer import Viewer


class Tag(Described):
    """What happened, as noun:verb or noun:verb:outcome."""

    STUDENT_VIEW = "student:view", "Consolidated or state records were shown."
    STUDENT_SEARCH = "student:search", "Students were searched and a page of them shown."
    REPORT_RUN = "report:run", "A report was answered: what was counted, by what, of which rows."
    REPORT_SAVE = "report:save", "A report was saved, or saved anew."
    REPORT_DELETE = "report:delete", "A saved report was given up."
    REPORT_SNAPSHOT = "report:snapshot", "A snapshot of the facts that reports are made of was taken."
    STUDENT_EXPORT = "student:export", "Records or links were written to a file."
    UPLOAD_ACCEPTED = "upload:accepted", "A file passed its checks and is being applied."
    UPLOAD_REFUSED = "upload:refused", "A file was refused whole."
    UPLOAD_APPLIED = "upload:applied", "A file has been applied to the end."
    ACCOUNT_CREATE = "account:create", "An account was made."
    LOGIN_SUCCESS = "account:login:success", "Somebody signed in."
    LOGIN_FAILURE = "account:login:failure", "A sign-in was refused."
    LOGOUT = "account:logout", "Somebody signed out."
    ACCOUNT_DISABLE = "account:disable", "An account was disabled after wrong tries in a row."
    CODE_SEND = "account:code:send", "A one-time code was mailed to an account's owner."
    CODE_FAILURE = "account:code:failure", "A one-time code was refused."
    PASSWORD_RESET = "account:password:reset", "An administrator voided a password and had a one-time code mailed."
    PASSWORD_CHANGE = "account:password:change", "Somebody chose a new password."
    LOGIN_CHALLENGE = "account:login:challenge", "A password was right, and a second factor is asked for."
    FACTOR_ADD = "account:factor:add", "Somebody added a second factor."
    FACTOR_REMOVE = "account:factor:remove", "Somebody removed a second factor."
    FACTOR_RESET = "account:factor:reset", "An administrator removed the second factors of an account."
    RULES_AGREE = "account:rules:agree", "Somebody agreed to the rules of behavior."
    REFRESHER = "account:refresher:complete", "Somebody completed the security refresher."
    ACCOUNT_UPDATE = "account:update", "An administrator changed whose account it is, or how to reach its owner."
    ACCOUNT_ROLES = "account:roles", "An administrator changed the roles of an account."
    ACCOUNT_TRAINING = "account:training", "A completed training was recorded."
    ACCOUNT_REVIEW = "account:review", "An administrator confirmed that an account is unused, which disabled it."
    ACCOUNT_DEACTIVATE = "account:deactivate", "An account was closed for good."
    ACCOUNT_REINSTATE = "account:reinstate", "A disabled account was opened again."
    APPLICATION_MADE = "account:application:made", "Somebody applied for access."
    APPLICATION_APPROVED = "account:application:approved", "An application for access was approved."
    APPLICATION_REFUSED = "account:application:refused", "An application for access was refused."
    SESSION_END = "account:session:end", "A session was ended by something other than its owner's sign-out."
    TOKEN_CREATE = "token:create", "An account made a service token for itself."
    TOKEN_REVOKE = "token:revoke", "A service token was revoked."
    TOKEN_USE = "token:use", "A service token was used for what leaves no other event."
    TOKEN_REFUSED = "token:refused", "A service token was not let in: revoked, expired, from elsewhere, or of no use."
    MERGE_REQUEST = "student:merge:request", "Somebody asked to merge students."
    SPLIT_REQUEST = "student:split:request", "Somebody asked to split a student."
    REQUEST_WITHDRAW = "student:request:withdraw", "Whoever had asked for a merge or split took it back."
    WORKLIST_DECIDE = "worklist:decide", "A worklist item was decided, and what that means was done."
    WORKLIST_ASSIGN = "worklist:assign", "A worklist item was given to a person or a level of its state."
    WORKLIST_ESCALATE = "worklist:escalate", "A worklist item climbed a level."
    WORKLIST_RAISE = "worklist:raise", "The hub looked again at students and asks people about some that are alike."
    STATE_POLICY = "state:policy", "A state changed one of its policies."
    DISPUTE_FILE = "dispute:file", "A statement that disputes records was entered."
    DISPUTE_ANSWER = "dispute:answer", "A state answered a dispute."
    DISPUTE_END = "dispute:end", "A dispute was resolved or withdrawn."
    CORRECTION_RECORD = "correction:record", "A parent's request for a correction was recorded."
    CORRECTION_FORWARD = "correction:forward", "A request for a correction was forwarded to the state concerned."
    CORRECTION_DECIDE = "correction:decide", "A request for a correction was decided."
    WATCH_BEGIN = "watch:begin", "Somebody began to follow a child or a search."
    WATCH_END = "watch:end", "Somebody follows a child or a search no longer."
    WATCH_TOLD = "watch:told", "The hub looked at children for whoever watches them, and told of their changes."
    NOTIFICATION_READ = "notification:read", "Somebody marked notifications of the own as read."
    NOTIFICATION_PREFERENCES = "notification:preferences", "Somebody chose how to be told by mail."
    STATE_CONTACTS = "state:contacts", "A state changed its contacts, or those of a district."
    NOTICE_SEND = "notice:send", "A move notice was sent."
    NOTICE_REPLY = "notice:reply", "Somebody replied to a move notice."
    STATE_CALENDAR = "state:calendar", "A state changed its calendar of working days."
    DATA_REQUEST = "data:request", "A state asked another for what is missing of a child."
    DATA_ANSWER = "data:answer", "A data request was answered by hand."
    CHANGE_REFUSED = "change:refused", "A change was refused by the rules; nothing of it was done."
    AUDIT_VIEW = "audit:view", "Events of the audit trail were shown."
    AUDIT_EXPORT = "audit:export", "Events of the audit trail were written to a file."
    MAIL_RESEND = "mail:resend", "An operator had mails of the outbox sent again."
    REQUEST_REFUSED = "request:refused", "A request was refused before it was answered: limits, grants, purpose."


@dataclass(frozen=True, slots=True)
class Event:
    """One event; field by field as in `hub.tables.audit_event`.

    `students` are internal student ids, `fields` schema coordinates (`Student.birthDate`), `result_bytes` the size of
    the answer, `detail` a JSON object of facts without student values. `at` (aware) is the transaction's start when
    left out. Raises ValueError for an address that is no IP address and for text that PostgreSQL cannot keep.
    """

    tag: Tag
    account_id: int | None = None
    user_id: str | None = None
    session_id: int | None = None
    state: str | None = None
    purpose: str | None = None
    operation: str | None = None
    students: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    result_bytes: int | None = None
    address: str | None = None
    detail: dict[str, Any] | None = None
    at: datetime.datetime | None = None

    def __post_init__(self) -> None:
        if self.address is not None:
            _check_address(self.address)
        if self.state is not None and len(self.state) != 2:
            raise ValueError("an audit event's state is a code of two letters")
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("an audit event's time needs a time zone")
        _check_texts((self.user_id, self.purpose, self.operation))
        _check_texts(self.fields)

    @classmethod
    def by(cls, viewer: Viewer, tag: Tag, **facts: Any) -> Event:
        """An event that a viewer causes: who, from where and for which purpose are the viewer's.

        What came by a service token says so in its detail: it is the person's doing, via that token.
        """
        who: dict[str, Any] = {
            "account_id": viewer.account_id,
            "user_id": viewer.user_id,
            "session_id": viewer.session_id,
            "state": viewer.state,
            "purpose": viewer.purpose,
            "address": viewer.address,
        }
        if (via := via_of(viewer)) is not None:
            facts["detail"] = {**(facts.get("detail") or {}), **via}
        return cls(tag, **{**who, **facts})

    def row(self) -> bytes:
        """The event as the JSON object that `hub.audit.record.INSERT` takes a list of."""
        return orjson.dumps({name: getattr(self, name) for name in COLUMNS})


def via_of(viewer: Viewer) -> dict[str, Any] | None:
    """What the detail of an event says of the service token that its viewer came by; None for a session."""
    if viewer.token is None:
        return None
    return {"via": {"token": viewer.token.token_id, "name": viewer.token.name}}


COLUMNS = tuple(field.name for field in fields_of(Event))


# The same few come with every request; checking them anew took longer than writing the event.
@lru_cache(4096)
def _check_address(address: str) -> None:
    ipaddress.ip_address(address)
    if "%" in address:
        raise ValueError("an audit event's IP address has no scope")


@lru_cache(4096)
def _check_texts(texts: tuple[str | None, ...]) -> None:
    together = "".join(text for text in texts if text is not None)
    if "\0" in together or any("\ud800" <= letter <= "\udfff" for letter in together):
        raise ValueError("an audit event's text has no NUL and no lone surrogates")
