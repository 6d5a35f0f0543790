"""Mail reaches a real mail server once, as it was written; what the server refuses is told apart and tried again."""

import asyncio
import datetime
import logging

import pytest
from structlog.testing import capture_logs

from hub import clock
from hub.outbox.sweep import expire, forget
from tests.outbox.conftest import Outbox, until
from tests.outbox.mail_server import MailServer

pytestmark = pytest.mark.anyio

ANN, BEN, EVE = "ann@agency.gov", "ben@agency.gov", "eve@agency.gov"
NEVER, LATER = "550 5.1.1 no such user here", "450 4.2.1 mailbox busy"


async def test_a_mail_arrives_once_as_it_was_written(outbox: Outbox, mailbox: MailServer) -> None:
    body = "¡Hola, señora Núñez!\n.\nFrom here\n" + "long " * 300 + "\n"
    mail = await outbox.post("o'neil+hub@agéncia.example", "Acceso: concedido — 😀", body=body, language="es")
    await outbox.deliver(mailbox.url())
    await outbox.deliver(mailbox.url())
    (got,) = mailbox.got
    assert mailbox.receivers == ["o'neil+hub@xn--agncia-cva.example"]
    assert got["Subject"] == "Acceso: concedido — 😀"
    assert got.get_content().replace("\r\n", "\n") == body
    assert (got["From"], got["Content-Language"]) == ("Student Hub <hub@agency.gov>", "es")
    assert got["Auto-Submitted"] == "auto-generated"
    row = await outbox.row(mail)
    assert got["Message-ID"] == f"<{row['message_id']}@agency.gov>"
    assert abs(got["Date"].datetime - row["created_at"]) < datetime.timedelta(seconds=1)
    assert (row["attempts"], row["last_error"], row["dead_at"]) == (1, None, None)
    assert row["delivered_at"] is not None
    assert "Hola" in row["text"]


async def test_a_secret_is_blanked_once_it_has_arrived_or_expired(outbox: Outbox, mailbox: MailServer) -> None:
    soon = clock.now() + datetime.timedelta(minutes=10)
    arrived = await outbox.post(ANN, "Code", body="code 471199", sensitive=True, expires_at=soon)
    late = await outbox.post(BEN, "Code", body="code 882266", sensitive=True, expires_at=soon)
    plain = await outbox.post(BEN, "Reminder", body="of today", expires_at=soon)
    given_up = await outbox.post(EVE, "Code", body="code 993311", sensitive=True, expires_at=soon)
    mailbox.answers = {BEN: [LATER], EVE: [NEVER]}
    await outbox.deliver(mailbox.url())
    assert "471199" in mailbox.got[0].get_content()
    assert "471199" not in (row := await outbox.row(arrived))["text"]
    assert ANN in row["text"]
    assert "882266" in (await outbox.row(late))["text"]
    assert "993311" in (await outbox.row(given_up))["text"]
    await outbox.due_now()
    with clock.frozen(soon + datetime.timedelta(seconds=1)):
        await outbox.deliver(mailbox.url())
        assert mailbox.tries[BEN] == 2
        await expire(outbox.pool)
    for mail, secret, error in ((late, "882266", "SMTP_450"), (given_up, "993311", "SMTP_550")):
        row = await outbox.row(mail)
        assert secret not in row["text"]
        assert (row["dead_at"] is not None, row["last_error"]) == (True, error)
    assert "of today" in (row := await outbox.row(plain))["text"]
    assert row["dead_at"] is not None


async def test_what_was_never_tried_and_expires_says_so(outbox: Outbox) -> None:
    soon = clock.now() + datetime.timedelta(minutes=10)
    mail = await outbox.post(ANN, expires_at=soon)
    with clock.frozen(soon):
        await expire(outbox.pool)
    row = await outbox.row(mail)
    assert (row["last_error"], row["attempts"], row["dead_at"]) == ("EXPIRED", 0, soon)


async def test_a_refusal_for_good_makes_a_dead_letter_at_once_and_stops_nobody_else(
    outbox: Outbox, mailbox: MailServer
) -> None:
    mailbox.answers = {BEN: [NEVER]}
    dead, fine = await outbox.post(BEN), await outbox.post(ANN)
    await outbox.deliver(mailbox.url())
    row = await outbox.row(dead)
    assert (row["last_error"], row["attempts"], row["delivered_at"]) == ("SMTP_550", 1, None)
    assert row["dead_at"] is not None
    assert (await outbox.row(fine))["delivered_at"] is not None
    await outbox.due_now()
    await outbox.deliver(mailbox.url())
    assert mailbox.tries[BEN] == 1


