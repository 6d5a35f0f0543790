"""The command line, `hub`. Exit codes: 0 done, 1 findings of severity FILE, 2 refused or used wrongly.

Sub-commands are the files of hub.commands. Only the one that is asked for is imported, so that each starts fast.
"""

import pkgutil
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import NoReturn

import typer

from hub import commands
from hub.errors import Code, HubError

REFUSED = 2
TERMINATED = 128 + signal.SIGTERM


def main() -> None:
    """The console entry point. A refusal is one line on stderr with its code; anything else is a bug and is raised."""
    # As an exception, so that a command that is told to stop leaves the database server as it should.
    signal.signal(signal.SIGTERM, _stop)
    try:
        app(sys.argv[1:2])()
    except HubError as error:
        _refuse(f"{error.message} ({error.code})")
    except OSError as error:  # a file or folder that cannot be used: the caller's, not a bug
        where = f"{error.filename}: " if error.filename else ""
        _refuse(f"{where}{error.strerror or type(error).__name__} ({Code.USAGE})")
    except Exception as error:
        # a fault of the database may quote a student's values in its details, so only its kind is told
        if not type(error).__module__.startswith("asyncpg"):
            raise
        _refuse(f"the database answered {type(error).__name__}; is `hub migrate` done? ({Code.DATABASE})")


def _refuse(message: str) -> NoReturn:
    from hub.terminal import console

    console(error=True).print(f"hub: {message}", markup=False, soft_wrap=True)
    sys.exit(REFUSED)


def app(asked: list[str]) -> typer.Typer:
    """The application with the sub-command that `asked` names, or with all of them when it names none."""
    hub = typer.Typer(
        name="hub",
        help="The migrant student data hub.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    hub.callback()(_hub)
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    for name in [name for name in names if name in asked] or names:
        module = import_module(f"{commands.__name__}.{name}")
        if hasattr(module, "group"):
            hub.add_typer(module.group, name=name)
        else:
            hub.command(name)(module.command)
    return hub


def _hub() -> None:
    """The migrant student data hub."""


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(TERMINATED)


if __name__ == "__main__":
    main()
