"""`POST /reports/file`: a report as a file or a picture, run, protected and put on record as over GraphQL.

The body is `ReportFileInput` of the schema, as JSON. The file leaves whole or not at all.
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from hub.endpoint import respond, tell_refused
from hub.errors import HubError
from hub.reports.output import Format, rendered
from hub.reports.table import Answer
from hub.request import parse_object, read_body
from hub.settings import Settings
from hub.viewer import Viewer
from resolvers.context import Services
from resolvers.reports import chosen, run
from schema.build import build_schema
from schema.report_file import file_input


class ReportFileRoute:
    """Answers `POST /reports/file`. As many files are made at a time as reports are run."""

    def __init__(self, settings: Settings) -> None:
        self._most_bytes = settings.max_body_bytes
        self._making = asyncio.Semaphore(settings.reports_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        viewer: Viewer = scope["viewer"]
        services: Services = scope["app"].state.services
        sent = parse_object(await read_body(Headers(scope=scope), receive, self._most_bytes))
        format_, given = file_input(build_schema(), sent)
        try:
            plain = chosen(given.get("report"), given.get("standard"), given.get("parameters"))
            answer = await run(services, viewer, plain, written=format_.value)
        except HubError as refusal:
            await tell_refused(services, viewer, refusal)
            raise
        async with self._making:
            content = await asyncio.to_thread(rendered, answer, format_)
        named = f'attachment; filename="{_name(plain.get("standard"), answer, format_)}"'
        media = format_.media_type.encode()
        await respond(send, 200, content, (b"content-disposition", named.encode()), media=media)


def _name(standard: str | None, answer: Answer, format_: Format) -> str:
    """Such as "child-count-2026-03-01.xlsx"."""
    return f"{(standard or 'report').lower().replace('_', '-')}-{answer.as_of:%Y-%m-%d}{format_.ending}"
