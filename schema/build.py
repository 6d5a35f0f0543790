"""Builds the running schema, and refuses to where a field is not soundly declared."""

from __future__ import annotations

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from permissions.declare import check_declared
from schema.base import SCALARS
from schema.mutation import Mutation
from schema.query import Query
from schema.report_file import ReportFileInput
from schema.subscription import Subscription


@cache
def _declared() -> strawberry.Schema:
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[ReportFileInput],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
    )
    check_declared(schema._schema)
    return schema


def build_schema() -> GraphQLSchema:
    """The one running schema of the process. Raises `UndeclaredField`."""
    running: GraphQLSchema = _declared()._schema
    return running


def print_sdl() -> str:
    """The schema in SDL, with `@requires` on what is guarded."""
    return print_schema(_declared()) + "\n"
