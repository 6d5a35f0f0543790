"""One field asked of one object: what a reader of the oracle is given."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.tables import AccountRow
from hub.viewer import Viewer
from tests.graph.oracle.deciding import Review
from tests.graph.oracle.pages import Key, Order, Page, cut
from tests.graph.oracle.world import World


@dataclass(frozen=True)
class Ask:
    """The world, whoever asks, and the arguments.

    `places` are those behind known cursors, `closed` the students that are under review by others than the viewer.
    """

    world: World
    viewer: Viewer
    places: Mapping[str, Key]
    closed: Mapping[int, Review]
    denials: set[tuple[str, str, str]]
    coordinate: str
    arguments: Mapping[str, Any]

    def page(self, rows: list[Any], order: Order) -> Page:
        return cut(self.coordinate, rows, order, self.arguments, self.places)

    def say_under_review(self, student_id: int) -> None:
        """A look-up of a closed student says whom to ask and until when, and nothing else."""
        if review := self.closed.get(student_id):
            self.denials.add(("UNDER_REVIEW", ", ".join(review.ask), printed(review.until)))

    @property
    def filter(self) -> Mapping[str, Any]:
        return self.arguments.get("filter") or {}

    @property
    def asked(self) -> Mapping[str, Any]:
        """The members of the filter that ask for anything: neither null nor an input object of nulls."""
        return {key: value for key, value in self.filter.items() if _asks(value)}


def _asks(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_asks(member) for member in value.values())
    return value is not None


def printed(moment: datetime.datetime) -> str:
    """A moment as answers have it: by ISO 8601, in UTC, without idle digits."""
    return re.sub(r"(\.\d*?)0+(?=\+)", r"\1", moment.astimezone(datetime.UTC).isoformat())


Read = Callable[[Ask, Any], Any]


def person(column: str) -> Read:
    """The name of the account that a column names."""

    def read(ask: Ask, row: Any) -> str | None:
        account = ask.world.one(AccountRow, lambda each: each.account_id == getattr(row, column))
        return account.name if account else None

    return read
