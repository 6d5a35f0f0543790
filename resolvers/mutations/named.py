"""Commands whose input names one object by its opaque id."""

from __future__ import annotations

from dataclasses import dataclass

from resolvers.compiler import node_id


@dataclass(frozen=True, slots=True)
class ById:
    """The object that `id` names."""

    id: str

    def number(self, type_name: str) -> int | None:
        """The key in an id of this type; None where the id is of another, or of none."""
        return node_id.number(self.id, type_name)
