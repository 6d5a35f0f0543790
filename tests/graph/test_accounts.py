"""Accounts and applications for access: every field of all that a viewer reaches, like the oracle; and some of each."""

from __future__ import annotations

import pytest

from tests.graph.compare import Country
from tests.graph.viewers import EVERYTHING, HELP_DESK, OME_USER_ADMINISTRATOR, STATE_USER_ADMINISTRATOR, TWO_ROLES

pytestmark = pytest.mark.anyio
_ACCOUNT = """userId name state region districtId roles status lastSignInAt unusedSince version createdAt email title
phone trainedAt trainings { completedOn recordedAt recordedBy } reviewedAt reviewedBy deactivatedAt deactivatedBy
deactivationReason"""
_APPLICATION = f"""status name title agency address phone email role state region districtId supervisorName
supervisorEmail appliedAt decidedAt decidedBy reason account {{ {_ACCOUNT} }}"""
_ALL = f"""{{
  users(first: 50) {{ totalCount nodes {{ id {_ACCOUNT} }} }}
  accountReviews(first: 50) {{ totalCount nodes {{ id userId unusedSince }} }}
  accessApplications(first: 50) {{ totalCount nodes {{ id {_APPLICATION} }} }}
}}"""


async def test_administrators_see_the_accounts_that_they_look_after(country: Country) -> None:
    counts = []
    for viewer in (EVERYTHING, STATE_USER_ADMINISTRATOR, OME_USER_ADMINISTRATOR):
        data = await country.data(viewer, _ALL)
        counts.append([data[place]["totalCount"] for place in ("users", "accountReviews", "accessApplications")])
        assert any(account["trainings"] for account in data["users"]["nodes"])
        assert any(application["account"] for application in data["accessApplications"]["nodes"])
    every, *others = counts
    assert all(1 < some < all_ for counted in others for some, all_ in zip(counted, every, strict=True)), counts


async def test_the_help_desk_sees_every_account_but_not_how_to_reach_its_owner(country: Country) -> None:
    answer = await country.same(HELP_DESK, _ALL)
    assert len(answer["data"]["users"]["nodes"]) == 24
    assert {account["email"] for account in answer["data"]["users"]["nodes"]} == {None}


async def test_whoever_reads_all_accounts_and_manages_some_reviews_those_alone(country: Country) -> None:
    data = await country.data(
        TWO_ROLES, "{ users(first: 50) { totalCount } accountReviews { nodes { userId state } } }"
    )
    assert data["users"]["totalCount"] == 24
    assert {account["state"] for account in data["accountReviews"]["nodes"]} == {"TN"}
    mails = (await country.data(TWO_ROLES, "{ users(first: 50) { nodes { state email } } }"))["users"]["nodes"]
    assert {account["state"] for account in mails if account["email"]} == {"TN"}


async def test_an_account_is_found_by_its_user_id_in_any_case_where_the_viewer_reaches_it(country: Country) -> None:
    for user_id in ("DECIDER", "user-6", "User-9", "nobody"):
        for viewer in (HELP_DESK, STATE_USER_ADMINISTRATOR, OME_USER_ADMINISTRATOR):
            await country.data(viewer, f'{{ user(userId: "{user_id}") {{ userId state roles }} }}')
