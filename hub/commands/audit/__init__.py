"""`hub audit`: the audit trail as it grows, its seals, and whether it is whole."""

import typer

from hub.commands.audit import anchor, export, key, seal, tail, verify

group = typer.Typer(help="The audit trail.", no_args_is_help=True)


@group.callback()
def _audit() -> None:
    """The audit trail."""


for each in (tail, export, seal, verify, anchor, key):
    group.command(each.__name__.rpartition(".")[2])(each.command)