async def test_a_mail_that_was_put_off_waits_longer_each_time_and_is_given_up_in_the_end(
    outbox: Outbox, mailbox: MailServer
) -> None:
    mailbox.answers = {BEN: [LATER]}
    mail = await outbox.post(BEN)
    waits = []
    for tries in range(1, 6):
        await outbox.deliver(mailbox.url(), mail_attempts=5, mail_retry_seconds=100)
        row = await outbox.row(mail)
        assert (row["attempts"], row["last_error"]) == (tries, "SMTP_450")
        waits.append(row["wait"])
        assert (row["dead_at"] is not None) is (tries == 5)
        await outbox.deliver(mailbox.url())
        assert mailbox.tries[BEN] == tries
        await outbox.due_now()
    for number, wait in enumerate(waits[:4]):
        assert 50 * 2**number - 5 < wait <= 100 * 2**number


async def test_a_refusal_for_now_after_long_trouble_with_the_server_is_not_the_last(
    outbox: Outbox, mailbox: MailServer
) -> None:
    mail = await outbox.post(BEN)
    for _ in range(3):
        await outbox.deliver("smtp://127.0.0.1:1", mail_attempts=2)
        await outbox.due_now()
    mailbox.answers = {BEN: [LATER]}
    await outbox.deliver(mailbox.url(), mail_attempts=2)
    row = await outbox.row(mail)
    assert (row["attempts"], row["last_error"], row["dead_at"]) == (1, "SMTP_450", None)


async def test_waits_have_chance_in_them_and_an_end(outbox: Outbox, mailbox: MailServer) -> None:
    mails = [await outbox.post(BEN) for _ in range(20)]
    await outbox.pool.execute("UPDATE outbox_messages SET attempts = 30")
    mailbox.answers = {BEN: [LATER]}
    await outbox.deliver(mailbox.url())
    waits = [(await outbox.row(mail))["wait"] for mail in mails]
    assert 3500 < min(waits) < max(waits) <= 7200
    assert len({round(wait) for wait in waits}) > 10


async def test_a_mail_put_off_is_delivered_under_the_same_id(outbox: Outbox, mailbox: MailServer) -> None:
    mailbox.answers = {BEN: [LATER, "250 OK"]}
    mail = await outbox.post(BEN)
    await outbox.deliver(mailbox.url())
    mailbox.answers = {}
    await outbox.due_now()
    await outbox.deliver(mailbox.url())
    row = await outbox.row(mail)
    assert (row["attempts"], row["last_error"]) == (2, None)
    assert mailbox.ids == [f"<{row['message_id']}@agency.gov>"]


@pytest.mark.parametrize(
    ("url", "sender_answer", "error"),
    [
        ("smtp://127.0.0.1:1", None, "CONNECT"),
        (None, "550 5.7.1 not from you", "SENDER_550"),
        (None, "421 4.3.2 shutting down", "SMTP_421"),
        ("smtp://127.0.0.1:{port}?tls=starttls", None, "NOT_OFFERED"),
        ("smtps://127.0.0.1:{port}", None, "TLS"),
        ("smtp://hub:pass@127.0.0.1:{port}", None, "NOT_OFFERED"),
    ],
)
async def test_trouble_with_the_server_kills_no_mail_however_long_it_lasts(
    outbox: Outbox, mailbox: MailServer, url: str | None, sender_answer: str | None, error: str
) -> None:
    mails = [await outbox.post(ANN), await outbox.post(BEN)]
    await outbox.pool.execute("UPDATE outbox_messages SET attempts = 500")
    mailbox.sender_answer = sender_answer
    await outbox.deliver((url or mailbox.url()).format(port=mailbox.port))
    for mail in mails:
        row = await outbox.row(mail)
        assert (row["last_error"], row["attempts"], row["dead_at"]) == (error, 500, None)
        assert 140 < row["wait"] <= 300
    mailbox.sender_answer = None
    await outbox.due_now()
    await outbox.deliver(mailbox.url())
    assert sorted(mailbox.receivers) == [ANN, BEN]


async def test_a_server_that_closes_after_some_mails_gets_the_others_on_a_new_connection(
    outbox: Outbox, mailbox: MailServer
) -> None:
    mailbox.mails_a_connection = 3
    mails = [await outbox.post(f"user{number}@agency.gov") for number in range(8)]
    await outbox.deliver(mailbox.url())
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 8
    assert {(await outbox.row(mail))["attempts"] for mail in mails} == {1}


