"""What a mail may be: one address, one line of subject, plain text; nothing that could add a header or a receiver."""

import datetime
from typing import Any

import pytest

from hub.errors import Code, HubError
from hub.outbox import Mail, can_be_mailed

SOON = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)


def mail(**other: Any) -> Mail:
    return Mail(**{"to": "ann@agency.gov", "subject": "Welcome", "body": "Hello.\n", "kind": "welcome", **other})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ""),
        ("to", "ann"),
        ("to", "ann@agency"),
        ("to", "ann@agency.gov\r\nBcc: eve@evil.example"),
        ("to", "ann@agency.gov\n"),
        ("to", "ann@agency.gov, eve@evil.example"),
        ("to", "ann@agency.gov,eve@evil.example"),
        ("to", "Ann <ann@agency.gov>"),
        ("to", "ann@agency.gov\0"),
        ("to", "ann..lee@agency.gov"),
        ("to", "ann@-agency.gov"),
        ("to", '"ann"@agency.gov'),
        ("to", "ann@[127.0.0.1]"),
        ("to", "añn@agency.gov"),
        ("to", "a" * 65 + "@agency.gov"),
        ("subject", " "),
        ("subject", "Welcome\nBcc: eve@evil.example"),
        ("subject", "Welcome\rBcc: eve@evil.example"),
        ("subject", "Welcome\u2028Bcc: eve@evil.example"),
        ("subject", "Welcome\0"),
        ("subject", "x" * 201),
        ("body", ""),
        ("body", "one\r\n.\r\ntwo"),
        ("body", "nothing\0"),
        ("body", "half \ud83d"),
        ("body", "\x1b[31mred"),
        ("body", "x" * 100_001),
        ("kind", "Welcome mail"),
        ("language", "en\nX: y"),
        ("expires_at", datetime.datetime(2026, 11, 20)),
    ],
)
def test_what_cannot_be_sent_is_refused_when_it_is_made(field: str, value: object) -> None:
    with pytest.raises(HubError) as refused:
        mail(**{field: value})
    assert refused.value.code is Code.INVALID_ARGUMENT
    assert refused.value.facts["field"] == field
    assert "eve" not in refused.value.message


def test_a_mail_with_a_secret_expires() -> None:
    with pytest.raises(HubError) as refused:
        mail(sensitive=True)
    assert refused.value.facts["field"] == "expires_at"
    assert mail(sensitive=True, expires_at=SOON).sensitive


@pytest.mark.parametrize("address", ["o'neil+hub@agency.tx.gov", "x@ñandú.example", "a.b-c_d@k12.ca.us"])
def test_addresses_of_people_are_taken(address: str) -> None:
    assert can_be_mailed(address)
    assert mail(to=address).to == address


def test_letters_of_other_languages_are_taken() -> None:
    assert mail(subject="Acceso concedido: señor Núñez", body="¡Bienvenido!\n\t— 😀\n", language="es")
