"""The mails of notices and requests: MSIX IDs and a link, in the receiver's language. Never a value of a child's.

Whoever may see more finds it in the hub, signed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from hub.notices.receivers import Receiver
from hub.outbox import Mail
from hub.settings import settings

MOST_NAMED = 200
"""MSIX IDs that one mail lists; of the others it says how many there are."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What a mail says of one child, and of several, by language."""

    en: tuple[str, str]
    es: tuple[str, str]

    def of(self, language: str) -> tuple[str, str]:
        return self.es if language == "es" else self.en


class Letter(Enum):
    """Every kind of mail: its subject, and the sentence before the MSIX IDs. The name is the mail's kind."""

    MOVE_NOTICE = _Text(
        ("Move notice", "A state tells you that a migratory child arrives or leaves. Please answer within 24 hours."),
        (
            "Aviso de mudanza",
            "Un estado le avisa que un estudiante migratorio llega o se va. Responda, por favor, en 24 horas.",
        ),
    )
    MOVE_NOTICE_REPLY = _Text(
        ("Reply to a move notice", "Somebody replied to a move notice of yours."),
        ("Respuesta a un aviso de mudanza", "Alguien respondió a un aviso de mudanza suyo."),
    )
    DATA_REQUEST = _Text(
        (
            "Data request",
            "Another state asks for what is missing of a migratory child. Please send it, or answer, within four "
            "working days.",
        ),
        (
            "Solicitud de datos",
            "Otro estado pide lo que falta de un estudiante migratorio. Envíelo o responda, por favor, en cuatro días "
            "hábiles.",
        ),
    )
    DATA_REQUEST_DUE = _Text(
        ("Data request is due", "What another state asked for is due within a day."),
        ("Solicitud de datos por vencer", "Lo que otro estado pidió vence en menos de un día."),
    )
    DATA_REQUEST_ANSWERED = _Text(
        ("Data request answered", "What you asked for was answered."),
        ("Solicitud de datos respondida", "Se respondió a lo que usted pidió."),
    )
    CHANGE_OF_RESIDENCE = _Text(
        ("Change of residence", "Another state or district has sent a record of a child whom you hold a record of."),
        (
            "Cambio de residencia",
            "Otro estado o distrito envió un expediente de un estudiante del que usted tiene uno.",
        ),
    )


def letters(
    letter: Letter, receivers: Iterable[Receiver], about: Sequence[tuple[str, str]], path: str | None = None
) -> list[Mail]:
    """One mail to each receiver, each address once. `about` gives the MSIX ID and the path of each thing told of,
    `path` where all of them are found."""
    once: dict[str, Receiver] = {}
    for receiver in receivers:
        once.setdefault(receiver.email.lower(), receiver)
    return [_mail(letter, receiver, about, path) for receiver in once.values()]


def _mail(letter: Letter, receiver: Receiver, about: Sequence[tuple[str, str]], path: str | None) -> Mail:
    said, spanish = letter.value.of(receiver.language), receiver.language == "es"
    lines = [said[1], ""]
    lines += [f"MSIX ID {msix_id}{_link(path_, '  ')}" for msix_id, path_ in about[:MOST_NAMED]]
    if (more := len(about) - MOST_NAMED) > 0:
        lines.append(f"… y {more} más" if spanish else f"… and {more} more")
    if path is not None and len(about) > 1:
        lines.append(_link(path, ""))
    lines += ["", _SIGN_IN_ES if spanish else _SIGN_IN_EN]
    subject = f"{said[0]}: MSIX ID {about[0][0]}" if len(about) == 1 else f"{said[0]}: {len(about)}"
    return Mail(receiver.email, subject, "\n".join(lines) + "\n", letter.name.lower(), receiver.language)


def _link(path: str, before: str) -> str:
    """Empty where the hub does not know its address."""
    address = settings().public_url
    return "" if address is None else f"{before}{address}{path}"


_SIGN_IN_EN = "Sign in to the migrant student data hub to read and answer. This mail holds nothing about the child."
_SIGN_IN_ES = (
    "Inicie sesión en el sistema de datos de estudiantes migratorios para leer y responder. Este correo no contiene "
    "datos del estudiante."
)
