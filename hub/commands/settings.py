"""`hub settings`: what is set, where it comes from, and what could be set."""

import os
import re
from typing import Annotated

import typer
from dotenv import dotenv_values
from pydantic import SecretStr

from hub.settings import Settings, settings
from hub.terminal import listing


def command(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List every setting with its value, where that comes from, its default and its meaning."""
    from_file = {name.upper() for name, value in dotenv_values(".env").items() if value}
    from_environment = {name.upper() for name, value in os.environ.items() if value}
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"HUB_{name.upper()}"
        source = "environment" if variable in from_environment else ".env" if variable in from_file else "default"
        value = getattr(settings(), name)
        shown = without_password(value) if isinstance(value, str) else "***" if isinstance(value, SecretStr) else value
        rows.append((name, variable, shown, source, field.default, field.description))
    listing(("name", "variable", "value", "from", "default", "description"), rows, as_json=as_json)


def without_password(value: str) -> str:
    """A URL with *** for its password, in the address or in the query; any other text as it is."""
    value = re.sub(r"^(\w+://[^:@/?]*):.*@", r"\1:***@", value)
    return re.sub(r"([?&](?:ssl)?password=)[^&]*", r"\1***", value)
