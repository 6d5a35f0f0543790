"""Tables whose rows, or whose settled rows, nobody changes: the database refuses by trigger, the owner too.

`refuse_change()` is made by the first migration; the functions below give the statements that later ones execute.
"""

from __future__ import annotations

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused';
END
$$
"""


def append_only(table: str, settled: str = "") -> list[str]:
    """What a migration executes so that rows of `table` are added only.

    `settled`, an SQL condition on OLD and NEW, narrows that to what is settled: the rest may be updated, none deleted.
    """
    each_row = "FOR EACH ROW"
    never = always(f"{table}_no_truncate", "BEFORE TRUNCATE", table, "FOR EACH STATEMENT")
    if not settled:
        return [*never, *always(f"{table}_append_only", "BEFORE UPDATE OR DELETE", table, each_row)]
    return [
        *never,
        *always(f"{table}_append_only", "BEFORE DELETE", table, each_row),
        *always(f"{table}_settled", "BEFORE UPDATE", table, f"{each_row} WHEN ({settled})"),
    ]


def always(name: str, when: str, table: str, rows: str, function: str = "refuse_change") -> list[str]:
    """What a migration executes for one trigger that holds for a session that calls itself a replica, too."""
    return [
        f"CREATE TRIGGER {name} {when} ON {table} {rows} EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]


def looking_here(function: str) -> str:
    """Let a function look for tables in the hub's schema first: whoever calls it may have made others of the name."""
    return f"""
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION {function}() SET search_path = %I, pg_temp', current_schema());
END
$$
"""


SETTLED_BY_PEOPLE = {
    "refuse_records_of_settled_items": """
CREATE FUNCTION refuse_records_of_settled_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM made CROSS JOIN LATERAL (
            SELECT status FROM worklist_items WHERE item_id = made.item_id OFFSET 0) AS item
        WHERE item.status <> 'OPEN'
    ) THEN
        RAISE EXCEPTION 'worklist_item_records is append-only: the item is settled';
    END IF;
    RETURN NULL;
END
$$
""",
    "refuse_undecided_verdict": """
CREATE FUNCTION refuse_undecided_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM worklist_items
        WHERE item_id = NEW.item_id AND status = 'RESOLVED' AND decided_by IS NOT DISTINCT FROM NEW.account_id
            AND NEW.verdict = CASE kind || ' ' || decision
                WHEN 'NEAR_MATCH SAME' THEN 'SAME'
                WHEN 'NEAR_MATCH NOT_SAME' THEN 'NOT_SAME'
                WHEN 'ID_CONFLICT SAME' THEN 'SAME'
                WHEN 'ID_CONFLICT NOT_SAME' THEN 'NOT_SAME'
                WHEN 'MERGE_VALIDATION APPROVED' THEN 'SAME'
                WHEN 'MERGE_VALIDATION REJECTED' THEN 'NOT_SAME'
                WHEN 'SPLIT_VALIDATION APPROVED' THEN 'NOT_SAME'
            END
    ) THEN
        RAISE EXCEPTION 'record_pairs is append-only: nobody decided that';
    END IF;
    RETURN NEW;
END
$$
""",
}
"""By name, what looks whether an item is settled: records are added to open ones, and a verdict takes another's place
only by another item on which somebody decided just that."""
