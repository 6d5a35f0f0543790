"""What all mutations share: one input, one payload with `errors`, and the way from one to the other."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry.schema.name_converter import NameConverter
from strawberry.types import Info

from hub.notices import FindingKind
from hub.refusal import Refusal, RefusalCode
from permissions.declare import guarded, public
from permissions.grants import Grant
from resolvers.compiler.node_id import parse
from resolvers.context import Context
from resolvers.writing import Change
from schema.base import described_enum

PAYLOAD = "It answers whoever was let change something, about that."
NOBODY = 0
"""No row has this key; what is looked for by it is not found."""

_NAMES = NameConverter()

INPUT = "It is part of a change, which is guarded as a whole."

MutationErrorCode = described_enum(
    "MutationErrorCode", {code.value: code.description for code in RefusalCode}, "Why a mutation was refused."
)


SensitiveText = described_enum(
    "SensitiveText",
    {kind.value: kind.description.capitalize() + "." for kind in FindingKind},
    "What a free text must not hold.",
)


@strawberry.type(description="An expected refusal: nothing of the mutation was done.")
class MutationError:
    code: MutationErrorCode = public(PAYLOAD, None, "Why.")  # type: ignore[valid-type]
    field: str | None = public(PAYLOAD, None, "Path of the input field at fault, if one is.")
    message: str = public(PAYLOAD, None, "What was expected.")
    found: SensitiveText | None = public(  # type: ignore[valid-type]
        PAYLOAD, None, "What the text of that field must not hold and does, for `SENSITIVE_TEXT`."
    )
    offset: int | None = public(PAYLOAD, None, "Where it begins: characters (code points) before it.")
    length: int | None = public(PAYLOAD, None, "How many characters it takes.")


def refused(refusal: Refusal) -> MutationError:
    """A refusal as it goes out."""
    found, offset, length = refusal.place or (None, None, None)
    return MutationError(
        code=refusal.code.value,
        field=refusal.field,
        message=refusal.message,
        found=found,
        offset=offset,
        length=length,
    )


def errors_field() -> Any:
    """The `errors` of a payload."""
    return public(PAYLOAD, None, "Why nothing was done; empty where it was.")


def key_field() -> Any:
    """The `idempotencyKey` of an input."""
    return public(
        INPUT,
        None,
        "Chosen by the client, 200 characters at most. The same key with the same input gives the first answer again "
        "and changes nothing more; with another input it is refused.",
        default=None,
    )


def change(
    made: Change[Any], input_type: type, payload_type: type, description: str, grant: Grant | None = None, why: str = ""
) -> Any:
    """The mutation field of a `Change`: `grant` guards it, or `why` says why it is open.

    The input's fields are the command's by name, and `idempotency_key`; the payload's are those of the outcome.
    """
    declare: Callable[..., Any] = guarded if grant is not None else public
    return declare(grant or why, description=description, resolver=_resolver(made, input_type, payload_type))


def _resolver(made: Change[Any], input_type: type, payload_type: type) -> Any:
    async def resolve(info: Info[Context, None], input: Any) -> Any:
        context = info.context
        key = getattr(input, "idempotency_key", None)
        outcome = await made.run(context.services, context.viewer, _command(made.command, input), key)
        names = [field.name for field in dataclasses.fields(payload_type)]
        known = {**outcome.records, **outcome.values, **outcome.secrets}
        values = {name: known.get(name) for name in names if name != "errors"}
        return payload_type(**values, errors=[refused(refusal) for refusal in outcome.refusals])

    described = strawberry.argument(description="What is asked for.")
    nullable: Any = payload_type | None
    resolve.__annotations__ = {
        "info": Info[Context, None],
        "input": Annotated[input_type, described],
        "return": nullable,
    }
    return resolve


def _command(command: type, input: Any) -> Any:
    """The command of an input. What the client left out takes the command's default, or null where it has none.

    Ids of objects become keys; one that names no object of the type becomes no key's. What is kept as JSON stays that.
    """
    values: dict[str, Any] = {}
    for field in dataclasses.fields(command):
        sent = getattr(input, field.name)
        if sent is strawberry.UNSET and field.default is not dataclasses.MISSING:
            continue
        value = as_json(sent) if field.metadata.get("json") else _plain(sent)
        named = field.metadata.get("node")
        values[field.name] = _keys(named, value) if named and value is not None else value
    return command(**values)


def as_json(value: Any) -> Any:
    """An input object as JSON has it, by the names of the schema; what was left out is not there."""
    definition = getattr(type(value), "__strawberry_definition__", None)
    if definition is not None:
        members = {_NAMES.get_graphql_name(field): getattr(value, field.python_name) for field in definition.fields}
        return {name: as_json(member) for name, member in members.items() if member is not strawberry.UNSET}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, datetime.date) else value


def _keys(type_name: str, ids: Any) -> Any:
    if isinstance(ids, tuple):
        return tuple(_keys(type_name, id_) for id_ in ids)
    named = parse(ids, {type_name: [int]})
    return named[1][0] if named else NOBODY


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)
    return None if value is strawberry.UNSET else value
