"""Data requests are clocks of their own kind, for whoever may see the child; until now they were worklist items."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ALL_CLOCKS = """
CREATE OR REPLACE VIEW all_clocks AS
SELECT clock.kind, clock.clock_id AS key, clock.state, clock.district_id, record.student_id, record.state_record_id,
    clock.start_at, clock.due_at, clock.met_at, NULL::text[] AS deciders
FROM clocks AS clock JOIN state_records AS record USING (state_record_id)
UNION ALL
SELECT 'WORKLIST_ITEM'::text, item.item_id, item.state, item.district_id, record.student_id, record.state_record_id,
    item.raised_at, item.due_at, item.decided_at,
    array_remove(ARRAY[
        item.state::text,
        item.state || '/' || item.region,
        CASE WHEN EXISTS (SELECT FROM state_policies AS policy WHERE policy.state = item.state
            AND policy.policy = 'PRIMARY_USERS_DECIDE' AND policy.value = 'true') THEN item.state || '+primary' END
    ], NULL)
FROM worklist_items AS item
JOIN worklist_item_records AS about USING (item_id)
JOIN state_records AS record USING (state_record_id)
WHERE item.status <> 'WITHDRAWN' AND item.kind <> 'DATA_REQUEST' AND NOT EXISTS (
    SELECT FROM worklist_item_records AS earlier WHERE earlier.item_id = about.item_id
        AND (earlier.side, earlier.state_record_id) < (about.side, about.state_record_id)
)
UNION ALL
SELECT 'DATA_REQUEST'::text, item.item_id, item.state, item.district_id, record.student_id, record.state_record_id,
    item.raised_at, item.due_at, item.decided_at, NULL::text[]
FROM worklist_items AS item
JOIN worklist_item_records AS about USING (item_id)
JOIN state_records AS record USING (state_record_id)
WHERE item.status <> 'WITHDRAWN' AND item.kind = 'DATA_REQUEST' AND NOT EXISTS (
    SELECT FROM worklist_item_records AS earlier WHERE earlier.item_id = about.item_id
        AND (earlier.side, earlier.state_record_id) < (about.side, about.state_record_id)
)
UNION ALL
SELECT 'MOVE_NOTICE_ANSWER'::text, notice.notice_id, notice.receiver_state, notice.receiver_district,
    student.current_id, NULL::bigint, notice.sent_at, notice.due_at,
    (SELECT min(reply.sent_at) FROM move_notice_replies AS reply
     WHERE reply.notice_id = notice.notice_id AND reply.answers),
    NULL::text[]
FROM move_notices AS notice JOIN students AS student USING (student_id)
WHERE notice.account_id IS NOT NULL
"""
_BEFORE = """
CREATE OR REPLACE VIEW all_clocks AS
SELECT clock.kind, clock.clock_id AS key, clock.state, clock.district_id, record.student_id, record.state_record_id,
    clock.start_at, clock.due_at, clock.met_at, NULL::text[] AS deciders
FROM clocks AS clock JOIN state_records AS record USING (state_record_id)
UNION ALL
SELECT 'WORKLIST_ITEM'::text, item.item_id, item.state, item.district_id, record.student_id, record.state_record_id,
    item.raised_at, item.due_at, item.decided_at,
    array_remove(ARRAY[
        item.state::text,
        item.state || '/' || item.region,
        CASE WHEN EXISTS (SELECT FROM state_policies AS policy WHERE policy.state = item.state
            AND policy.policy = 'PRIMARY_USERS_DECIDE' AND policy.value = 'true') THEN item.state || '+primary' END
    ], NULL)
FROM worklist_items AS item
JOIN worklist_item_records AS about USING (item_id)
JOIN state_records AS record USING (state_record_id)
WHERE item.status <> 'WITHDRAWN' AND NOT EXISTS (
    SELECT FROM worklist_item_records AS earlier WHERE earlier.item_id = about.item_id
        AND (earlier.side, earlier.state_record_id) < (about.side, about.state_record_id)
)
UNION ALL
SELECT 'MOVE_NOTICE_ANSWER'::text, notice.notice_id, notice.receiver_state, notice.receiver_district,
    student.current_id, NULL::bigint, notice.sent_at, notice.due_at,
    (SELECT min(reply.sent_at) FROM move_notice_replies AS reply
     WHERE reply.notice_id = notice.notice_id AND reply.answers),
    NULL::text[]
FROM move_notices AS notice JOIN students AS student USING (student_id)
WHERE notice.account_id IS NOT NULL
"""


def upgrade() -> None:
    op.execute(_ALL_CLOCKS)


def downgrade() -> None:
    op.execute(_BEFORE)
