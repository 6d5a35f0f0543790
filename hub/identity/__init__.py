"""Who is who: MSIX IDs, and the ledger of links between state records and students."""

from hub.identity.actor import By
from hub.identity.answering import answer_conflicts, answer_gone, answer_near_matches
from hub.identity.asking_anew import ask_anew
from hub.identity.assign_item import AssignItem, assign_item
from hub.identity.changes import IdChange, note_changes
from hub.identity.data_quality import keep_data_quality
from hub.identity.escalate_item import EscalateItem, escalate_item, escalate_overdue
from hub.identity.initiate_merge import ExpectedVersion, InitiateMerge, initiate_merge
from hub.identity.initiate_split import InitiateSplit, initiate_split
from hub.identity.links import Link, issue_students, record_links
from hub.identity.locks import hold_students, refresh_locks, refresh_locks_of_state
from hub.identity.memory import NOT_SAME, SAME, remember
from hub.identity.merging import merge_students, retire
from hub.identity.outlook import Outlook, outlook
from hub.identity.raising import NewItem, raise_items
from hub.identity.resolve_items import ResolveItem, ResolveItems, resolve_items
from hub.identity.settling import settle, withdraw_answered, withdraw_items
from hub.identity.splitting import earlier_id, part, split_student
from hub.identity.withdraw_request import WithdrawRequest, withdraw_request

__all__ = [
    "NOT_SAME",
    "SAME",
    "AssignItem",
    "By",
    "EscalateItem",
    "ExpectedVersion",
    "IdChange",
    "InitiateMerge",
    "InitiateSplit",
    "Link",
    "NewItem",
    "Outlook",
    "ResolveItem",
    "ResolveItems",
    "WithdrawRequest",
    "answer_conflicts",
    "answer_gone",
    "answer_near_matches",
    "ask_anew",
    "assign_item",
    "earlier_id",
    "escalate_item",
    "escalate_overdue",
    "hold_students",
    "initiate_merge",
    "initiate_split",
    "issue_students",
    "keep_data_quality",
    "merge_students",
    "note_changes",
    "outlook",
    "part",
    "raise_items",
    "record_links",
    "refresh_locks",
    "refresh_locks_of_state",
    "remember",
    "resolve_items",
    "retire",
    "settle",
    "split_student",
    "withdraw_answered",
    "withdraw_items",
    "withdraw_request",
]
