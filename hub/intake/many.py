"""Takes in many files in their order: each is read, checked and staged while the one before it is being applied.

What is decided does not depend on that: files are applied one after the other. Two connections take turns, so memory
stays that of two files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack

from hub.intake.actor import Actor
from hub.intake.receiving import Progress, Receiving, Sent, reception
from hub.intake.report import Report


async def receive_all(
    database: str,
    files: Sequence[Sent],
    *,
    actor: Actor,
    progress: Callable[[Sent, Progress], None] | None = None,
) -> AsyncGenerator[Report, None]:
    """The report of one file after the other, each when it is done. `database` is a URL. Raises like `receive`.

    Close it: it holds connections, and maybe a file that is being read.
    """
    async with AsyncExitStack() as stack:
        places = [await stack.enter_async_context(reception(database)) for _ in files[:2]]

        def begin(number: int, turn: asyncio.Event) -> asyncio.Task[Receiving]:
            sent = files[number]

            def moved(now: Progress) -> None:
                if progress is not None:
                    progress(sent, now)

            async def staged() -> Receiving:
                receiving = Receiving(places[number % 2], sent, actor, moved)
                await receiving.stage(turn)
                return receiving

            return asyncio.create_task(staged(), name=sent.file_name)

        turn = asyncio.Event()
        turn.set()
        reading = begin(0, turn) if files else None
        try:
            for number in range(1, len(files) + 1):
                assert reading is not None
                receiving = await reading
                turn = asyncio.Event()
                reading = begin(number, turn) if number < len(files) else None
                report = await receiving.finish()
                turn.set()
                yield report
        finally:
            if reading is not None:
                reading.cancel()
                await asyncio.wait([reading])
