"""`hub outbox`: operators see what waits and what failed, never a secret, and have it sent again."""

import datetime
import json

import asyncpg
import pytest

from hub import clock
from hub.audit.event import Tag
from tests.commands.run import hub
from tests.outbox.conftest import Outbox
from tests.outbox.mail_server import MailServer

pytestmark = pytest.mark.anyio

ANN, BEN = "ann@agency.gov", "ben@agency.gov"


async def test_what_was_not_delivered_is_listed_newest_first_without_its_text(
    outbox: Outbox, mailbox: MailServer
) -> None:
    mailbox.answers = {BEN: ["550 5.1.1 no such user"], "cy@agency.gov": ["450 4.2.1 later"]}
    sent = await outbox.post(ANN)
    dead = await outbox.post(BEN)
    again = await outbox.post("cy@agency.gov")
    await outbox.deliver(mailbox.url())
    waiting = await outbox.post(ANN, "Subject-Quetzalli", body="Body-Quetzalli")
    listed = hub("outbox", "list", "--json", HUB_DATABASE_URL=outbox.url)
    assert listed.returncode == 0, listed.stderr
    rows = json.loads(listed.stdout)
    assert [(row["id"], row["status"], row["attempts"], row["error"]) for row in rows] == [
        (waiting, "waiting", 0, None),
        (again, "retrying", 1, "SMTP_450"),
        (dead, "dead", 1, "SMTP_550"),
    ]
    assert (rows[0]["kind"], rows[0]["to"]) == ("welcome", ANN)
    assert sent not in [row["id"] for row in rows]
    shown = hub("outbox", "list", "--dead", HUB_DATABASE_URL=outbox.url).stdout
    assert BEN in shown and "SMTP_550" in shown and ANN not in shown
    assert "Quetzalli" not in listed.stdout


async def test_one_mail_is_shown_whole_and_a_secret_to_nobody(outbox: Outbox) -> None:
    plain = await outbox.post(ANN, "Welcome", body="Hello [red]there[/red].\nBye.")
    soon = clock.now() + datetime.timedelta(hours=1)
    secret = await outbox.post(ANN, "Code 471199", body="code 471199", sensitive=True, expires_at=soon)
    shown = hub("outbox", "show", str(plain), HUB_DATABASE_URL=outbox.url)
    assert shown.returncode == 0, shown.stderr
    assert "Hello [red]there[/red].\nBye." in shown.stdout and "waiting" in shown.stdout
    (row,) = json.loads(hub("outbox", "show", str(plain), "--json", HUB_DATABASE_URL=outbox.url).stdout)
    assert (row["subject"], row["body"]) == ("Welcome", "Hello [red]there[/red].\nBye.")
    assert row["message id"] == str((await outbox.row(plain))["message_id"])
    for option in ([], ["--json"]):
        hidden = hub("outbox", "show", str(secret), *option, HUB_DATABASE_URL=outbox.url)
        assert hidden.returncode == 0
        assert "471199" not in hidden.stdout and "it holds a secret" in hidden.stdout
    assert hub("outbox", "show", "999", HUB_DATABASE_URL=outbox.url).returncode == 2


async def test_dead_letters_are_sent_again_and_the_trail_says_by_whom(
    outbox: Outbox, mailbox: MailServer, owner: asyncpg.Connection
) -> None:
    mailbox.answers = {BEN: ["550 5.1.1 no such user"]}
    sent = await outbox.post(ANN)
    dead = [await outbox.post(BEN), await outbox.post(BEN)]
    await outbox.deliver(mailbox.url())
    mailbox.answers = {}
    done = hub("outbox", "resend", "--dead", HUB_DATABASE_URL=outbox.url)
    assert (done.returncode, done.stdout) == (0, "2 of 2 mails will be sent again\n")
    await outbox.deliver(mailbox.url())
    assert mailbox.receivers == [ANN, BEN, BEN]
    assert [(await outbox.row(mail))["attempts"] for mail in dead] == [1, 1]
    event = await owner.fetchrow("SELECT user_id, detail::text FROM audit_events WHERE tag = $1", Tag.MAIL_RESEND.value)
    assert event["user_id"].startswith("operator:")
    assert json.loads(event["detail"]) == {"mails": dead}
    done = hub("outbox", "resend", str(sent), "999", HUB_DATABASE_URL=outbox.url)
    assert (done.returncode, done.stderr) == (1, f"passed over: {sent}, 999\n")
    await outbox.deliver(mailbox.url())
    assert len(mailbox.got) == 3


async def test_a_mail_that_has_expired_is_not_sent_again(outbox: Outbox, mailbox: MailServer) -> None:
    mail = await outbox.post(ANN, expires_at=clock.now() - datetime.timedelta(seconds=1))
    await outbox.deliver(mailbox.url())
    done = hub("outbox", "resend", str(mail), HUB_DATABASE_URL=outbox.url)
    assert done.returncode == 1
    await outbox.deliver(mailbox.url())
    assert mailbox.got == []


@pytest.mark.parametrize("options", [[], ["--dead", "1"], ["0"], ["99999999999999999999"]])
def test_resending_needs_to_know_what(options: list[str]) -> None:
    assert hub("outbox", "resend", *options, HUB_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none").returncode == 2
