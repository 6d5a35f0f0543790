"""Every grant there is. A grant names a noun and a verb; fields, arguments and verbs require grants, never roles."""

from __future__ import annotations

from hub.described import Described


class Grant(Described):
    """A right, with what it opens."""

    ACCOUNT_SELF = "account:self", "See and change one's own account."
    DIRECTORY_READ = "directory:read", "See the districts and schools that uploads name."
    SCHEMA_READ = "schema:read", "Ask the API for its schema (introspection)."
    HTTP_GET = "http:get", "Ask queries by GET, the document in the address."
    STUDENT_SEARCH = "student:search", "Search students of all states."
    STUDENT_READ = "student:read", "See consolidated records: who the child is, its moves and enrollments."
    CONTACT_READ = "contact:read", "See how to reach parents."
    HEALTH_READ = "health:read", "See health alerts, immunization and individualized education programs."
    ACADEMICS_READ = "academics:read", "See courses, credits and assessments."
    LINK_READ = "link:read", "See by what rule or person state records were linked."
    STUDENT_PRINT = "student:print", "Print a consolidated record."
    STUDENT_EXPORT = "student:export", "Export records to a file."
    NOTICE_SEND = "notice:send", "Send and answer move notices, request data."
    MERGE_INITIATE = "merge:initiate", "Initiate merges and splits that involve the own state."
    WORKLIST_DECIDE = "worklist:decide", "Decide near matches, merges and splits."
    WORKLIST_MANAGE = "worklist:manage", "Assign and escalate worklist items, resolve data-quality items."
    STATE_SETTINGS = "state:settings", "Set the own state's policies, working days and regions."
    UPLOAD_WRITE = "upload:write", "Upload files and answer data requests for the own state."
    UPLOAD_READ = "upload:read", "See upload reports."
    REPORT_RUN = "report:run", "Run, save and list reports; how exact they are, and of what, other grants say."
    REPORT_EXACT = "report:exact", "Run reports with exact counts of the own state or region."
    REPORT_PROTECTED = "report:protected", "Run national, regional and state reports with protected counts."
    ACCOUNT_READ = "account:read", "See accounts: whose they are, with which roles, and whether they may sign in."
    ACCOUNT_MANAGE = "account:manage", "Create, update and deactivate accounts, assign roles, reset passwords."
    ACCOUNT_REINSTATE = "account:reinstate", "Reinstate a disabled account."
    DISPUTE_WRITE = "dispute:write", "Enter dispute statements."
    CORRECTION_WRITE = "correction:write", "Record, forward and decide parents' requests for a correction."
    AUDIT_SELF = "audit:self", "See the events of the own account."
    AUDIT_READ = "audit:read", "Ask the audit trail, as far as the two grants below reach."
    AUDIT_ACCOUNTS = "audit:accounts", "See the account events of the own state."
    AUDIT_STUDENTS = "audit:students", "See who viewed children."


STUDENT_DATA = frozenset(
    {
        Grant.STUDENT_SEARCH,
        Grant.STUDENT_READ,
        Grant.CONTACT_READ,
        Grant.HEALTH_READ,
        Grant.ACADEMICS_READ,
        Grant.LINK_READ,
        Grant.UPLOAD_READ,
        Grant.CORRECTION_WRITE,
    }
)
"""Grants whose use shows student data: every use is audited."""

OF_TOKENS = frozenset({Grant.SCHEMA_READ, Grant.HTTP_GET})
"""Grants for developers' tools: no role holds them, and every account may give them to a service token of its own."""

NEVER_OF_TOKENS = frozenset({Grant.ACCOUNT_SELF})
"""Grants that no token has: what is one's own (password, sessions, tokens) is done by the person."""

AUDITED = STUDENT_DATA | {Grant.AUDIT_SELF, Grant.AUDIT_READ, Grant.AUDIT_STUDENTS}
"""Grants every use of which is audited: reading the trail is, too."""
