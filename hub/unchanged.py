"""What a change leaves as it is: told apart from null, which takes a value away."""

from enum import Enum


class Unchanged(Enum):
    """The default of a command's field that the client may leave out."""

    UNCHANGED = "UNCHANGED"


UNCHANGED = Unchanged.UNCHANGED
