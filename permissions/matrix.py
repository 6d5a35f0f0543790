"""The matrix of roles: for every field, guarded argument and guarded enum value, how far each role reaches with it.

Printed as `schema/role_matrix.csv` and reviewed there: it shows what a change of the schema or of the roles opens and
closes. It is derived from the running schema, never written by hand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from hub.viewer import Reach
from permissions.declare import declaration_of, required_of
from permissions.plan import record_grant
from permissions.roles import Role, grants_of

PUBLIC = "public"
HEADER = ("coordinate", "grant", *(role.value for role in Role))
_NARROWEST_FIRST = (Reach.SELF, Reach.OME, Reach.POLICY, Reach.REGION, Reach.STATE, Reach.ALL)

Row = tuple[str, ...]


def role_matrix(schema: GraphQLSchema) -> list[Row]:
    """Rows of `HEADER`, sorted by coordinate. A role's cell is its reach, empty where it has none.

    The grant is the field's own, or `public`; the reach also counts the grant of the record that a field stands on or
    leads to, without which there is nothing to see.
    """
    return sorted(row for type_ in schema.type_map.values() for row in _rows(type_) if not row[0].startswith("__"))


def matrix_csv(schema: GraphQLSchema) -> str:
    """The matrix as CSV text."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerows(role_matrix(schema))
    return text.getvalue()


def _rows(type_: Any) -> Iterator[Row]:
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            own = _own_grant(field)
            records = (record_grant(type_), record_grant(get_named_type(field.type)))
            yield _row(f"{type_.name}.{name}", own, {own, *records} - {None})
    elif isinstance(type_, GraphQLInputObjectType):
        for name, field in type_.fields.items():
            if own := _own_grant(field):
                yield _row(f"{type_.name}.{name}", own, {own})
    elif isinstance(type_, GraphQLEnumType):
        for name, value in type_.values.items():
            if own := required_of(value):
                yield _row(f"{type_.name}.{name}", own, {own})


def _own_grant(field: Any) -> str | None:
    declaration = declaration_of(field)
    return declaration.grant.value if declaration is not None and declaration.grant is not None else None


def _row(coordinate: str, own: str | None, required: set[Any]) -> Row:
    return (coordinate, own or PUBLIC, *(_reach(grants_of((role,)), required) for role in Role))


def _reach(held: Mapping[str, Reach], required: set[Any]) -> str:
    if any(grant not in held for grant in required):
        return ""
    return min((held[grant] for grant in required), key=_NARROWEST_FIRST.index, default=Reach.ALL).value
