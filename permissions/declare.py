"""The only two ways to declare a field of the schema: `guarded(grant)` and `public(why)`.

A declaration says who may see the field and where its values come from (a descriptor that the compiler reads; opaque
here). `check_declared` walks the running schema: a field, input field or enum value without a declaration, or a
guarded field that cannot be null, does not start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_non_null_type,
)
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema_directive import Location
from strawberry.types.arguments import StrawberryArgument

from permissions.grants import Grant

DECLARATION = "hub"
_BACKREF = "strawberry-definition"


@strawberry.schema_directive(
    locations=[
        Location.FIELD_DEFINITION,
        Location.INPUT_FIELD_DEFINITION,
        Location.ENUM_VALUE,
        Location.OBJECT,
    ],
    name="requires",
    description="The grant that a viewer must hold to see or use this.",
)
class Requires:
    """Printed into the SDL, so that a change of who may see what shows in its diff."""

    grant: str


@dataclass(frozen=True)
class Declaration:
    """What a field declares: the grant (None: public, `why` says why) and the descriptor of its values."""

    grant: Grant | None
    source: Any = None
    why: str = ""


def argument(name: str, type_: object, description: str, default: object = strawberry.UNSET) -> StrawberryArgument:
    """An argument of a compiled field. `name` in snake case; without a default it is optional if nullable."""
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(type_),
        description=description,
        default=default,
    )


def guarded(
    grant: Grant,
    source: Any = None,
    description: str = "",
    arguments: Sequence[StrawberryArgument] = (),
    **options: Any,
) -> Any:
    """Declare a field that only holders of `grant` see; everybody else gets null and one `FORBIDDEN` error.

    `source` is the compiler's descriptor; without one the field has a resolver (use as a decorator). Other options
    go to `strawberry.field`.
    """
    return _field(Declaration(grant, source), description, arguments, [Requires(grant=grant.value)], options)


def public(
    why: str,
    source: Any = None,
    description: str = "",
    arguments: Sequence[StrawberryArgument] = (),
    **options: Any,
) -> Any:
    """Declare a field open to everybody who reaches it, signed in or not; `why` says why that is right."""
    return _field(Declaration(None, source, why), description, arguments, [], options)


def _field(
    declaration: Declaration,
    description: str,
    arguments: Sequence[StrawberryArgument],
    directives: list[Any],
    options: dict[str, Any],
) -> Any:
    text = description or getattr(declaration.source, "description", "")
    field = strawberry.field(
        description=text or None, metadata={DECLARATION: declaration}, directives=directives, **options
    )
    if arguments:
        field.arguments = list(arguments)
    return field


def guarded_value(grant: Grant, value: str, description: str) -> Any:
    """Declare an enum value that only holders of `grant` may use, such as an order by a guarded column."""
    return strawberry.enum_value(value, description=description, directives=[Requires(grant=grant.value)])


def declaration_of(element: Any) -> Declaration | None:
    """The declaration behind a field or input field of the running schema, or None where there is none."""
    definition = element.extensions.get(_BACKREF)
    if definition is None:
        return None
    return cast("Declaration | None", (getattr(definition, "metadata", None) or {}).get(DECLARATION))


def required_of(enum_value: Any) -> str | None:
    """The grant that an enum value of the running schema requires, if any."""
    definition = enum_value.extensions.get(_BACKREF)
    for directive in getattr(definition, "directives", ()) or ():
        if isinstance(directive, Requires):
            return directive.grant
    return None


def origin_of(type_: Any) -> Any:
    """The Python class behind a type of the running schema."""
    definition = type_.extensions.get(_BACKREF)
    return getattr(definition, "origin", None)


class UndeclaredField(Exception):
    """The schema holds fields without a sound declaration; the hub does not start."""


def check_declared(schema: GraphQLSchema) -> None:
    """Raise `UndeclaredField` naming every coordinate of the schema that is not soundly declared."""
    faults = [fault for type_ in schema.type_map.values() for fault in _faults(type_)]
    if faults:
        raise UndeclaredField("; ".join(sorted(faults)))


def _faults(type_: Any) -> Iterator[str]:
    if type_.name.startswith("__"):
        return
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        if not type_.description:
            yield f"{type_.name}: has no description"
        for name, field in type_.fields.items():
            yield from _field_faults(f"{type_.name}.{name}", field)
    elif isinstance(type_, GraphQLEnumType):
        for name, value in type_.values.items():
            if not value.description:
                yield f"{type_.name}.{name}: has no description"


def _field_faults(coordinate: str, field: Any) -> Iterator[str]:
    declaration = declaration_of(field)
    if declaration is None:
        yield f"{coordinate}: is neither guarded nor public"
    elif declaration.grant is not None and is_non_null_type(field.type):
        yield f"{coordinate}: is guarded and so must be nullable"
    elif declaration.grant is None and not declaration.why:
        yield f"{coordinate}: is public without saying why"
    if not field.description:
        yield f"{coordinate}: has no description"
    for name, argument_ in getattr(field, "args", {}).items():
        if not argument_.description:
            yield f"{coordinate}({name}:): has no description"
