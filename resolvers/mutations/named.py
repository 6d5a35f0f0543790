"""Commands whose input names one object by its opaque id."""

from __future__ import annotations

from dataclasses import dataclass

from resolvers.compiler.node_id import parse


@dataclass(frozen=True, slots=True)
class ById:
    """The object that `id` names."""

    id: str

    def number(self, type_name: str) -> int | None:
        """The key in an id of this type; None where the id is of another, or of none."""
        found = parse(self.id, {type_name: [int]})
        return None if found is None else found[1][0]
