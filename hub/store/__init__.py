"""Where the data is: PostgreSQL, named by HUB_DATABASE_URL or run by the hub itself in its data folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from hub.settings import Settings


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The database's URL, `postgresql://…`, for as long as the block lasts; the hub's own server runs meanwhile.

    Raises hub.store.postgres.EmbeddedServerError; whether a named server answers shows on connecting.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    from hub.store.embedded import embedded_server

    with embedded_server(settings.data_dir) as url:
        yield url
