"""Who may do what to whom: every role, every mutation of accounts, every kind of account, by one table."""

from __future__ import annotations

import base64
import datetime
import itertools
from typing import Any

import asyncpg
import pytest

from permissions.declare import declaration_of
from permissions.roles import Role
from schema.build import build_schema
from tests.accounts.administering import ask, make
from tests.http.hub import OF_OME, Hub, user_of

pytestmark = pytest.mark.anyio

OWN, OWN_ADMIN, OTHER, OTHER_ADMIN, SELF, OME = "own state", "own admin", "other state", "other admin", "self", "OME"
TARGETS = (OWN, OWN_ADMIN, OTHER, OTHER_ADMIN, SELF, OME)
DONE, CLOSED = "done", "FORBIDDEN"
NOT_FOUND, OWN_ACCOUNT, ELSEWHERE, TAKEN = "NOT_FOUND", "OWN_ACCOUNT", "OTHER_ADMINISTRATOR", "TAKEN"

# for the targets in their order
_OF_STATE = (DONE, ELSEWHERE, NOT_FOUND, NOT_FOUND, OWN_ACCOUNT, NOT_FOUND)
_OF_OME = (NOT_FOUND, DONE, NOT_FOUND, DONE, OWN_ACCOUNT, NOT_FOUND)
_STATE, _FEDERAL, _DESK = "STATE_USER_ADMINISTRATOR", "OME_USER_ADMINISTRATOR", "HELP_DESK"
_EXISTING: dict[str, tuple[str, ...]] = {_STATE: _OF_STATE, _FEDERAL: _OF_OME}
EXPECTED: dict[str, dict[str, tuple[str, ...]]] = {
    "createUser": {
        _STATE: (DONE, ELSEWHERE, ELSEWHERE, ELSEWHERE, TAKEN, ELSEWHERE),
        _FEDERAL: (ELSEWHERE, DONE, ELSEWHERE, DONE, TAKEN, ELSEWHERE),
    },
    "updateUser": _EXISTING,
    "assignRoles": _EXISTING,
    "recordTraining": _EXISTING,
    "deactivateUser": _EXISTING,
    "confirmAccountReview": _EXISTING,
    "resetPassword": _EXISTING,
    "resetSecondFactor": _EXISTING,
    "reinstateUser": {**_EXISTING, _DESK: (DONE, DONE, DONE, DONE, OWN_ACCOUNT, DONE)},
    "decideAccessApplication": _EXISTING,
}
"""By mutation and role, what comes out for each of `TARGETS`; a role that is not named is forbidden the mutation."""

_ROW = """
SELECT to_jsonb(accounts) - 'last_sign_in_at' - 'unused_since' || jsonb_build_object('roles', ARRAY(
    SELECT role FROM account_roles WHERE account_id = accounts.account_id ORDER BY 1)) FROM accounts
WHERE lower(user_id) = lower($1)
"""
_numbers = itertools.count(1)


def _account_mutations() -> set[str]:
    """The mutations that need a grant over accounts, other than over the own."""
    mutation = build_schema().mutation_type
    assert mutation is not None
    found = {name: declaration_of(field) for name, field in mutation.fields.items()}
    return {
        name
        for name, declared in found.items()
        if declared and declared.grant and declared.grant.startswith("account:") and declared.grant != "account:self"
    }


def test_every_mutation_of_accounts_has_its_row() -> None:
    assert set(EXPECTED) == _account_mutations()


