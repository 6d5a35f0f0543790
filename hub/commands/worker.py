"""`hub worker`: what runs without a request, such as the delivery of mail."""

import asyncio

from hub.settings import settings
from hub.store import database


def command() -> None:
    """Deliver mail and do the other jobs that no request waits for, until told to stop. Several may run."""
    from hub import serving, worker
    from hub.log import configure_logging

    chosen = settings()
    worker.jobs(chosen)
    with database(chosen) as url:
        serving.require_migrations(url)
        configure_logging(chosen)
        asyncio.run(worker.run(url, chosen))
