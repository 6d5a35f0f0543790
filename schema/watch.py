"""Watches: the children and searches that the viewer follows."""

from __future__ import annotations

import datetime

import strawberry

from hub.tables import WATCH_KINDS, WatchRow
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import watch as source
from schema.base import PAGE_ARGUMENTS, Json, Node, described_enum, record
from schema.filters import StudentFilter
from schema.payload import INPUT, MutationError, errors_field, key_field
from schema.student import Student

WatchKind = described_enum("WatchKind", WATCH_KINDS, "What a watch follows.")

_SELF = G.ACCOUNT_SELF


@record(source.WATCHES, _SELF, "A child or search that the viewer follows, and is told of when something changes.")
class Watch(Node):
    kind: WatchKind | None = guarded(_SELF, source.KIND, "What it follows.")  # type: ignore[valid-type]
    student: Student | None = guarded(
        G.STUDENT_READ, source.STUDENT_OF_WATCH, "The child, while the viewer may see it."
    )
    name: str | None = guarded(_SELF, Column(WatchRow.name), "What the viewer calls the search.")
    filter: Json | None = guarded(G.STUDENT_SEARCH, source.FILTER, "The search, a `StudentFilter` as it was sent.")
    created_at: datetime.datetime | None = guarded(_SELF, Column(WatchRow.created_at), "Since when.")


@strawberry.input(description="Which watches.")
class WatchFilter:
    kind: WatchKind | None = guarded(_SELF, source.OF_KIND, "Of this kind.", default=strawberry.UNSET)  # type: ignore[valid-type]


WATCH_ARGUMENTS = (argument("filter", WatchFilter | None, "Which watches; all unless said."), *PAGE_ARGUMENTS)


@strawberry.input(description="A child to follow.")
class WatchStudentInput:
    student: str = public(INPUT, None, "MSIX ID of the student.")
    idempotency_key: str | None = key_field()


@strawberry.input(description="A search to follow, such as for a family or a school.")
class WatchSearchInput:
    name: str = public(INPUT, None, "What to call it: 1 to 60 characters, unlike the viewer's other searches.")
    filter: StudentFilter = public(
        INPUT, None, "As of `students`; its fields are guarded, and looked at anew at each change."
    )
    idempotency_key: str | None = key_field()


@strawberry.input(description="A watch that ends.")
class UnwatchInput:
    watch: strawberry.ID = public(INPUT, None, "The watch's id.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The watch, or why there is none.")
class WatchPayload:
    watch: Watch | None = guarded(_SELF, Keyed(source.WATCHES), "The watch.")
    errors: list[MutationError] = errors_field()


@strawberry.type(description="A watch that ended, or why it did not.")
class UnwatchPayload:
    errors: list[MutationError] = errors_field()