async def test_a_connection_that_breaks_over_one_mail_holds_up_no_other(outbox: Outbox, mailbox: MailServer) -> None:
    mailbox.drop_on = BEN
    broken = await outbox.post(BEN)
    fine = [await outbox.post(ANN), await outbox.post(ANN)]
    await outbox.deliver(mailbox.url())
    row = await outbox.row(broken)
    assert (row["last_error"], row["delivered_at"], row["dead_at"]) == ("DISCONNECTED", None, None)
    assert [(await outbox.row(mail))["attempts"] for mail in fine] == [1, 1]
    assert mailbox.receivers == [ANN, ANN]


async def test_two_workers_at_once_send_nothing_twice(outbox: Outbox, mailbox: MailServer) -> None:
    for number in range(150):
        await outbox.post(f"user{number}@agency.gov")
    await asyncio.gather(*(outbox.deliver(mailbox.url(), mail_connections=2) for _ in range(2)))
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 150
    assert await outbox.pool.fetchval("SELECT count(*) FROM outbox_messages WHERE delivered_at IS NULL") == 0


async def test_told_to_stop_it_ends_after_the_mail_it_is_at(outbox: Outbox, mailbox: MailServer) -> None:
    for number in range(5):
        await outbox.post(f"user{number}@agency.gov")
    stopping = asyncio.Event()
    mailbox.hold_answers_from = 1
    round_ = asyncio.create_task(outbox.deliver(mailbox.url(), stopping=stopping))
    await until(lambda: mailbox.holding)
    stopping.set()
    mailbox.hold_answers_from = None
    await round_
    assert len(mailbox.got) == 1
    assert await outbox.pool.fetchval("SELECT count(*) FROM outbox_messages WHERE delivered_at IS NOT NULL") == 1


async def test_broken_off_it_marks_what_has_left(outbox: Outbox, mailbox: MailServer) -> None:
    first, second = await outbox.post(ANN), await outbox.post(BEN)
    mailbox.hold_answers_from = 1
    round_ = asyncio.create_task(outbox.deliver(mailbox.url()))
    await until(lambda: mailbox.holding == 1)
    mailbox.hold_before_data = True
    mailbox.hold_answers_from = None
    await until(lambda: mailbox.holding == 2)
    round_.cancel()
    with pytest.raises(asyncio.CancelledError):
        await round_
    assert (await outbox.row(first))["delivered_at"] is not None
    assert (await outbox.row(second))["attempts"] == 0


async def test_logs_tell_no_address_no_text_and_no_password(
    outbox: Outbox, mailbox: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.answers = {BEN: [LATER], EVE: [NEVER]}
    for to in (ANN, BEN, EVE):
        await outbox.post(to, "Subject-Quetzalli", body="Body-Quetzalli")
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the test's own server
        await outbox.deliver(mailbox.url())
        await outbox.post(ANN, "Subject-Quetzalli")
        await outbox.deliver(f"smtp://hub:Pass-Quetzalli@127.0.0.1:{mailbox.port}")
    told = str(logs) + caplog.text
    assert len(logs) == 4
    assert not [word for word in ("Quetzalli", "agency", "no such user", "mailbox") if word in told], told


async def test_old_mails_and_events_are_forgotten_and_waiting_ones_never(outbox: Outbox, mailbox: MailServer) -> None:
    from hub.outbox import publish

    mailbox.answers = {BEN: [LATER], EVE: [NEVER]}
    waiting, *_ = [await outbox.post(to) for to in (BEN, ANN, EVE)]
    async with outbox.pool.acquire() as connection:
        await publish(connection, "students_merged", {})
    await outbox.deliver(mailbox.url())

    async def left(after: datetime.timedelta) -> list[str]:
        with clock.frozen(clock.now() + after):
            await forget(outbox.pool, keep_days=90)
        rows = await outbox.pool.fetch("SELECT topic FROM outbox_messages ORDER BY outbox_id")
        return [row["topic"] for row in rows]

    assert await left(datetime.timedelta(hours=23)) == ["mail", "mail", "mail", "students_merged"]
    assert await left(datetime.timedelta(hours=25)) == ["mail", "mail", "mail"]
    assert await left(datetime.timedelta(days=91)) == ["mail"]
    assert (await outbox.row(waiting))["attempts"] == 1
