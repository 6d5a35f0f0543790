"""Access is asked for by anybody, a few times; decided by the right administrator; and every application is kept."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import asyncpg
import pytest

from hub import clock
from tests.accounts.administering import ADMIN, ADMIN_TX, OME, ask, done, refused
from tests.accounts.mailbox import mails, newest_code
from tests.http.hub import HELP_DESK, PRIMARY, Hub, events, running

pytestmark = pytest.mark.anyio

ANA = {
    "name": "Ana Ruiz",
    "title": "Recruiter",
    "agency": "Washington County Schools",
    "address": "405 W College St, Jonesborough, TN 37659",
    "phone": "(423) 753-1100 x12",
    "email": "ana.ruiz@schools.gov",
    "role": "PRIMARY_USER",
    "state": "TN",
    "region": "East",
    "districtId": "4700001",
    "supervisorName": "Bo Lee",
    "supervisorEmail": "bo.lee@schools.gov",
}
OF_ANA = (
    '{ accessApplications(filter: {status: [%s], state: {eq: "TN"}}) { nodes { id name title agency address phone email'
    " role state region districtId supervisorName supervisorEmail status decidedBy reason account { userId } } } }"
)


async def _apply(hub: Hub, **other: Any) -> None:
    await done(hub, "applyForAccess", None, **{**ANA, **other})


async def _listed(hub: Hub, by: str, status: str = "PENDING") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await hub.ask(OF_ANA % status, by=by)).data["accessApplications"]["nodes"]
    return [node for node in found if node["name"] == "Ana Ruiz"]


async def test_an_approval_makes_the_account_and_tells_the_applicant(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    await _apply(own_hub)
    (application,) = await _listed(own_hub, ADMIN)
    assert {key: application[key] for key in ANA} == ANA
    given = {"id": application["id"], "decision": "APPROVE", "userId": "ana.ruiz"}
    payload = await done(own_hub, "decideAccessApplication", ADMIN, **given)
    assert payload["application"] == {"status": "APPROVED", "decidedBy": "A Name", "reason": None}
    assert payload["user"] == {"userId": "ana.ruiz"}
    shown = '{ user(userId: "ana.ruiz") { name email title phone state region districtId roles status trainedAt } }'
    user = (await own_hub.ask(shown, by=ADMIN)).data["user"]
    assert user == {
        **{key: ANA[key] for key in ("name", "email", "title", "phone", "state", "region", "districtId")},
        "roles": ["PRIMARY_USER"],
        "status": "ACTIVE",
        "trainedAt": None,
    }
    sent = [mail["kind"] for mail in await mails(country_owner, ANA["email"])]
    assert sorted(sent) == ["access_decided", "one_time_code"]
    approval = next(mail for mail in await mails(country_owner, ANA["email"]) if mail["kind"] == "access_decided")
    assert "approved" in approval["body"] and "ana.ruiz" in approval["body"]
    (kept,) = await _listed(own_hub, ADMIN, "APPROVED")
    assert kept["account"] == {"userId": "ana.ruiz"}
    made, approved = await events(own_hub.url, "account:application:made", "account:application:approved")
    assert (made["user_id"], made["state"], approved["user_id"], approved["state"]) == (None, "TN", ADMIN, "TN")


async def test_a_refusal_says_why_and_makes_nothing(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await _apply(own_hub)
    (application,) = await _listed(own_hub, ADMIN)
    before = await country_owner.fetchval("SELECT count(*) FROM accounts")
    given = {"id": application["id"], "decision": "REFUSE"}
    assert await refused(own_hub, "decideAccessApplication", ADMIN, **given) == ("INVALID_INPUT", "reason")
    given["reason"] = "Not an employee of ours."
    payload = await done(own_hub, "decideAccessApplication", ADMIN, **given)
    assert payload == {
        "application": {"status": "REFUSED", "decidedBy": "A Name", "reason": given["reason"]},
        "user": None,
        "errors": [],
    }
    (mail,) = await mails(country_owner, ANA["email"])
    assert given["reason"] in mail["body"] and "refused" in mail["subject"]
    assert await country_owner.fetchval("SELECT count(*) FROM accounts") == before
    (event,) = await events(own_hub.url, "account:application:refused")
    assert event["user_id"] == ADMIN


async def test_a_decision_is_made_once_and_for_good(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await _apply(own_hub)
    (application,) = await _listed(own_hub, ADMIN)
    approvals = [
        ask(own_hub, "decideAccessApplication", ADMIN, id=application["id"], decision="APPROVE", userId=f"ana{n}")
        for n in range(4)
    ]
    answers = await asyncio.gather(*approvals)
    codes = [error["code"] for answer in answers for error in answer.data["decideAccessApplication"]["errors"]]
    assert codes == ["ALREADY_DECIDED"] * 3
    assert await country_owner.fetchval("SELECT count(*) FROM accounts WHERE user_id LIKE 'ana%'") == 1
    for change in ("UPDATE access_applications SET reason = 'x'", "DELETE FROM access_applications"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await country_owner.execute(f"{change} WHERE status = 'APPROVED'")


async def test_an_approval_that_fails_leaves_the_application_as_it_was(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    await _apply(own_hub)
    await _apply(own_hub, email="A_Name@agency.gov".replace("A_Name", f"{PRIMARY}"))
    first, second = reversed(await _listed(own_hub, ADMIN))
    approve = {"decision": "APPROVE", "id": first["id"]}
    assert await refused(own_hub, "decideAccessApplication", ADMIN, **approve) == ("INVALID_INPUT", "userId")
    assert await refused(own_hub, "decideAccessApplication", ADMIN, **approve, userId=PRIMARY.lower()) == (
        "TAKEN",
        "userId",
    )
    given = {"decision": "APPROVE", "id": second["id"], "userId": "another"}
    assert await refused(own_hub, "decideAccessApplication", ADMIN, **given) == ("TAKEN", "email")
    assert len(await _listed(own_hub, ADMIN)) == 2
    assert await mails(country_owner, ANA["email"]) == []


async def test_applications_are_shown_to_who_decides_them(own_hub: Hub) -> None:
    await _apply(own_hub)
    await _apply(own_hub, role="STATE_USER_ADMINISTRATOR", email="boss@schools.gov")
    roles = {by: sorted(node["role"] for node in await _listed(own_hub, by)) for by in (ADMIN, ADMIN_TX, OME)}
    assert roles == {
        ADMIN: ["PRIMARY_USER", "STATE_USER_ADMINISTRATOR"],
        ADMIN_TX: [],
        OME: ["STATE_USER_ADMINISTRATOR"],
    }
    for by in (HELP_DESK, PRIMARY, None):
        answer = await own_hub.ask(OF_ANA % "PENDING", by=by)
        assert (answer.codes, answer.data) == (["FORBIDDEN"], {"accessApplications": None})


@pytest.mark.parametrize("id_", ["", "x", "QWNjZXNzQXBwbGljYXRpb246OTk5OTk=", "VXBsb2FkOjE=", "\ud83d\ude00"])
async def test_an_id_of_nothing_is_not_found(own_hub: Hub, id_: str) -> None:
    given = {"id": id_, "decision": "REFUSE", "reason": "No."}
    assert await refused(own_hub, "decideAccessApplication", ADMIN, **given) == ("NOT_FOUND", "id")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "Ana\nRuiz"}),
        ("title", {"title": " "}),
        ("agency", {"agency": "x" * 201}),
        ("address", {"address": "SSN: 123-45-6789"}),
        ("phone", {"phone": "none"}),
        ("email", {"email": "ana ruiz@schools.gov"}),
        ("role", {"role": "HELP_DESK"}),
        ("state", {"state": "XX"}),
        ("state", {"state": "\0"}),
        ("districtId", {"districtId": "4800001"}),
        ("supervisorName", {"supervisorName": "\u200b"}),
        ("supervisorEmail", {"supervisorEmail": "bo"}),
        ("supervisorEmail", {"supervisorEmail": "ANA.RUIZ@schools.gov"}),
    ],
)
async def test_what_is_wrong_is_refused_by_field_and_not_kept(
    own_hub: Hub, country_owner: asyncpg.Connection, field: str, wrong: dict[str, Any]
) -> None:
    before = await country_owner.fetchval("SELECT count(*) FROM access_applications")
    answer = await ask(own_hub, "applyForAccess", None, **{**ANA, **wrong})
    (error,) = answer.data["applyForAccess"]["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", field)
    assert not any(len(value) > 3 and value in answer.text for value in wrong.values())
    assert await country_owner.fetchval("SELECT count(*) FROM access_applications") == before


async def test_the_answer_does_not_depend_on_who_has_an_account(own_hub: Hub) -> None:
    known = await ask(own_hub, "applyForAccess", None, **{**ANA, "email": f"{PRIMARY}@agency.gov"})
    unknown = await ask(own_hub, "applyForAccess", None, **ANA)
    assert known.text == unknown.text


async def test_one_source_may_apply_a_few_times_only(country_url: str, country_owner: asyncpg.Connection) -> None:
    """Refused tries count too, however many come at once or in one document."""
    async with running(country_url, applications_per_address=5, applications_minutes=60) as hub:
        now = clock.now()
        with clock.frozen(now):
            await ask(hub, "applyForAccess", None, **{**ANA, "phone": "none"})
            fields = " ".join(f"a{n}: applyForAccess(input: $i{n}) {{ errors {{ code }} }}" for n in range(10))
            declared = ", ".join(f"$i{n}: ApplyForAccessInput!" for n in range(10))
            given = {f"i{n}": {**ANA, "email": f"p{n}@schools.gov"} for n in range(10)}
            many = asyncio.gather(*(hub.ask(f"mutation({declared}) {{ {fields} }}", given) for _ in range(3)))
            codes = [
                error["code"] for answer in await many for part in answer.data.values() for error in part["errors"]
            ]
            assert codes == ["TOO_MANY_TRIES"] * 26
        with clock.frozen(now + datetime.timedelta(minutes=13)):
            await _apply(hub)
            assert await refused(hub, "applyForAccess", None, **ANA) == ("TOO_MANY_TRIES", None)
    assert await country_owner.fetchval("SELECT count(*) FROM access_applications WHERE status = 'PENDING'") == 5


async def test_one_address_may_apply_a_few_times_a_day(country_url: str) -> None:
    async with running(country_url, applications_per_address=100) as hub:
        now = clock.now()
        with clock.frozen(now):
            answers = await asyncio.gather(*(ask(hub, "applyForAccess", None, **ANA) for _ in range(5)))
            errors = [error for answer in answers for error in answer.data["applyForAccess"]["errors"]]
            assert [(error["code"], error["field"]) for error in errors] == [("TOO_MANY_TRIES", "email")] * 2
            upper = {**ANA, "email": ANA["email"].upper().replace("SCHOOLS.GOV", "schools.gov")}
            assert await refused(hub, "applyForAccess", None, **upper) == ("TOO_MANY_TRIES", "email")
            await _apply(hub, email="other@schools.gov")
        with clock.frozen(now + datetime.timedelta(days=1)):
            await _apply(hub)


async def test_the_code_of_an_approved_application_opens_the_account(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    """Three days are left to redeem it, unlike an hour after a reset."""
    await _apply(own_hub)
    (application,) = await _listed(own_hub, ADMIN)
    given = {"id": application["id"], "decision": "APPROVE", "userId": "ana.ruiz"}
    await done(own_hub, "decideAccessApplication", ADMIN, **given)
    code = await newest_code(country_owner, ANA["email"])
    text = "mutation($i: RedeemOneTimeCodeInput!) { redeemOneTimeCode(input: $i) { errors { code } } }"
    redeem = {"userId": "ana.ruiz", "code": code, "newPassword": "Chosen#pass1"}
    with clock.frozen(clock.now() + datetime.timedelta(hours=71)):
        assert (await own_hub.ask(text, {"i": redeem})).data["redeemOneTimeCode"]["errors"] == []
