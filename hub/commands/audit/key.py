"""`hub audit key`: the key that signs the audit trail's seals."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.terminal import console


def command(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show the public key, for auditors; the private key is made where there is none yet (HUB_AUDIT_KEY)."""
    from hub.audit.signing import key_path, make_key, public_pem

    path = key_path(settings())
    if path is None:
        raise HubError(Code.USAGE, "HUB_AUDIT_KEY must say where the private key is, or is to be made")
    key = make_key(path)
    pem = public_pem(key.public)
    if as_json:
        sys.stdout.write(json.dumps({"key_id": key.key_id, "file": str(path), "public_key": pem}) + "\n")
        return
    console().print(f"key id      {key.key_id}", markup=False)
    console().print(f"private key {path}", markup=False, soft_wrap=True)
    console().print(pem, markup=False, end="")
