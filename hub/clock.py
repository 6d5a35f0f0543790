"""The one source of the present: all times are aware and in UTC, and a test can make time stand still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

_frozen: list[datetime] = []


def now() -> datetime:
    return _frozen[-1] if _frozen else datetime.now(UTC)


def today() -> date:
    return now().date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Inside the block `now()` is `at` (aware), in the whole process, threads and other tasks included."""
    if at.tzinfo is None:
        raise ValueError("a frozen time needs a time zone")
    _frozen.append(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
