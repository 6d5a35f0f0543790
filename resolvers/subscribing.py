"""Subscriptions: an operation that is answered anew at each event about what it follows.

Each answer is a read like any other: who asks and what it may see is looked at anew, the selection is compiled, rows
out of scope (those under review too) are not there, and the audit row is durable before the answer leaves. An event
about something that the viewer may not see sends nothing, not even that there was one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg
import orjson
from graphql import get_named_type

from hub.errors import Code, HubError
from hub.store.engine import AT_FAULT
from hub.viewer import Viewer
from permissions.declare import declaration_of
from permissions.plan import Plan, Selected
from resolvers.compiler.arguments import shape
from resolvers.compiler.source import Followed, Keyed
from resolvers.doors import Doors, Request, body_of, object_of
from resolvers.feed import Feed, Follower
from resolvers.limits import check_cost
from resolvers.operations import Operation
from resolvers.reader import NULL, Reading, coerced_arguments, refusal
from resolvers.rules import RequestRefused

ANSWERED_AT_ONCE = 16
"""Answers of one subscription that are made side by side: their audit rows share a flush."""

Asking = Callable[[], Awaitable[Viewer]]
"""Whoever asks, as of now; raises where it may ask no more."""


class Subscriptions:
    """Opens subscriptions over one running schema and one feed."""

    def __init__(self, doors: Doors, feed: Feed) -> None:
        self._doors = doors
        self.feed = feed

    async def open(self, request: Request, asking: Asking, overflow: asyncio.Event) -> Subscription:
        """Raises `HubError` where the request is refused. `overflow` is set once it has too much to tell."""
        doors = self._doors
        operation = await doors.operations.find(request.query, request.operation_name)
        if not operation.is_subscription:
            raise HubError(
                Code.WRONG_TRANSPORT, "Expected queries and mutations by POST; a socket takes subscriptions."
            )
        variables = operation.variables(request.variables)
        plan = operation.plan(variables, request.viewer)
        if len(plan.roots) != 1 or plan.roots[0].is_typename:
            raise HubError(Code.VALIDATION_ERROR, "Expected one field of the subscription's root.")
        doors.check_roots(plan, request.viewer)
        arguments = coerced_arguments(plan, variables)
        shapes = tuple(shape(given) for given in arguments)
        check_cost(plan, arguments, shapes, doors.settings)
        reading = Reading(doors.schema, self.feed.shared, plan, arguments, shapes, request.viewer)
        (root,) = plan.roots
        if root.denied is not None:
            await doors.record(reading, operation.name, 0)
            raise RequestRefused([refusal(denial) for denial in plan.denials])
        own = request.viewer.account_id
        return Subscription(self._doors, self.feed, operation, plan, arguments, asking, overflow, own=own)


class Subscription:
    """One subscription that was let in. Use as `with subscription.following(): async for body in subscription:`."""

    def __init__(
        self,
        doors: Doors,
        feed: Feed,
        operation: Operation,
        plan: Plan,
        arguments: Sequence[Mapping[str, Any]],
        asking: Asking,
        overflow: asyncio.Event,
        *,
        own: int | None,
    ) -> None:
        self._doors = doors
        self._feed = feed
        self._name = operation.name
        self._plan = plan
        self._arguments = arguments
        self._shapes = tuple(shape(given) for given in arguments)
        self._asking = asking
        (self._root,) = plan.roots
        assert self._root.declaration is not None
        self._followed: Followed = self._root.declaration.source
        most = doors.settings.max_untold_changes
        self._follower = Follower(self._followed.topics, most, overflow, own=own if self._followed.own else None)
        self._fields = self._root.only_children()
        compiled = [field for field in self._fields if not field.is_typename and field.denied is None]
        self._unseen = None if compiled else _least(self._root)

    @contextmanager
    def following(self) -> Iterator[None]:
        """Hear of events from here on."""
        with self._feed.follow(self._follower):
            yield

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The answers, each once it may leave. Raises `HubError` where one cannot be given."""
        if self._followed.find is not None:
            await self._found(self._followed.find)  # what changes from now on, changes after this
        while True:
            keys = await self._changed()
            viewer = await self._asking()
            for body in await asyncio.gather(*(self.answer(viewer, key) for key in keys)):
                if body is not None:
                    yield body

    async def _changed(self) -> list[int]:
        """Wait for events, and give the keys of what they are about."""
        if self._followed.find is None:
            return await self._follower.take(ANSWERED_AT_ONCE)
        await self._follower.take(self._doors.settings.max_untold_changes)
        return await self._found(self._followed.find)

    async def _found(self, find: str) -> list[int]:
        """The key that the argument stands for now; none for one that stands for nothing."""
        assert self._root.slot is not None
        asked = self._arguments[self._root.slot][self._followed.argument]
        try:
            rows = await self._doors.services.reads.fetch(find, asked)
        except (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError):
            rows = []
        except AT_FAULT:
            raise HubError(Code.UNAVAILABLE, "The database cannot be reached; subscribe again.") from None
        self._follower.watch(frozenset(watched for watched, _ in rows))
        return list({key for _, key in rows})

    async def answer(self, viewer: Viewer, key: int) -> bytes | None:
        """The answer about one key. None where there is nothing that the viewer may see."""
        reading = Reading(self._doors.schema, self._feed.shared, self._plan, self._arguments, self._shapes, viewer)
        denied = len(reading.errors)
        values: dict[str, bytes] = {}
        for field in self._fields:
            values[field.key] = (
                orjson.dumps(self._root.child_type.name) if field.is_typename else await reading.read(field, (key,))
            )
        shown = [values[field.key] for field in self._fields if not field.is_typename]
        if self._unseen is not None:
            shown = [await reading.read(self._unseen, (key,))]
        errors = reading.errors[denied:]
        if all(value == NULL for value in shown):
            failures = [error for error in errors if error["extensions"]["code"] != Code.UNDER_REVIEW]
            if failures:
                raise RequestRefused(failures)
            return None
        data = b'{"%s":%s}' % (self._root.key.encode(), object_of(self._fields, values))
        body = body_of(data, reading.errors)
        await self._doors.record(reading, self._name, len(body))
        return body


def _least(root: Selected) -> Selected:
    """What is read where nothing is selected of the record: whether the viewer may see it at all."""
    fields = root.child_type.fields
    (name,) = (name for name in fields if isinstance(getattr(declaration_of(fields[name]), "source", None), Keyed))
    type_name = get_named_type(fields[name].type).name
    typename = Selected("__typename", f"{type_name}.__typename", root.node, None, None, root.path)
    coordinate = f"{root.child_type.name}.{name}"
    return Selected(
        name,
        coordinate,
        root.node,
        fields[name],
        declaration_of(fields[name]),
        root.path,
        children={type_name: (typename,)},
    )
