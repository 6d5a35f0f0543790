"""What is said of a person who has an account or asks for one, and how it must look, whoever says it.

Each check yields the field and a message that says what was expected and quotes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import asyncpg

from hub.outbox import can_be_mailed
from hub.refusal import Refusal, RefusalCode
from hub.ssn import looks_like_ssn
from hub.store.text import storable

Wrong = Iterator[tuple[str, str]]

LONGEST_REASON = 1000
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\".]+(\.[^\s@<>\".]+)+")
_PHONE = re.compile(r"\+?[0-9(][0-9 ().-]{5,24}[0-9]( ?(x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)
_DISTRICT = re.compile(r"[0-9]{7}")


@dataclass(frozen=True, slots=True)
class RoleSets:
    """The roles there are: those of accounts that belong to a state, and those of accounts that belong to OME."""

    of_states: Collection[str]
    of_ome: Collection[str]


def wrong_text(field: str, said: str, text: str | None, longest: int = 200) -> Wrong:
    """A line of text: printable, not blank, nothing that looks like a social security number. None is right."""
    if text is None:
        return
    if not text.strip() or len(text) > longest or not text.isprintable():
        yield field, f"the {said} has 1 to {longest} printable characters"
    elif looks_like_ssn(text):
        yield field, f"the {said} holds nothing that looks like a social security number"


def wrong_email(field: str, email: str) -> Wrong:
    if len(email) > 254 or not email.isprintable() or not _EMAIL.fullmatch(email) or looks_like_ssn(email):
        yield field, "the e-mail address reads like name@agency.gov"


def wrong_mailbox(field: str, email: str) -> Wrong:
    """An address that mail will be sent to."""
    yield from wrong_email(field, email)
    if not can_be_mailed(email):
        yield field, "the e-mail address can be mailed to, and reads like name@agency.gov"


def wrong_phone(phone: str | None) -> Wrong:
    """None is right."""
    if phone is not None and (not _PHONE.fullmatch(phone) or looks_like_ssn(phone)):
        yield "phone", "the telephone number reads like 615-555-0100, with an extension like 615-555-0100 x20"


def wrong_place(region: str | None, district_id: str | None) -> Wrong:
    """What is wrong with a place without a look into the database."""
    yield from wrong_text("region", "region", region, 100)
    if district_id is not None and not _DISTRICT.fullmatch(district_id):
        yield "district_id", "the district is a number of seven digits"


def wrong_roles(roles: Collection[str], sets: RoleSets, *, state: str | None, placed: bool) -> Wrong:
    """Whether an account of this state (None: of OME; `placed`: it names a place within a state) may hold them."""
    known = sorted({*sets.of_states, *sets.of_ome})
    if not roles or any(role not in known for role in roles):
        yield "roles", f"an account has one or more of these roles: {', '.join(known)}"
        return
    of_states = any(role in sets.of_states for role in roles)
    of_ome = any(role in sets.of_ome for role in roles)
    if of_states and of_ome:
        yield (
            "roles",
            f"an account holds roles of a state or of OME, not both; of OME are {', '.join(sorted(sets.of_ome))}",
        )
    elif of_states and state is None:
        yield "state", "an account with roles of a state names its state"
    elif of_ome and (state is not None or placed):
        yield "state", "an account with roles of OME names no state, region or district"


async def check_place(connection: asyncpg.Connection, state: str, district_id: str | None) -> None:
    """Raise Refusal (INVALID_INPUT) where there is no such state, or the district is none of its own."""
    fips = await connection.fetchval("SELECT fips FROM jurisdictions WHERE code = $1::text", storable(state))
    if fips is None:
        raise invalid("state", "the state is a code of two capital letters, such as TX")
    if district_id is not None and not district_id.startswith(fips):
        raise invalid("district_id", f"a district of {state} begins with {fips}")


def refuse_first(wrong: Wrong) -> None:
    """Raise Refusal (INVALID_INPUT) for the first thing that is wrong, if there is one."""
    for field, message in wrong:
        raise invalid(field, message)


def invalid(field: str, message: str, code: RefusalCode = RefusalCode.INVALID_INPUT) -> Refusal:
    """The refusal of a field, which is named in snake case here and in camel case where it goes out."""
    first, *more = field.split("_")
    return Refusal(code, message, first + "".join(word.title() for word in more))
