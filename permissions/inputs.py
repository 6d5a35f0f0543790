"""Arguments under permission: a filter or an order by a field that one may not read would leak its values by asking."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, get_nullable_type, is_list_type

from permissions.declare import declaration_of, required_of
from permissions.plan import Denial


def refused_input(type_: Any, value: Any, grants: Container[str]) -> Denial | None:
    """The first input field or enum value in an argument that a viewer with `grants` may not use, else None."""
    type_ = get_nullable_type(type_)
    if value is None:
        return None
    if is_list_type(type_):
        items = value if isinstance(value, list) else [value]
        return next((found for item in items if (found := refused_input(type_.of_type, item, grants))), None)
    if isinstance(type_, GraphQLEnumType):
        return _refused_value(type_, value, grants)
    if isinstance(type_, GraphQLInputObjectType):
        for name, item in value.items():
            field = type_.fields[name]
            declaration = declaration_of(field)
            if declaration and declaration.grant is not None and declaration.grant not in grants:
                return Denial(f"{type_.name}.{name}", declaration.grant.value, ())
            if found := refused_input(field.type, item, grants):
                return found
    return None


def _refused_value(type_: GraphQLEnumType, value: Any, grants: Container[str]) -> Denial | None:
    for name, member in type_.values.items():
        if member.value == getattr(value, "value", value):
            grant = required_of(member)
            if grant is not None and grant not in grants:
                return Denial(f"{type_.name}.{name}", grant, ())
    return None


def asked_of(type_: Any, value: Any) -> Iterator[str]:
    """The coordinates of the guarded input fields that an argument uses: what it asks about."""
    type_ = get_nullable_type(type_)
    if isinstance(type_, GraphQLInputObjectType) and isinstance(value, Mapping):
        for name, item in value.items():
            declaration = declaration_of(type_.fields[name])
            if item is not None and declaration and declaration.grant is not None:
                yield f"{type_.name}.{name}"
