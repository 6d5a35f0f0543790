"""Accounts and their trainings. They are no student's data; a state's belong to that state."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, exists, func, literal_column, select
from sqlalchemy.sql.expression import ScalarSelect

from hub import clock
from hub.accounts import UNUSED
from hub.tables import AccountRoleRow, AccountRow, TrainingRow
from hub.viewer import Reach
from permissions.grants import Grant
from permissions.scope import ome_looks_after, within_reach
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import (
    Asking,
    Columns,
    Condition,
    Connection,
    Expression,
    Lookup,
    Relation,
    Rows,
    Sort,
    Source,
)
from resolvers.sources.conditions import name_matches

ACCOUNTS = Source(
    "accounts",
    AccountRow,
    ("account_id",),
    state=lambda rows: rows.c.state,
    of_ome=lambda rows: ome_looks_after(rows.c.account_id),
)


def _account_of(training: Rows) -> Columns:
    return training.join(
        "account", AccountRow.__table__.alias, lambda account: account.account_id == training.c.account_id
    )


TRAININGS = Source(
    "trainings",
    TrainingRow,
    ("training_id",),
    state=lambda rows: _account_of(rows).state,
    of_ome=lambda rows: ome_looks_after(rows.c.account_id),
)


def person(column: str) -> Expression:
    """The name of the account that a column names; null where an operator did it."""

    def name(rows: Rows) -> ScalarSelect[Any]:
        who = AccountRow.__table__.alias()
        named = select(who.c.name).where(who.c.account_id == rows.c[column])
        return named.correlate_except(who).scalar_subquery()  # rows may stand some selects further out

    return Expression(name)


def _roles(rows: Rows) -> ColumnElement[Any]:
    held = AccountRoleRow.__table__.alias()
    found = select(held.c.role).where(held.c.account_id == rows.c.account_id).order_by(held.c.role)
    return func.array(found.correlate_except(held).scalar_subquery())


def _unused(rows: Rows, _parent: Rows | None = None) -> ColumnElement[bool]:
    return and_(
        rows.c.status == literal_column("'ACTIVE'"),
        rows.c.unused_since <= rows.binder.moment(lambda: clock.now() - UNUSED),
    )


def _managed(rows: Rows, _parent: Rows | None, asking: Asking) -> ColumnElement[bool] | None:
    """Whoever may see more accounts than it manages confirms the reviews of those alone."""
    reach = asking.grants.get(Grant.ACCOUNT_MANAGE, Reach.SELF)
    return within_reach(reach, rows.c.state, asking.state, ome_looks_after(rows.c.account_id))


ROLES = Expression(_roles)
TRAININGS_OF_ACCOUNT = Relation(
    TRAININGS, lambda training, account: training.c.account_id == account.c.account_id, many=True
)
ALL_ACCOUNTS = Connection(ACCOUNTS, sorts={"NAME": Sort(lambda rows: [rows.c.name_key])})
UNUSED_ACCOUNTS = Connection(
    ACCOUNTS, _unused, sorts={"UNUSED_SINCE": Sort(lambda rows: [rows.c.unused_since])}, scope=_managed
)
BY_USER_ID = Lookup(
    ACCOUNTS, lambda rows, arguments: func.lower(rows.c.user_id) == func.lower(arguments.get("userId").bind())
)


def _has_role(rows: Rows, value: Value) -> ColumnElement[bool]:
    held = AccountRoleRow.__table__.alias()
    return exists(
        select(literal_column("1"))
        .select_from(held)
        .where(held.c.account_id == rows.c.account_id, held.c.role == func.any(value.bind(ARRAY(Text()))))
    )


HAS_ROLE = Condition(_has_role)
NAME = Condition(lambda rows, value: name_matches([rows.c.name_key], value))
