"""Accounts, their trainings and applications for access, read from plain rows."""

from __future__ import annotations

import datetime

from hub.tables import AccessApplicationRow, AccountRow, TrainingRow
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read, person
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.reach import reaches, roles
from tests.graph.oracle.shown import shown, visible

_UNUSED = datetime.timedelta(days=90)


def _users(ask: Ask, _: None) -> Page:
    asked = ask.asked

    def fits(account: AccountRow) -> bool:
        return (
            shown(ask, account)
            and filters.text(account.state, asked.get("state", {}))
            and ("role" not in asked or bool(set(roles(ask.world, account.account_id)) & set(asked["role"])))
            and ("status" not in asked or account.status in asked["status"])
            and filters.name([account.name_key], asked.get("name", {}))
        )

    order = Order("KEY", lambda account: (account.name_key, account.account_id))
    return ask.page(ask.world.all(AccountRow, fits), order)


def _user(ask: Ask, _: None) -> AccountRow | None:
    asked = ask.arguments["userId"].lower()
    found: AccountRow | None = visible(ask, ask.world.one(AccountRow, lambda each: each.user_id.lower() == asked))
    return found


def _unused(ask: Ask, _: None) -> Page:
    """Those that the viewer may disable."""
    since = datetime.datetime.now(datetime.UTC) - _UNUSED

    def fits(account: AccountRow) -> bool:
        unused = account.status == "ACTIVE" and account.unused_since <= since
        return unused and shown(ask, account) and reaches(ask.world, ask.viewer, "account:manage", account)

    order = Order("KEY", lambda account: (account.unused_since, account.account_id))
    return ask.page(ask.world.all(AccountRow, fits), order)


def _trainings(ask: Ask, account: AccountRow) -> list[TrainingRow]:
    own = ask.world.all(
        TrainingRow,
        lambda t: t.account_id == account.account_id and reaches(ask.world, ask.viewer, "account:manage", t),
    )
    return sorted(own, key=lambda training: training.training_id)


def _applications(ask: Ask, _: None) -> Page:
    asked = ask.asked

    def fits(application: AccessApplicationRow) -> bool:
        return (
            shown(ask, application)
            and filters.text(application.state, asked.get("state", {}))
            and ("role" not in asked or application.role in asked["role"])
            and ("status" not in asked or application.status in asked["status"])
        )

    order = Order("KEY", lambda application: (application.application_id,), ascending=False)
    return ask.page(ask.world.all(AccessApplicationRow, fits), order)


def _account(ask: Ask, application: AccessApplicationRow) -> AccountRow | None:
    found: AccountRow | None = visible(
        ask, ask.world.one(AccountRow, lambda account: account.account_id == application.account_id)
    )
    return found


ACCOUNTS: dict[str, Read] = {
    "Query.users": _users,
    "Query.user": _user,
    "Query.accountReviews": _unused,
    "Query.accessApplications": _applications,
    "Account.roles": lambda ask, account: roles(ask.world, account.account_id),
    "Account.trainings": _trainings,
    "Account.reviewedBy": person("reviewed_by"),
    "Account.deactivatedBy": person("deactivated_by"),
    "Training.recordedBy": person("recorded_by"),
    "AccessApplication.decidedBy": person("decided_by"),
    "AccessApplication.account": _account,
}
