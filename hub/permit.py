"""Leave to run one verb. Only `permissions.policies` makes permits, and a verb cannot be called without one.

So a verb need not ask who calls: that somebody looked at the viewer, the object and the law is in the type.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Permit:
    """`viewer` may run the verb named `verb`, such as `deactivate_user`."""

    verb: str
    viewer: Viewer

    def check(self, verb: str) -> None:
        """Raise PermissionError where the permit is for another verb: a fault of the code that calls."""
        if self.verb != verb:
            raise PermissionError(f"a permit for {self.verb} does not open {verb}")
