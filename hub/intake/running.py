"""Runs an intake as what a process is there for: an event loop in C, and threads that let it have its turn.

Checking and preparing are done in threads beside the loop that talks with PostgreSQL. With Python's own five
milliseconds a turn, each of the hundred answers that a chunk waits for would wait that long again for its thread.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

TURN_SECONDS = 0.0005
YOUNG = 20_000
"""Objects made until the garbage collector looks: a chunk makes that many of which none is garbage in a cycle."""

Result = TypeVar("Result")


def run_intake(main: Coroutine[Any, Any, Result]) -> Result:
    """What `main` returns. For a process that does nothing else meanwhile."""
    sys.setswitchinterval(TURN_SECONDS)
    gc.freeze()
    gc.set_threshold(YOUNG)
    return uvloop.run(main)
