"""Log lines: one a request and one a fault. They name people by user id and requests by id, never a student's value.

Arguments, variables, SQL parameters and exception texts stay out: each may hold a child's name.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog

from hub.settings import Settings


def configure_logging(settings: Settings) -> None:
    """Set up structlog for the process: text on a terminal, JSON lines elsewhere, or as the setting says."""
    as_json = not sys.stderr.isatty() if settings.log_json is None else settings.log_json
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(serializer=orjson.dumps)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    lines: Any = (
        structlog.BytesLoggerFactory(sys.stderr.buffer) if as_json else structlog.PrintLoggerFactory(sys.stderr)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=lines,
        cache_logger_on_first_use=True,
    )
