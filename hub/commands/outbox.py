"""`hub outbox`: mail that waits, that could not be delivered, and sending it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.connected import with_connection
from hub.errors import Code, HubError
from hub.terminal import console, listing, operator

if TYPE_CHECKING:
    import asyncpg

    from hub.outbox.operate import Posted

group = typer.Typer(help="Mail that waits or could not be delivered.", no_args_is_help=True)

HIGHEST_ID = 2**63 - 1


@group.callback()
def _outbox() -> None:
    """Mail that waits or could not be delivered."""


@group.command("list")
def list_(
    *,
    number: Annotated[int, typer.Option("-n", min=1, max=100_000, help="How many of the newest mails.")] = 100,
    dead: Annotated[bool, typer.Option("--dead", help="Dead letters alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the mails that were not delivered, newest first; never their text."""
    from hub.outbox.operate import list_mails

    mails = with_connection(lambda connection: list_mails(connection, dead=dead, limit=number))
    columns = ("id", "kind", "to", "status", "attempts", "created", "due", "error")
    listing(columns, [_row(mail, as_json) for mail in mails], as_json=as_json)


@group.command()
def show(
    outbox_id: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The mail, as `hub outbox list` names it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show one mail. The subject and text of a mail that holds a secret are shown to nobody."""
    from hub.outbox.operate import show_mail

    mail = with_connection(lambda connection: show_mail(connection, outbox_id))
    columns = ("id", "kind", "to", "status", "attempts", "created", "due", "error", "message id", "subject", "body")
    subject, body = ("(not shown: it holds a secret)",) * 2 if mail.sensitive else (mail.subject, mail.body)
    values = (*_row(mail, as_json), mail.message_id, subject, body)
    if as_json:
        listing(columns, [values], as_json=True)
        return
    for column, value in list(zip(columns, values, strict=True))[:-1]:
        console().print(f"{column:<10}  {'-' if value is None else value}", markup=False, soft_wrap=True)
    console().print(f"\n{body}", markup=False, soft_wrap=True)


@group.command()
def resend(
    outbox_ids: Annotated[
        list[int] | None, typer.Argument(metavar="ID…", min=1, max=HIGHEST_ID, help="The mails to send again.")
    ] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All dead letters.")] = False,
) -> None:
    """Have mails tried again at once. What was delivered or has expired is passed over; exit code 1 says so."""
    if dead == bool(outbox_ids):
        raise HubError(Code.USAGE, "name the mails to send again, or --dead for all dead letters")

    asked, sent = with_connection(lambda connection: _resend(connection, outbox_ids))
    console().print(f"{len(sent)} of {len(asked)} mails will be sent again")
    if left := sorted(set(asked) - set(sent)):
        console(error=True).print(f"passed over: {', '.join(map(str, left))}", soft_wrap=True)
        raise typer.Exit(1)


async def _resend(connection: asyncpg.Connection, outbox_ids: list[int] | None) -> tuple[list[int], list[int]]:
    from hub.outbox.operate import dead_letters, resend

    async with connection.transaction():
        asked = sorted(set(outbox_ids)) if outbox_ids else await dead_letters(connection)
        return asked, await resend(connection, asked, by=operator())


def _row(mail: Posted, as_json: bool) -> tuple[Any, ...]:
    created, due = (_time(mail.created_at, as_json), _time(mail.due_at, as_json))
    return mail.outbox_id, mail.kind, mail.to, mail.status, mail.attempts, created, due, mail.last_error


def _time(at: Any, as_json: bool) -> str | None:
    return None if at is None else at.isoformat() if as_json else f"{at:%Y-%m-%d %H:%M:%S}"
