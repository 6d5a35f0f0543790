"""Who is who: MSIX IDs, and the ledger of links between state records and students."""

from hub.identity.links import Link, issue_students, record_links

__all__ = ["Link", "issue_students", "record_links"]
