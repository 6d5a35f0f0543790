"""`hub serve`: the hub's web server."""

from pathlib import Path
from typing import Annotated

import typer

from hub.errors import Code, HubError
from hub.settings import Settings, settings
from hub.web_login import web_database


def command(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Server processes.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(metavar="PEM", help="TLS certificate chain.")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="PEM", help="TLS private key.")] = None,
) -> None:
    """Serve the API until told to stop. What is not given comes from the settings (`hub settings`)."""
    import structlog

    from hub import serving, worker
    from hub.app import create_app
    from hub.log import configure_logging

    chosen = _chosen(host, port, workers, tls_cert, tls_key)
    tls = serving.check_settings(chosen)
    worker.jobs(chosen)
    configure_logging(chosen)
    with serving.listen(chosen.host, chosen.port) as listener, web_database(chosen) as url:
        serving.require_migrations(url)
        serving.pass_server_log_on()
        structlog.get_logger("hub.server").info(
            "listening", address=serving.address_of(listener, tls), workers=chosen.workers
        )
        app = create_app(chosen, url, worker.beside(chosen)) if chosen.workers == 1 else serving.FACTORY
        serving.serve(app, listener, workers=chosen.workers, tls=tls)


def _chosen(
    host: str | None, port: int | None, workers: int | None, tls_cert: Path | None, tls_key: Path | None
) -> Settings:
    """The settings, with the options that were given before them."""
    given = {"host": host, "port": port, "workers": workers, "tls_cert": tls_cert, "tls_key": tls_key}
    chosen = settings().model_copy(update={name: value for name, value in given.items() if value is not None})
    if (chosen.tls_cert is None) != (chosen.tls_key is None):
        raise HubError(Code.USAGE, "--tls-cert and --tls-key are given together or not at all")
    return chosen
