"""The words of a digest, by language. It tells how many notifications there are of which kind, and MSIX IDs at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.outbox import Mail
from hub.settings import settings
from hub.tables import NOTIFICATION_KINDS

MOST_NAMED = 20
"""MSIX IDs that a digest lists of a kind; of the others it says how many there are."""
PATH = "/notifications"

KINDS_ES = {
    "MOVE_NOTICE": "Llegó un aviso de mudanza.",
    "MOVE_NOTICE_REPLY": "Alguien respondió a un aviso de mudanza.",
    "DATA_REQUEST": "Otro estado pide lo que falta de un estudiante.",
    "DATA_REQUEST_ANSWERED": "Se respondió a una solicitud de datos.",
    "RESIDENCE_CHANGED": "Otro estado o distrito informa de un estudiante del estado.",
    "CLOCK_DUE": "Algo de un estudiante vence pronto.",
    "CLOCK_OVERDUE": "Algo de un estudiante está vencido.",
    "DISPUTE_FILED": "Una declaración disputa lo que un estado tiene de un estudiante.",
    "DISPUTE_CHANGED": "Una disputa fue respondida, resuelta o retirada.",
    "CORRECTION_REQUESTED": "Un padre o una madre pide una corrección.",
    "CORRECTION_DECIDED": "Se decidió o se remitió una solicitud de corrección.",
    "STUDENT_CHANGED": "Cambió el expediente de un estudiante que usted sigue.",
    "RECORD_ADDED": "Otro estado informa de un estudiante que usted sigue.",
    "IDENTITY_CHANGED": "Un estudiante que usted sigue fue unido o separado.",
    "ALERT_ADDED": "Un estudiante que usted sigue tiene una nueva alerta de salud.",
    "NOTICE_ADDED": "Hay un aviso de mudanza de un estudiante que usted sigue.",
    "SEARCH_FOUND": "Una búsqueda que usted sigue encuentra un estudiante nuevo o cambiado.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Notifications of one kind: how many, and the MSIX IDs of the children that they are about."""

    kind: str
    count: int
    msix_ids: Sequence[str]


def digest_mail(email: str, language: str, lines: Sequence[Line]) -> Mail:
    """The mail of a day to an address that can be mailed. `language` is `EN` or `ES`."""
    spanish = language == "ES"
    count = sum(line.count for line in lines)
    said = [_HEAD_ES if spanish else _HEAD_EN, ""]
    for line in lines:
        said.append(f"{line.count} × {KINDS_ES[line.kind] if spanish else NOTIFICATION_KINDS[line.kind]}")
        if line.msix_ids:
            said.append(f"    MSIX ID {_listed(line.msix_ids, spanish=spanish)}")
    address = settings().public_url
    said += ["", *([] if address is None else [f"{address}{PATH}", ""]), _FOOT_ES if spanish else _FOOT_EN]
    subject = f"Resumen del día: {count}" if spanish else f"Digest of the day: {count}"
    return Mail(email, subject, "\n".join(said) + "\n", "digest", language.lower())


def _listed(msix_ids: Sequence[str], *, spanish: bool) -> str:
    more = len(msix_ids) - MOST_NAMED
    rest = [] if more <= 0 else [f"… y {more} más" if spanish else f"… and {more} more"]
    return ", ".join([*msix_ids[:MOST_NAMED], *rest])


_HEAD_EN = "What the migrant student data hub has for you since its last digest:"
_HEAD_ES = "Lo que el sistema de datos de estudiantes migratorios tiene para usted desde el último resumen:"
_FOOT_EN = (
    "Sign in to read it. This mail holds nothing about the children, comes once a day at most, and can be turned off "
    "in the hub."
)
_FOOT_ES = (
    "Inicie sesión para leerlo. Este correo no contiene datos de los estudiantes, llega una vez al día como máximo y "
    "se puede desactivar en el sistema."
)
