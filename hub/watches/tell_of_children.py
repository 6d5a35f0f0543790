"""Tells whoever watches a child what of it has changed: what the account could see then, against what it sees now.

Whoever sees nothing of the child now (under review, withdrawn, rights lost) is told nothing, and of all that happened
meanwhile once it sees the child again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from hub.notices import Audience, Notice, notify
from hub.viewer import Viewer
from hub.watches.audited import Told, record_told
from hub.watches.snapshot import SNAPSHOT, watcher_of
from hub.watches.watchers import GrantsOf, watchers


async def tell_of_children(connection: asyncpg.Connection, changed: Sequence[int], grants_of: GrantsOf) -> int:
    """Tell, in the caller's transaction, of the children with these current ids; how many notifications there were."""
    accounts = [row["account_id"] for row in await connection.fetch(_ACCOUNTS, changed)]
    viewers = await watchers(connection, accounts, grants_of)
    rows = await connection.fetch(_LOOK, changed, *_as_columns(viewers))
    notices: list[Notice] = []
    told: list[Told] = []
    known: set[tuple[int, int]] = set()
    for row in rows:
        # Two watched children that were merged are one, of whom the account is told once.
        if (child := (row["account_id"], row["student_id"])) in known:
            continue
        known.add(child)
        before, after = orjson.loads(row["seen"] or "null"), orjson.loads(row["sees"])
        audience = Audience(accounts=(row["account_id"],))
        about = (row["student_id"], None, "Watch", row["watch_id"])
        notices += [Notice(kind, audience, *about, parameters) for kind, parameters in _news(before or {}, after)]
        told.append(Told(viewers[row["account_id"]], row["watch_id"], (row["student_id"],)))
    await connection.execute(_SEEN, [row["watch_id"] for row in rows], [row["sees"] for row in rows])
    await record_told(connection, told)
    return await notify(connection, *notices)


def _as_columns(viewers: Mapping[int, Viewer]) -> tuple[list[Any], ...]:
    """The watchers as the arrays that `_LOOK` takes. For whom one decides goes as a text, since arrays do not nest."""
    seeing = [watcher_of(viewer) for viewer in viewers.values()]
    return (
        list(viewers),
        ["\n".join(decides_for) for decides_for, _, _ in seeing],
        [health for _, health, _ in seeing],
        [notices for _, _, notices in seeing],
    )


def _news(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str | int | None]]]:
    """Kinds of notification with their parameters; what a more telling one says is not said again."""
    said = False
    if after["identity"] != before.get("identity"):
        yield "IDENTITY_CHANGED", {}
        said = True
    else:
        for state in sorted(
            {after["records"][key] for key in after["records"].keys() - before.get("records", {}).keys()}
        ):
            yield "RECORD_ADDED", {"state": state}
            said = True
    if set(after["alerts"] or ()) - set(before.get("alerts") or ()):
        yield "ALERT_ADDED", {}
        said = True
    if after["notices"] is not None and after["notices"] != before.get("notices"):
        yield "NOTICE_ADDED", {}
        said = True
    if not said:
        yield "STUDENT_CHANGED", {}


_ACCOUNTS = """
SELECT DISTINCT account_id FROM watches JOIN students USING (student_id) WHERE current_id = ANY($1::bigint[])
"""
# Held in the order of their ids: who unwatches meanwhile waits, or is gone before.
_LOOK = f"""
SELECT watch.watch_id, watch.account_id, child.student_id, watch.seen::text AS seen, seen.sees::text AS sees
FROM watches AS watch
JOIN students AS named USING (student_id)
JOIN LATERAL (SELECT named.current_id AS student_id) AS child ON true
JOIN LATERAL (
    SELECT string_to_array(nullif(decides, ''), E'\\n') AS decides_for, reads_health, reads_notices
    FROM unnest($2::bigint[], $3::text[], $4::boolean[], $5::boolean[])
        AS viewer (account_id, decides, reads_health, reads_notices)
    WHERE viewer.account_id = watch.account_id
) AS watcher ON true
JOIN LATERAL (SELECT ({SNAPSHOT}) AS sees) AS seen ON seen.sees IS NOT NULL AND seen.sees IS DISTINCT FROM watch.seen
WHERE named.current_id = ANY($1::bigint[])
ORDER BY watch.watch_id FOR UPDATE OF watch
"""  # noqa: S608 (a query of ours)
_SEEN = """
UPDATE watches SET seen = look.sees::jsonb FROM unnest($1::bigint[], $2::text[]) AS look (watch_id, sees)
WHERE watches.watch_id = look.watch_id
"""
