"""`hub audit verify`: whether the audit trail is whole, and where it is not."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub import clock
from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console

if TYPE_CHECKING:
    from hub.audit.anchor import Anchor
    from hub.audit.signing import Keyring
    from hub.audit.verifying import Verified

BROKEN = 1


def command(
    anchor: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Anchors that `hub audit anchor` wrote; may be repeated.")
    ] = None,
    public_key: Annotated[
        list[Path] | None,
        typer.Option(metavar="PEM", help="Trust the public keys in this file too; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Verify every event and seal. Exit code 0: whole; 1: tampered with, saying at which event first, and how."""
    from hub.audit.anchor import read_anchors

    anchors = [each for path in anchor or () for each in read_anchors(path)]
    trusted = _trusted(public_key or [])
    with database(settings()) as url, _progress() as progress:
        found = asyncio.run(_verify(url, trusted, anchors, progress))
    if as_json:
        sys.stdout.write(json.dumps(_facts(found), ensure_ascii=False) + "\n")
    else:
        _show(found)
    if found.fault is not None:
        raise typer.Exit(BROKEN)


def _trusted(files: list[Path]) -> Keyring:
    from hub.audit.signing import Keyring, key_path, read_key, read_public

    path = key_path(settings())
    own = settings().audit_key is not None or (path is not None and path.exists())
    if path is None or not own:
        if not files:
            raise HubError(Code.USAGE, "expected a key to verify with: HUB_AUDIT_KEY, or --public-key PEM")
        trusted = Keyring([])
    else:
        trusted = read_key(path).trusted
    for file in files:
        trusted = trusted.joined(read_public(file))
    return trusted


async def _verify(url: str, trusted: Keyring, anchors: list[Anchor], progress: Callable[[int, int], None]) -> Verified:
    import asyncpg

    from hub.audit.verifying import verify
    from hub.store.engine import connect

    connection = await connect(url)
    try:
        return await verify(connection, trusted, anchors, progress)
    except asyncpg.UndefinedTableError as error:
        raise HubError(Code.DATABASE, "the database misses migrations; run `hub migrate` first") from error
    finally:
        await connection.close()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, on stderr so that stdout is the answer alone; nothing elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    out = console(error=True)
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("verifying", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _facts(found: Verified) -> dict[str, Any]:
    facts = asdict(found)
    return {
        "whole": found.fault is None,
        **facts,
        "sealed_at": found.sealed_at.isoformat() if found.sealed_at else None,
        "oldest": found.oldest.isoformat() if found.oldest else None,
        "seconds": round(found.seconds, 3),
    }


def _show(found: Verified) -> None:
    rate = found.events / found.seconds if found.seconds else 0
    rows = [
        ("sealed", f"{found.events:,} events in {found.seals:,} seals, {found.seconds:.1f} s, {rate:,.0f} events/s"),
        ("head", found.head or "none yet"),
        ("unsealed", _tail(found)),
        ("anchors", f"{found.anchors} compared" if found.anchors else "none given: a cut tail would not show"),
    ]
    fault = found.fault
    if fault is None:
        rows.append(("verdict", "whole"))
    else:
        rows.append(("verdict", f"BROKEN, {found.faults:,} {'fault' if found.faults == 1 else 'faults'}; the first:"))
        rows.append((fault.kind.value, f"at place {fault.position:,} of the chain: {fault.message}"))
    for name, text in rows:
        style = None if name not in ("verdict", getattr(fault, "kind", None)) else "red" if fault else "green"
        console().print(f"{name:<14}{text}", style=style, markup=False, soft_wrap=True)


def _tail(found: Verified) -> str:
    if found.oldest is None:
        return "none"
    seconds = max(0.0, (clock.now() - found.oldest).total_seconds())
    return f"{found.unsealed:,} events, the oldest {seconds:,.0f} s old"
