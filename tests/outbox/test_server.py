"""How mail travels: encrypted and to a server that is who it says, with a password that nobody else hears."""

from pathlib import Path
from urllib.parse import quote

import pytest

from hub.errors import Code, HubError
from hub.outbox.server import MailServer
from hub.settings import Settings
from tests.outbox.conftest import Outbox
from tests.outbox.mail_server import FROM, PASSWORD, USER, certificate, mail_server

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "smtps"])
async def test_mail_goes_encrypted_and_signed_in(outbox: Outbox, tmp_path: Path, implicit: bool) -> None:
    pem = certificate(tmp_path)
    with mail_server(pem, implicit=implicit, password=True) as server:
        place = f"{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}"
        mail = await outbox.post()
        wrong = f"{USER}:guess@127.0.0.1:{server.port}"
        query = f"?ca={pem}" if implicit else f"?tls=starttls&ca={pem}"
        scheme = "smtps" if implicit else "smtp"
        await outbox.deliver(f"{scheme}://{wrong}{query}")
        assert (await outbox.row(mail))["last_error"] == "AUTH_535"
        await outbox.due_now()
        await outbox.deliver(f"{scheme}://{place}{query}")
        assert (await outbox.row(mail))["delivered_at"] is not None
        assert server.signed_in == [True]
        assert implicit or server.encrypted == [True]


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "smtps"])
async def test_a_server_that_nobody_vouches_for_gets_nothing(outbox: Outbox, tmp_path: Path, implicit: bool) -> None:
    with mail_server(certificate(tmp_path), implicit=implicit) as server:
        mail = await outbox.post()
        url = f"smtps://127.0.0.1:{server.port}" if implicit else server.url("?tls=starttls")
        await outbox.deliver(url)
        assert (await outbox.row(mail))["last_error"] == "TLS"
        assert not server.got


async def test_a_server_that_insists_on_encryption_gets_no_mail_in_the_open(outbox: Outbox, tmp_path: Path) -> None:
    with mail_server(certificate(tmp_path)) as server:
        mail = await outbox.post()
        await outbox.deliver(server.url())
        row = await outbox.row(mail)
        assert (row["last_error"], row["dead_at"], server.got) == ("SENDER_530", None, [])


def of(url: str, sender: str | None = FROM) -> MailServer:
    server = MailServer.of(Settings.model_validate({"smtp_url": url, "mail_from": sender}))
    assert server is not None
    return server


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("smtp://mail.agency.gov", ("mail.agency.gov", 25, "starttls")),
        ("smtp://mail.agency.gov:587", ("mail.agency.gov", 587, "starttls")),
        ("smtp://mail.agency.gov?tls=none", ("mail.agency.gov", 25, "none")),
        ("smtps://mail.agency.gov/", ("mail.agency.gov", 465, "implicit")),
        ("smtp://localhost:1025", ("localhost", 1025, "none")),
        ("smtp://[::1]:1025", ("::1", 1025, "none")),
        ("smtp://127.0.0.1:1025?tls=starttls", ("127.0.0.1", 1025, "starttls")),
    ],
)
def test_encryption_is_the_rule_beyond_this_machine(url: str, place: tuple[str, int, str]) -> None:
    server = of(url)
    assert (server.host, server.port, server.tls) == place
    assert (server.sender_name, server.sender, server.user) == ("Student Hub", "hub@agency.gov", None)


def test_user_and_password_are_read_from_the_address() -> None:
    server = of("smtp://us%40er:p%3A%2F@mail.agency.gov", "hub@agéncia.example")
    assert (server.user, server.password, server.sender) == ("us@er", "p:/", "hub@xn--agncia-cva.example")


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp://mail:no-port",
        "smtp://u5er:s3cret@mail.agency.gov?tls=none",
        "smtp://u5er@mail.agency.gov",
        "smtp://u5er:s3cret@mail.agency.gov?tls=maybe",
        "smtps://u5er:s3cret@mail.agency.gov?tls=none",
        "smtp://u5er:s3cret@mail.agency.gov?verify=no",
        "smtp://u5er:s3cret@mail.agency.gov?s3cret",
        "smtp://u5er:s3cret@mail.agency.gov?ca=/nowhere.pem",
        "smtp://[::1",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(HubError, match="HUB_SMTP_URL") as refused:
        of(url)
    assert refused.value.code is Code.USAGE
    assert "s3cret" not in refused.value.message and "u5er" not in refused.value.message


@pytest.mark.parametrize("sender", [None, "", "hub", "Hub <hub>", "hub@agency.gov\nBcc: eve@evil.example"])
def test_a_server_needs_a_sender(sender: str | None) -> None:
    with pytest.raises(HubError, match="HUB_MAIL_FROM"):
        of("smtp://mail.agency.gov", sender)


def test_without_an_address_there_is_no_server() -> None:
    assert MailServer.of(Settings.model_validate({"smtp_url": None})) is None
