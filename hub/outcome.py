"""What a verb did, as the edge takes it: which records to show, which values to give, or why nothing was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.refusal import Refusal


@dataclass(frozen=True)
class Outcome:
    """What a verb did: `records` are the keys of rows that the payload shows, by payload field; `values` go out as
    they are; `secrets` too, but once only: who repeats the change under its idempotency key gets null instead.

    `refusals` say why it was not done where something of the try must be kept all the same, such as its count.
    """

    records: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
