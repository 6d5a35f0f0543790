"""Who is asking. Anonymous is a viewer without grants, so that no code asks whether there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Reach(StrEnum):
    """How far a grant goes: every row, rows of the viewer's state, of its region, of the state where its policy says
    so, accounts that OME looks after, or the viewer's own."""

    ALL = "ALL"
    STATE = "STATE"
    REGION = "REGION"
    POLICY = "POLICY"
    OME = "OME"
    SELF = "SELF"


@dataclass(frozen=True, slots=True)
class TokenUsed:
    """The service token that a request came with, as its account named it.

    `purpose` is the only one it may be used for, where it names one.
    """

    token_id: int
    name: str
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person (or nobody) behind a request, with the grants of its roles.

    `gate` is the code of the step that must be done before anything else is open, or None. `purpose` is the routine
    use that this request is for. A state tool comes with a service token of a person's: then `token` says which, there
    is no session, and the grants are those of the token that the person's roles hold too.
    """

    account_id: int | None = None
    session_id: int | None = None
    user_id: str | None = None
    name: str | None = None
    email: str | None = None
    roles: tuple[str, ...] = ()
    state: str | None = None
    region: str | None = None
    district_id: str | None = None
    grants: Mapping[str, Reach] = field(default_factory=lambda: MappingProxyType({}))
    gate: str | None = None
    purpose: str | None = None
    address: str | None = None
    token: TokenUsed | None = None

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def decides_for(self) -> list[str]:
        """For whom the viewer decides worklist items, in the words of `state_records.review_scopes`."""
        reach = self.grants.get("worklist:decide")
        if self.state is None:
            return []
        if reach is Reach.REGION:
            return [f"{self.state}/{self.region}"] if self.region else []
        return {Reach.STATE: [self.state], Reach.POLICY: [f"{self.state}+primary"]}.get(reach or Reach.SELF, [])

    @property
    def grant_names(self) -> list[str]:
        """Every grant that the viewer holds, at whatever reach."""
        return sorted(str(grant) for grant in self.grants)

    @property
    def reads_students(self) -> bool:
        """Whether anything about a child may be told to the viewer."""
        return "student:read" in self.grants

    def can(self, grant: str) -> bool:
        """Whether any role of the viewer holds the grant, at any reach."""
        return grant in self.grants


ANONYMOUS = Viewer()