class Case:
    """One attempt: a target of its own, and an input that nothing but the rules about who may can refuse."""

    def __init__(self, owner: asyncpg.Connection, mutation: str, role: Role, target: str) -> None:
        self.owner, self.mutation, self.target = owner, mutation, target
        self.by = user_of(role)
        self.state = {OTHER: "TX", OTHER_ADMIN: "TX", OME: None}.get(target, "TN")
        admin = target in (OWN_ADMIN, OTHER_ADMIN)
        self.role = "HELP_DESK" if target == OME else _STATE if admin else "PRIMARY_USER"
        self.user_id = self.by if target == SELF else f"target{next(_numbers)}"
        if target == SELF:
            self.role = role if role not in OF_OME else self.role

    async def input(self) -> dict[str, Any]:
        if self.mutation == "createUser":
            return await self._new()
        if self.mutation == "decideAccessApplication":
            return await self._application()
        if self.target != SELF:
            await make(self.owner, self.user_id, self.role, state=self.state, phone="615-555-0100")
        await self._ready()
        row = await self.owner.fetchrow("SELECT version FROM accounts WHERE user_id = $1", self.user_id)
        expected = {"expectedVersion": row["version"]}
        specific: dict[str, dict[str, Any]] = {
            "updateUser": {"title": "Clerk", **expected},
            "assignRoles": {"roles": [self.role] if self.role == _STATE else ["SECONDARY_USER"], **expected},
            "recordTraining": {"completedOn": "2026-01-05"},
            "deactivateUser": {"reason": "Left the agency."},
        }
        return {"userId": self.user_id, **specific.get(self.mutation, {})}

    async def _new(self) -> dict[str, Any]:
        roles = [self.role] if self.role != OME else ["HELP_DESK"]
        if self.target == SELF:  # a role that may be given, so that the user id alone stands in the way
            roles = [_STATE if self.by == user_of(Role.OME_USER_ADMINISTRATOR) else "PRIMARY_USER"]
        named = {"name": "New Person", "email": f"new{next(_numbers)}@people.gov", "roles": roles}
        return {"userId": self.user_id, "state": self.state, **named}

    async def _application(self) -> dict[str, Any]:
        """OME's accounts are not given by application, so there is none."""
        email = f"target{next(_numbers)}@people.gov"
        if self.target == SELF:
            email = await self.owner.fetchval("SELECT email FROM accounts WHERE user_id = $1", self.by)
        key = 10**6 if self.target == OME else await self._apply(email)
        return {"id": _node_id(key), "decision": "REFUSE", "reason": "Not needed."}

    async def _apply(self, email: str) -> int:
        role = _STATE if self.by == user_of(Role.OME_USER_ADMINISTRATOR) and self.target == SELF else self.role
        key: int = await self.owner.fetchval(
            """
            INSERT INTO access_applications (name, title, agency, address, phone, email, role, state, supervisor_name,
                supervisor_email)
            VALUES ('Secret Applicant', 'T', 'A', 'A', '615-555-0100', $1, $2, $3, 'S', 's@b.gov')
            RETURNING application_id
            """,
            email,
            role,
            self.state,
        )
        return key

    async def _ready(self) -> None:
        """Bring the target to where the mutation applies."""
        change = {
            "reinstateUser": "status = 'DISABLED'",
            "confirmAccountReview": "last_sign_in_at = now() - interval '91 days'",
        }.get(self.mutation)
        if self.mutation == "resetSecondFactor":
            await self.owner.execute(
                "INSERT INTO recovery_codes (account_id, code_hash) SELECT account_id, $2 FROM accounts "
                "WHERE user_id = $1",
                self.user_id,
                self.target.encode(),
            )
        if change is not None and self.target != SELF:
            await self.owner.execute(f"UPDATE accounts SET {change} WHERE user_id = $1", self.user_id)

    async def row(self) -> Any:
        return await self.owner.fetchval(_ROW, self.user_id)


def _node_id(key: int) -> str:
    return base64.b64encode(f"AccessApplication:{key}".encode()).decode()


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_does_what_the_table_says_and_nothing_else(
    own_hub: Hub, country_owner: asyncpg.Connection, role: Role
) -> None:
    for mutation, by_role in EXPECTED.items():
        for place, target in enumerate(TARGETS):
            case = Case(country_owner, mutation, role, target)
            given = await case.input()
            before = await case.row()
            answer = await ask(own_hub, mutation, case.by, **given)
            after = await case.row()
            where = f"{role} {mutation} {target}: {answer.text}"
            expected = by_role[role][place] if role in by_role else CLOSED
            if expected == CLOSED:
                assert (answer.codes, answer.data) == (["FORBIDDEN"], {mutation: None}), where
            else:
                found = [error["code"] for error in answer.data[mutation]["errors"]]
                assert found == ([] if expected == DONE else [expected]), where
            if expected == DONE:
                unchanged = mutation in _UNSEEN or (mutation == "assignRoles" and case.role == _STATE)
                assert unchanged or before != after, where
            else:
                assert before == after, where
                for secret in ("Person", "people.gov", "615-555", "Applicant"):
                    assert secret not in answer.text, where


_UNSEEN = {"decideAccessApplication", "resetSecondFactor"}
"""Mutations that are done to something other than the row of the case's account."""


async def test_the_own_account_is_never_changed_by_its_owner(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    """Also under another spelling of the own user id."""
    for by in (user_of(Role.STATE_USER_ADMINISTRATOR), user_of(Role.OME_USER_ADMINISTRATOR)):
        before = await country_owner.fetchval(_ROW, by)
        for mutation in ("deactivateUser", "recordTraining", "confirmAccountReview", "reinstateUser", "resetPassword"):
            more = {"deactivateUser": {"reason": "x"}, "recordTraining": {"completedOn": "2026-01-05"}}.get(
                mutation, {}
            )
            answer = await ask(own_hub, mutation, by, userId=by.lower(), **more)
            assert [error["code"] for error in answer.data[mutation]["errors"]] == ["OWN_ACCOUNT"], mutation
        assert await country_owner.fetchval(_ROW, by) == before


async def test_every_refusal_and_every_change_is_in_the_trail(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    """The event of a change belongs to the account's state, also when OME made it."""
    await make(country_owner, "boss", "STATE_USER_ADMINISTRATOR", state="TX")
    by = user_of(Role.OME_USER_ADMINISTRATOR)
    today = datetime.date.today().isoformat()
    await ask(own_hub, "recordTraining", by, userId="boss", completedOn=today)
    await ask(own_hub, "recordTraining", by, userId=user_of(Role.PRIMARY_USER), completedOn=today)
    rows = await country_owner.fetch(
        "SELECT tag, user_id, state, purpose, detail ->> 'userId', detail ->> 'code' FROM audit_events "
        "WHERE tag IN ('account:training', 'change:refused') ORDER BY event_id"
    )
    assert [tuple(row) for row in rows] == [
        ("account:training", by, "TX", "PROGRAM_ADMINISTRATION", "boss", None),
        ("change:refused", by, None, "PROGRAM_ADMINISTRATION", None, "NOT_FOUND"),
    ]
