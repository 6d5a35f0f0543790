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

    `settled`, an SQL condition on OLD, narrows that to rows that are settled: others may be updated, none deleted.
    """
    triggers = {f"{table}_no_truncate": f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"}
    if settled:
        triggers |= {
            f"{table}_append_only": f"BEFORE DELETE ON {table} FOR EACH ROW",
            f"{table}_settled": f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({settled})",
        }
    else:
        triggers[f"{table}_append_only"] = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
    return [
        statement
        for name, when in triggers.items()
        for statement in (
            f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION refuse_change()",
            # ALWAYS: they hold for a session that calls itself a replica, too.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        )
    ]
