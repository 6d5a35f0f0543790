"""What people decided and the MSIX IDs that were given out are changed by nobody, whatever statement is sent."""

from alembic import op

from hub.tables.append_only import SETTLED_BY_PEOPLE, always, append_only, looking_here

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_NAMES = "NEW.student_id <> OLD.student_id OR NEW.msix_id <> OLD.msix_id OR NEW.created_at <> OLD.created_at"
_SAME_ITEM = "NEW.low_id <> OLD.low_id OR NEW.high_id <> OLD.high_id OR NEW.item_id IS NOT DISTINCT FROM OLD.item_id"
_TABLES = ("students", "record_pairs")
_FUNCTIONS = tuple(SETTLED_BY_PEOPLE)


def upgrade() -> None:
    for name, statement in SETTLED_BY_PEOPLE.items():
        op.execute(statement)
        op.execute(looking_here(name))
    for statement in (
        *append_only("students", _NAMES),
        *append_only("record_pairs", _SAME_ITEM),
        *always("record_pairs_decided", "BEFORE UPDATE", "record_pairs", "FOR EACH ROW", "refuse_undecided_verdict"),
        *always(
            "worklist_item_records_open",
            "AFTER INSERT",
            "worklist_item_records",
            "REFERENCING NEW TABLE AS made FOR EACH STATEMENT",
            "refuse_records_of_settled_items",
        ),
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER worklist_item_records_open ON worklist_item_records")
    op.execute("DROP TRIGGER record_pairs_decided ON record_pairs")
    for table in _TABLES:
        for name in ("no_truncate", "append_only", "settled"):
            op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    op.execute(f"DROP FUNCTION {', '.join(_FUNCTIONS)}")
