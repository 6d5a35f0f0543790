"""Whatever is uploaded, merged, split, rejected and deleted in whatever order: nobody is lost or confused."""

from __future__ import annotations

import asyncio
from functools import partial

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from hub.store.engine import connect
from tests.http.hub import running, store_accounts
from tests.identity.history import History, World

SETTINGS = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_identities_hold_through_any_history(database_url: str) -> None:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(store_accounts(database_url))
        started = running(database_url)
        hub = runner.run(started.__aenter__())
        database = runner.run(connect(database_url))
        try:
            world = World(runner, hub, database)
            run_state_machine_as_test(partial(History, world), settings=SETTINGS)  # type: ignore[arg-type]
        finally:
            runner.run(database.close())
            runner.run(started.__aexit__(None, None, None))
