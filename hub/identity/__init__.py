"""Who is who: MSIX IDs, and the ledger of links between state records and students."""

from hub.identity.actor import By
from hub.identity.links import Link, issue_students, record_links
from hub.identity.locks import refresh_locks
from hub.identity.memory import NOT_SAME, SAME, remember
from hub.identity.merging import merge_students
from hub.identity.raising import NewItem, raise_items
from hub.identity.splitting import split_student

__all__ = [
    "NOT_SAME",
    "SAME",
    "By",
    "Link",
    "NewItem",
    "issue_students",
    "merge_students",
    "raise_items",
    "record_links",
    "refresh_locks",
    "remember",
    "split_student",
]
