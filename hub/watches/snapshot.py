"""What an account sees of a child, in few words: enough to tell what has changed since, and no value of the child.

`{"records": {record id: state}, "updated": moment, "alerts": [kind], "identity": change id, "notices": notice id}`, and
null where the account sees nothing of it. Alerts and notices are there for those who may read them.
"""

from __future__ import annotations

from typing import Any

import asyncpg

from hub.viewer import Viewer

SNAPSHOT = """
SELECT jsonb_build_object(
    'records', jsonb_object_agg(record.state_record_id, record.state),
    'updated', max(record.updated_at),
    'alerts', CASE WHEN watcher.reads_health THEN (
        SELECT jsonb_agg(DISTINCT alert.kind ORDER BY alert.kind) FROM health_alerts AS alert
        WHERE alert.state_record_id = ANY(array_agg(record.state_record_id))
    ) END,
    'identity', (
        SELECT max(greatest(
            (SELECT max(change_id) FROM identity_changes AS change WHERE change.student_id = named.student_id),
            (SELECT max(change_id) FROM identity_changes AS change WHERE change.other_student_id = named.student_id)
        )) FROM students AS named WHERE named.current_id = child.student_id
    ),
    'notices', CASE WHEN watcher.reads_notices THEN (
        SELECT max(notice_id) FROM move_notices AS notice JOIN students AS named USING (student_id)
        WHERE named.current_id = child.student_id
    ) END
)
FROM state_records AS record
WHERE record.student_id = child.student_id AND record.status = 'ACTIVE'
    AND (record.review_scopes IS NULL OR record.review_scopes && watcher.decides_for)
HAVING count(*) > 0
"""
"""Of `child.student_id`, to a `watcher` (`decides_for`, `reads_health`, `reads_notices`)."""


def watcher_of(viewer: Viewer) -> tuple[list[str], bool, bool]:
    """For whom a viewer decides, and whether it reads health alerts and move notices."""
    return viewer.decides_for, viewer.can("health:read"), viewer.can("notice:send")


async def snapshot_of(connection: asyncpg.Connection, viewer: Viewer, student_id: int) -> Any:
    """What the viewer sees of a child now, as JSON text; None: nothing."""
    return await connection.fetchval(
        f"SELECT ({SNAPSHOT})::text FROM (SELECT $1::bigint AS student_id) AS child, "  # noqa: S608 (ours)
        "(SELECT $2::text[] AS decides_for, $3::boolean AS reads_health, $4::boolean AS reads_notices) AS watcher",
        student_id,
        *watcher_of(viewer),
    )
