"""Accounts, as their administrators see them."""

from __future__ import annotations

import datetime

from hub.tables import AccountRow, TrainingRow
from permissions.declare import guarded
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.sources import account as source
from schema.base import Node, record
from schema.enums import AccountStatus, Role


@record(source.TRAININGS, G.ACCOUNT_MANAGE, "A training that an account's owner completed.")
class Training:
    completed_on: datetime.date | None = guarded(
        G.ACCOUNT_MANAGE, Column(TrainingRow.completed_on), "The day on which it was completed."
    )
    recorded_at: datetime.datetime | None = guarded(
        G.ACCOUNT_MANAGE, Column(TrainingRow.recorded_at), "When that was recorded."
    )
    recorded_by: str | None = guarded(
        G.ACCOUNT_MANAGE, source.person("recorded_by"), "Name of who recorded it; null: an operator."
    )


@record(source.ACCOUNTS, G.ACCOUNT_READ, "A person's account.")
class Account(Node):
    user_id: str | None = guarded(G.ACCOUNT_READ, Column(AccountRow.user_id), "What its owner signs in with.")
    name: str | None = guarded(G.ACCOUNT_READ, Column(AccountRow.name), "The person's name.")
    state: str | None = guarded(
        G.ACCOUNT_READ, Column(AccountRow.state), "Code of its state; null: the federal office (OME)."
    )
    region: str | None = guarded(G.ACCOUNT_READ, Column(AccountRow.region), "The region within the state, if any.")
    district_id: str | None = guarded(
        G.ACCOUNT_READ, Column(AccountRow.district_id), "The district within the state, if any."
    )
    roles: list[Role] | None = guarded(G.ACCOUNT_READ, source.ROLES, "Its roles.")
    status: AccountStatus | None = guarded(G.ACCOUNT_READ, Column(AccountRow.status), "Whether it may sign in.")
    last_sign_in_at: datetime.datetime | None = guarded(
        G.ACCOUNT_READ, Column(AccountRow.last_sign_in_at), "When its owner last signed in; null: never."
    )
    unused_since: datetime.datetime | None = guarded(
        G.ACCOUNT_READ, Column(AccountRow.unused_since), "The last sign-in, or the making where there was none."
    )
    version: int | None = guarded(
        G.ACCOUNT_READ, Column(AccountRow.version), "Counts its changes; goes into `expectedVersion`."
    )
    created_at: datetime.datetime | None = guarded(G.ACCOUNT_READ, Column(AccountRow.created_at), "When it was made.")
    email: str | None = guarded(G.ACCOUNT_MANAGE, Column(AccountRow.email), "The person's e-mail address.")
    title: str | None = guarded(G.ACCOUNT_MANAGE, Column(AccountRow.title), "What the person does at work.")
    phone: str | None = guarded(G.ACCOUNT_MANAGE, Column(AccountRow.phone), "Telephone at work.")
    trained_at: datetime.datetime | None = guarded(
        G.ACCOUNT_MANAGE, Column(AccountRow.trained_at), "The newest training; null: it must come first."
    )
    trainings: list[Training] | None = guarded(
        G.ACCOUNT_MANAGE, source.TRAININGS_OF_ACCOUNT, "Every training that was recorded, the first one first."
    )
    reviewed_at: datetime.datetime | None = guarded(
        G.ACCOUNT_MANAGE, Column(AccountRow.reviewed_at), "When it was last disabled as unused."
    )
    reviewed_by: str | None = guarded(
        G.ACCOUNT_MANAGE, source.person("reviewed_by"), "Name of the administrator who confirmed that."
    )
    deactivated_at: datetime.datetime | None = guarded(
        G.ACCOUNT_MANAGE, Column(AccountRow.deactivated_at), "When it was closed for good."
    )
    deactivated_by: str | None = guarded(
        G.ACCOUNT_MANAGE, source.person("deactivated_by"), "Name of who closed it; null: an operator."
    )
    deactivation_reason: str | None = guarded(
        G.ACCOUNT_MANAGE, Column(AccountRow.deactivation_reason), "Why it was closed."
    )
