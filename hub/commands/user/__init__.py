"""`hub user`: accounts, as operators look after them: those of OME, which no administrator reaches, and any other."""

import typer

from hub.commands.user import change, create, list_

group = typer.Typer(help="Accounts.", no_args_is_help=True)


@group.callback()
def _user() -> None:
    """Accounts."""


group.command("create")(create.command)
group.command("list")(list_.command)
for each in (change.roles, change.train, change.reset, change.reinstate, change.deactivate):
    group.command()(each)
