"""`hub audit anchor`: a signed statement of where the audit trail stands, to be kept outside the database."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.commands.audit.seal import own_key, sealed
from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console

if TYPE_CHECKING:
    from hub.audit.chain import Seal


def command(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append it to this file; else it goes to stdout.")
    ] = None,
) -> None:
    """Seal what has been written and write a signed anchor of it; `hub audit verify --anchor FILE` shows a cut tail."""
    from hub.audit.anchor import make_anchor

    with database(settings()) as url:
        asyncio.run(sealed(url))
        seal = asyncio.run(_newest(url))
    if seal is None:
        raise HubError(Code.DATABASE, "the audit trail is empty: there is nothing to anchor")
    anchor = make_anchor(seal, own_key())
    if out is None:
        sys.stdout.write(anchor.line() + "\n")
        return
    with out.open("a", encoding="utf-8") as file:
        file.write(anchor.line() + "\n")
        file.flush()
        os.fsync(file.fileno())
    console().print(f"event {seal.position} of seal {seal.seal_id} anchored in {out}", markup=False, soft_wrap=True)


async def _newest(url: str) -> Seal | None:
    from hub.audit.chain import Seal
    from hub.audit.sealing import NEWEST_SEAL
    from hub.store.engine import connect

    connection = await connect(url)
    try:
        row = await connection.fetchrow(NEWEST_SEAL)
    finally:
        await connection.close()
    return Seal(**dict(row)) if row is not None else None
