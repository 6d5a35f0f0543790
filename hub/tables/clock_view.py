"""The view `all_clocks`, as migrations make it: the clocks that are kept, and what is a clock where it stands.

Each of its parts is a view too: in one PostgreSQL finds a page of clocks by an index, in the union of them only by
sorting all.
"""

from __future__ import annotations


def all_clocks(*open_kinds: str) -> str:
    """The statement that makes the view, or makes it anew.

    Worklist items are clocks of one kind, for those alone who decide them; those of `open_kinds` are clocks of a kind
    of their own, for whoever may see the child.
    """
    closed = "".join(f" AND item.kind <> {_quoted(kind)}" for kind in open_kinds)
    items = [_items("WORKLIST_ITEM", _DECIDERS, closed)]
    items += [_items(kind, "NULL::text[]", f" AND item.kind = {_quoted(kind)}") for kind in open_kinds]
    return "CREATE OR REPLACE VIEW all_clocks AS" + "UNION ALL".join((_KEPT, *items, _NOTICES))


def clock_parts(*open_kinds: str) -> list[str]:
    """The statements that make `all_clocks` of views of its parts, and them: `kept_clocks`, one of the items that are
    decided, one for each of `open_kinds` (`data_request_clocks`), and one of what waits for an answer."""
    closed = "".join(f" AND item.kind <> {_quoted(kind)}" for kind in open_kinds)
    parts = {"kept_clocks": _KEPT, "worklist_item_clocks": _items("WORKLIST_ITEM", _DECIDERS, closed)}
    for kind in open_kinds:
        parts[f"{kind.lower()}_clocks"] = _items(kind, "NULL::text[]", f" AND item.kind = {_quoted(kind)}")
    parts["move_notice_clocks"] = _NOTICES
    made = [f"CREATE VIEW {name} ({_COLUMNS}) AS {select}" for name, select in parts.items()]
    union = " UNION ALL ".join(f"SELECT * FROM {name}" for name in parts)  # noqa: S608 (the hub's own words only)
    return [*made, f"CREATE OR REPLACE VIEW all_clocks AS {union}"]


_COLUMNS = "kind, key, state, district_id, student_id, state_record_id, start_at, due_at, met_at, deciders"


def _quoted(kind: str) -> str:
    return f"'{kind}'"


def _items(kind: str, deciders: str, which: str) -> str:
    """Items not withdrawn, each once, with the record that it is about first."""
    return f"""
SELECT {_quoted(kind)}::text, item.item_id, item.state, item.district_id, record.student_id, record.state_record_id,
    item.raised_at, item.due_at, item.decided_at, {deciders}
FROM worklist_items AS item
JOIN worklist_item_records AS about USING (item_id)
JOIN state_records AS record USING (state_record_id)
WHERE item.status <> 'WITHDRAWN'{which} AND NOT EXISTS (
    SELECT FROM worklist_item_records AS earlier WHERE earlier.item_id = about.item_id
        AND (earlier.side, earlier.state_record_id) < (about.side, about.state_record_id)
)
"""  # noqa: S608 (the hub's own words only)


_KEPT = """
SELECT clock.kind, clock.clock_id AS key, clock.state, clock.district_id, record.student_id, record.state_record_id,
    clock.start_at, clock.due_at, clock.met_at, NULL::text[] AS deciders
FROM clocks AS clock JOIN state_records AS record USING (state_record_id)
"""
_DECIDERS = """array_remove(ARRAY[
        item.state::text,
        item.state || '/' || item.region,
        CASE WHEN EXISTS (SELECT FROM state_policies AS policy WHERE policy.state = item.state
            AND policy.policy = 'PRIMARY_USERS_DECIDE' AND policy.value = 'true') THEN item.state || '+primary' END
    ], NULL)"""
# What nobody sent waits for no answer.
_NOTICES = """
SELECT 'MOVE_NOTICE_ANSWER'::text, notice.notice_id, notice.receiver_state, notice.receiver_district,
    student.current_id, NULL::bigint, notice.sent_at, notice.due_at,
    (SELECT min(reply.sent_at) FROM move_notice_replies AS reply
     WHERE reply.notice_id = notice.notice_id AND reply.answers),
    NULL::text[]
FROM move_notices AS notice JOIN students AS student USING (student_id)
WHERE notice.account_id IS NOT NULL
"""
