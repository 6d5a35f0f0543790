"""What the process that faces the network may do in the database: the role `hub_web`, and its privileges by table.

It may not change the schema, nor touch what is append-only except to add. The web process connects with a login that
is a member of this role alone (`hub.web_login`), and acts as it from its first statement (`role=WEB_ROLE` of
`hub.store.engine`). Roles belong to the whole server, so the role outlives the database and may have been made by
another one.
"""

WEB_ROLE = "hub_web"

_APPEND = "SELECT, INSERT"
_KEEP = "SELECT, INSERT, UPDATE"
_ALL = "SELECT, INSERT, UPDATE, DELETE"

WEB_PRIVILEGES = {
    "access_applications": _KEEP,
    "account_emails": _APPEND,
    "account_roles": _ALL,
    "accounts": _KEEP,
    "agreements": _APPEND,
    "all_clocks": "SELECT",
    "alternate_ids": _ALL,
    "assessments": _ALL,
    "audit_events": _APPEND,
    "calendar_days": _ALL,
    "audit_seals": _APPEND,
    "clock_changes": _ALL,
    "clock_reminders": _ALL,
    "clocks": _ALL,
    "codes": "SELECT",
    "contact_lists": _KEEP,
    "contacts": _ALL,
    "courses": _ALL,
    "data_request_clocks": "SELECT",
    "data_requests": _KEEP,
    "demographics": _ALL,
    "district_regions": _ALL,
    "districts": _KEEP,
    "enrollments": _ALL,
    "factor_challenges": _ALL,
    "findings": _ALL,
    "health_alerts": _ALL,
    "idempotency_keys": _ALL,
    "identity_changes": _APPEND,
    "identity_requests": _KEEP,
    "jobs": _KEEP,
    "jurisdictions": "SELECT",
    "kept_clocks": "SELECT",
    "links": _APPEND,
    "correction_entries": _APPEND,
    "correction_requests": _KEEP,
    "digests": _APPEND,
    "dispute_entries": _APPEND,
    "dispute_records": _APPEND,
    "disputes": _KEEP,
    "notification_preferences": _KEEP,
    "notifications": _ALL,
    "one_time_codes": _ALL,
    "match_keys": _ALL,
    "match_profiles": _ALL,
    "matching_models": _KEEP,
    "move_notice_clocks": "SELECT",
    "move_notice_replies": _APPEND,
    "move_notices": _APPEND,
    "oidc_attempts": _ALL,
    "oidc_subjects": _ALL,
    "outbox_messages": _ALL,
    "passkeys": _ALL,
    "password_history": _ALL,
    "qualifying_moves": _ALL,
    "record_pairs": _KEEP,
    "recovery_codes": _ALL,
    "report_regions": "SELECT",
    "report_runs": _APPEND,
    "report_secrets": "SELECT",
    "saved_reports": _ALL,
    "schools": _KEEP,
    "seen_changes": _ALL,
    "service_tokens": _KEEP,
    "sessions": _KEEP,
    "source_tries": _ALL,
    "staged_rows": _ALL,
    "staged_students": _ALL,
    "state_calendars": _KEEP,
    "state_policies": _ALL,
    "state_records": _ALL,
    "students": _KEEP,
    "totp_factors": _ALL,
    "trainings": _APPEND,
    "uploads": _KEEP,
    "working_days": _ALL,
    "watch_marks": _KEEP,
    "watches": _ALL,
    "worklist_item_clocks": "SELECT",
    "worklist_item_records": _APPEND,
    "worklist_items": _KEEP,
}
"""Every table and view there is; a test compares. Accounts, sessions, students and uploads are never deleted."""

_MAKE_ROLE = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{WEB_ROLE}') THEN
        CREATE ROLE {WEB_ROLE} NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database's migration made it in this moment
    WHEN insufficient_privilege THEN
        RAISE WARNING USING
            MESSAGE = 'the role {WEB_ROLE} is missing and ' || quote_ident(current_user) || ' may not create it',
            HINT = 'As a superuser: CREATE ROLE {WEB_ROLE} NOLOGIN; GRANT {WEB_ROLE} TO ' || quote_ident(current_user)
                || '; then migrate again. Until then the web process cannot start.';
END
$$
"""

_JOIN_ROLE = f"""
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_roles WHERE rolname = '{WEB_ROLE}' AND NOT pg_has_role(current_user, oid,
            CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
    ) THEN
        GRANT {WEB_ROLE} TO CURRENT_USER;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING USING
        MESSAGE = quote_ident(current_user) || ' is no member of the role {WEB_ROLE} and may not become one',
        HINT = 'As a superuser: GRANT {WEB_ROLE} TO ' || quote_ident(current_user)
            || '; Until then the web process cannot start.';
END
$$
"""


def _if_role_exists(*statements: str) -> str:
    body = "\n        ".join(f"{statement};" for statement in statements)
    return f"""
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{WEB_ROLE}') THEN
        {body}
    END IF;
END
$$
"""


def _if_table_exists(table: str, statement: str) -> str:
    return f"IF to_regclass('{table}') IS NOT NULL THEN {statement}; END IF"


def grant(privileges: dict[str, str]) -> str:
    """One statement that grants the web process `privileges` on those of the tables that there are by now."""
    return _if_role_exists(
        *(_if_table_exists(table, f"GRANT {what} ON {table} TO {WEB_ROLE}") for table, what in privileges.items())
    )


def grant_web_students() -> str:
    """What lets the web process number students: a split gives out a new MSIX ID, whose row names itself."""
    return _if_role_exists(f"GRANT USAGE ON SEQUENCE students_student_id_seq TO {WEB_ROLE}")


def grant_web(*tables: str) -> str:
    """What a later migration executes after making `tables`: their privileges, as they stand above."""
    return grant({table: WEB_PRIVILEGES[table] for table in tables})


READ_VERSION = _if_role_exists(f"GRANT SELECT ON alembic_version TO {WEB_ROLE}")
UNREAD_VERSION = _if_role_exists(f"REVOKE ALL ON alembic_version FROM {WEB_ROLE}")
"""The web process looks whether migrations are missing before it serves."""

WEB_ROLE_UP = [
    _MAKE_ROLE,
    _JOIN_ROLE,
    _if_role_exists(f"EXECUTE 'GRANT USAGE ON SCHEMA ' || quote_ident(current_schema()) || ' TO {WEB_ROLE}'"),
    grant(WEB_PRIVILEGES),
]
"""Repeatable: run again, it completes what an earlier run had no right to."""

WEB_ROLE_DOWN = [
    _if_role_exists(
        *(_if_table_exists(table, f"REVOKE ALL ON {table} FROM {WEB_ROLE}") for table in WEB_PRIVILEGES),
        f"EXECUTE 'REVOKE ALL ON SCHEMA ' || quote_ident(current_schema()) || ' FROM {WEB_ROLE}'",
    )
]
