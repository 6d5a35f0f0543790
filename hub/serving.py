"""Runs the web application under uvicorn: one process, or several that share one listening socket.

The socket is bound before anything else, so that two servers never both believe they have the port; a client that
comes early waits. Told to stop (Ctrl-C, SIGTERM), the server answers what it has begun and then ends.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from hub.app import create_app
from hub.errors import Code, HubError
from hub.log import configure_logging
from hub.settings import Settings, settings
from hub.store.migrate import pending
from hub.worker import beside

FACTORY = "hub.serving:from_environment"
BACKLOG = 2048
GRACE_SECONDS = 15
"""How long a request that has begun may take to end once the server was told to stop."""

HANG_SECONDS = 60
"""Silence after which a worker is replaced; more than a start takes on a busy machine."""

SOCKETS: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
    "ws_per_message_deflate": False,
}
"""How uvicorn serves sockets: one that answers no ping is closed; nothing is compressed, which takes memory."""

_log = structlog.get_logger("hub.server")


@dataclass(frozen=True)
class Tls:
    """PEM files of the certificate chain and its private key."""

    cert: Path
    key: Path

    def check(self) -> None:
        """Raise `USAGE` where the files are missing or do not belong together."""
        for what, path in (("certificate", self.cert), ("key", self.key)):
            if not path.is_file():
                raise HubError(Code.USAGE, f"there is no file {path} for the TLS {what}")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            context.load_cert_chain(self.cert, self.key, password=lambda: "")
        except (ssl.SSLError, OSError) as error:
            raise HubError(
                Code.USAGE, f"{self.cert} and {self.key} are no TLS certificate with its open key: {error.args[-1]}"
            ) from error


def listen(host: str, port: int) -> socket.socket:
    """The listening socket. Raises `USAGE` where the address is not to be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except socket.gaierror as error:
        raise HubError(Code.USAGE, f"there is no address {host} to listen on") from error
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise HubError(
            Code.USAGE,
            f"cannot listen on port {port} of {host}: {reason}; choose another with --port (0 takes a free one)",
        ) from error


def address_of(listener: socket.socket, tls: Tls | None = None) -> str:
    """The address to type, such as http://127.0.0.1:8000."""
    host, port = listener.getsockname()[:2]
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"{'https' if tls else 'http'}://{reached}:{port}"


def require_migrations(url: str) -> None:
    """Raise `DATABASE` while migrations are pending."""
    if pending(url):
        raise HubError(Code.DATABASE, "the database misses migrations; run `hub migrate` first")


def from_environment() -> Starlette:
    """The application of one worker process, as the environment sets it up."""
    _stop_with_parent()
    configure_logging(settings())
    pass_server_log_on()
    app = create_app(settings(), beside=beside(settings()))
    keep_what_is_there()
    return app


def keep_what_is_there() -> None:
    """Let no collection of garbage look through what the process began with, such as the schema: each full one would
    stop everybody for a tenth of a second."""
    gc.collect()
    gc.freeze()


def serve(app: Starlette | str, listener: socket.socket, *, workers: int = 1, tls: Tls | None = None) -> None:
    """Serve until told to stop. `app` is the import string of a factory where there are several workers.

    Raises `UNAVAILABLE` when the application does not start; its log says why.
    """
    options: dict[str, Any] = {"ssl_certfile": str(tls.cert), "ssl_keyfile": str(tls.key)} if tls else {}
    config = uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=HANG_SECONDS,
        backlog=BACKLOG,
        ws_max_size=settings().max_body_bytes,
        **SOCKETS,
        **options,
    )
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    keep_what_is_there()
    try:
        failed = _several(config, listener) if workers > 1 else _one(config, listener)
    except KeyboardInterrupt:
        failed = False
    finally:
        signal.signal(signal.SIGTERM, before)
        listener.close()
    if failed:
        raise HubError(Code.UNAVAILABLE, "the server did not start; the log above says why")


def _one(config: uvicorn.Config, listener: socket.socket) -> bool:
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except SystemExit as stop:
        return stop.code == STARTUP_FAILURE
    return False


def _several(config: uvicorn.Config, listener: socket.socket) -> bool:
    supervisor = Multiprocess(config, sockets=[listener])
    supervisor.run()
    return any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)


def _stop_with_parent() -> None:
    """A worker whose parent was killed would keep the port for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


class _Passing(logging.Handler):
    """Hands lines to structlog: one line of each, and of a fault only its kind, as its text may quote a value."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        facts = {} if fault is None else {"error": type(fault).__name__}
        first, *more = record.getMessage().strip().splitlines() or [""]
        # A start that failed comes as a traceback; its last line says why.
        _log.log(record.levelno, more[-1] if more and first.startswith("Traceback") else first, **facts)


def pass_server_log_on(least: int = logging.INFO) -> None:
    """Let uvicorn and asyncio log through structlog, from the level `least` on."""
    for name in ("uvicorn", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [_Passing()], False
        logger.setLevel(least)


def check_settings(chosen: Settings) -> Tls | None:
    """The TLS files of the settings, checked; None without."""
    if chosen.tls_cert is None or chosen.tls_key is None:
        return None
    tls = Tls(chosen.tls_cert, chosen.tls_key)
    tls.check()
    return tls
