"""Reads and checks the next batch in a thread while the last one is being stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


async def ahead(items: Iterator[Item]) -> AsyncGenerator[Item, None]:
    """The items, none of them None, one read ahead. Close it: the thread is waited for, so the file may be closed."""

    def read() -> asyncio.Future[Item | None]:
        return asyncio.ensure_future(asyncio.to_thread(next, items, None))

    reading = read()
    try:
        while (item := await reading) is not None:
            reading = read()
            yield item
    finally:
        if not reading.done():
            await asyncio.wait([reading])
        if not reading.cancelled():
            reading.exception()


def batched(items: Iterable[Item], weight: Callable[[Item], int], count: int, most: int) -> Iterator[list[Item]]:
    """Lists of at most `count` items; a list ends, too, when the weights in it reach `most`."""
    batch: list[Item] = []
    held = 0
    for item in items:
        batch.append(item)
        held += weight(item)
        if len(batch) >= count or held >= most:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
