"""`hub demo`: a country of invented children on this machine, loaded, served, and ready to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import asyncpg
import typer

from hub.errors import Code, HubError
from hub.settings import Settings, settings
from hub.store import database
from hub.terminal import console, listing, operator

if TYPE_CHECKING:
    from hub.demo.loading import Loaded, Step
    from hub.demo.mark import Mark
    from hub.demo.questions import Question

STUDENTS = 2000


def command(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = None,
    students: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help=f"Children in the country; {STUDENTS} unless said.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away what the database holds and load anew.")] = False,
) -> None:
    """Make a demonstration country, load it as the states would, and serve it. Ctrl-C ends everything."""
    import logging

    from hub import serving, worker
    from hub.app import create_app
    from hub.log import configure_logging

    chosen = settings()
    tls = serving.check_settings(chosen)
    worker.jobs(chosen)
    with (
        serving.listen(chosen.host, chosen.port if port is None else port) as listener,
        database(chosen) as url,
    ):
        mark = _prepare(url, students, fresh, own=chosen.database_url is None)
        address = serving.address_of(listener, tls)
        asked = asyncio.run(_fill(url, mark, address))
        _present(address, asked)
        configure_logging(chosen)
        serving.pass_server_log_on(logging.WARNING)
        serving.serve(create_app(chosen, _web_url(chosen, url), worker.beside(chosen)), listener, tls=tls)


def _web_url(chosen: Settings, owner: str) -> str:
    """What the server connects with, once the tables are there."""
    from hub.web_login import WEB_LOGIN, admit, as_web

    if chosen.database_url is not None:
        return chosen.web_database_url or owner
    asyncio.run(admit(owner, WEB_LOGIN, make=True))
    return as_web(owner)


def _prepare(url: str, students: int | None, fresh: bool, *, own: bool) -> Mark:
    """Bring the tables up, empty where asked, and say which country belongs into them. Raises `USAGE`."""
    from hub.demo.mark import Mark
    from hub.store import migrate

    mark, taken = asyncio.run(_look(url))
    if mark is None and taken and not (own and fresh):
        way = "--fresh throws it away; or set HUB_DATA_DIR to another folder" if own else "name an empty database"
        raise HubError(Code.USAGE, f"the database holds data that `hub demo` did not make: {way}")
    if fresh and taken:
        migrate.downgrade(url, "base")
        mark = None
    elif mark is not None and students not in (None, mark.students):
        raise HubError(Code.USAGE, f"the database holds a country of {mark.students} children; --fresh makes another")
    migrate.upgrade(url, _say)
    return mark or Mark(students or STUDENTS, loaded=False)


async def _look(url: str) -> tuple[Mark | None, bool]:
    """The demo's mark, and whether the database holds anything."""
    from hub.demo.mark import has_tables, holds_rows, read_mark
    from hub.store.engine import connect

    connection = await connect(url)
    try:
        mark, taken = await read_mark(connection), await has_tables(connection)
        if taken and mark is None:
            taken = await holds_rows(connection)
        return mark, taken
    except asyncpg.UndefinedTableError:  # tables, but none of the hub's
        return None, True
    finally:
        await connection.close()


async def _fill(url: str, mark: Mark, address: str) -> list[Question]:
    """Load what is missing, open the accounts, and choose the questions."""
    from hub.accounts import Passwords
    from hub.demo import make_country
    from hub.demo.loading import load_country
    from hub.demo.mark import Mark, write_mark
    from hub.demo.questions import questions
    from hub.demo.sign_ins import open_accounts
    from hub.reports.snapshot.take import take_snapshot
    from hub.store.engine import connect
    from permissions.role_sets import ROLE_SETS

    country = make_country(mark.students)
    connection = await connect(url)
    try:
        if not mark.loaded:
            await write_mark(connection, mark)
            _say(f"loading a country of {mark.students} invented children, as two nights of uploads")
            with _progress() as tell:
                await load_country(connection, url, country, tell)
            await connection.execute("ANALYZE")
            await write_mark(connection, Mark(mark.students, loaded=True))
        await take_snapshot(url, settings(), by=operator())
        async with Passwords(settings()) as passwords:
            await open_accounts(connection, ROLE_SETS, passwords)
        return await questions(connection, country, address)
    finally:
        await connection.close()


@contextmanager
def _progress() -> Iterator[Callable[[Step | Loaded], None]]:
    """A bar for each night where stdout is a terminal; a line for each night everywhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from hub.demo.loading import Loaded

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("files"))
    with Progress(
        *columns, TimeElapsedColumn(), console=console(), transient=True, disable=not console().is_terminal
    ) as bar:
        nights = {night: bar.add_task(f"night {night}", total=None, visible=night == 1) for night in (1, 2)}

        def tell(step: Step | Loaded) -> None:
            if isinstance(step, Loaded):
                bar.update(nights[step.night], visible=False)
                _say(
                    f"night {step.night}: {step.files} files, {step.students} students, {step.rejected} rejected, "
                    f"{step.findings} findings"
                )
                return
            part = step.done / step.total if step.total else 0
            name = f"night {step.night}, {step.state}"
            bar.update(
                nights[step.night], completed=step.file - 1 + part, total=step.files, visible=True, description=name
            )

        yield tell


def _present(address: str, asked: list[Question]) -> None:
    from hub.demo.sign_ins import PASSWORD, demo_accounts

    _say("")
    _say(f"The hub answers at {address}/graphql (POST). Sign-ins, each with the password {PASSWORD}")
    rows = [(account.user_id, account.state or "OME", ", ".join(account.roles)) for account in demo_accounts()]
    listing(("user id", "state", "role"), rows)
    _say("Three questions to try, in another terminal:")
    for number, question in enumerate(asked, 1):
        _say(f"\n# {number}. {question.title}")
        for line in question.commands:
            _say(line)
    _say("\nCtrl-C stops the server; the data stays for the next `hub demo`.")


def _say(line: str) -> None:
    console().print(line, markup=False, soft_wrap=True)
    console().file.flush()
