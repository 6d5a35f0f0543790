"""Every table of the hub, one file a noun. `Base.metadata` is complete once this package is imported."""

from hub.tables.account import AccountRoleRow, AccountRow, SessionRow
from hub.tables.assessment import AssessmentRow
from hub.tables.audit_event import AuditEventRow
from hub.tables.base import Base
from hub.tables.code_list import CODE_LISTS, CodeRow
from hub.tables.course import CourseRow
from hub.tables.demographics import DemographicsRow
from hub.tables.enrollment import EnrollmentRow
from hub.tables.health_alert import HealthAlertRow
from hub.tables.idempotency_key import IdempotencyKeyRow
from hub.tables.jurisdiction import JURISDICTIONS, DistrictRow, JurisdictionRow, SchoolRow
from hub.tables.link import LINK_METHODS, LinkRow
from hub.tables.outbox_message import OutboxMessageRow
from hub.tables.qualifying_move import QualifyingMoveRow
from hub.tables.state_record import AlternateIdRow, StateRecordRow
from hub.tables.student import StudentRow
from hub.tables.upload import FindingRow, StagedRow, StagedStudentRow, UploadRow

__all__ = [
    "CODE_LISTS",
    "JURISDICTIONS",
    "LINK_METHODS",
    "AccountRoleRow",
    "AccountRow",
    "AlternateIdRow",
    "AssessmentRow",
    "AuditEventRow",
    "Base",
    "CodeRow",
    "CourseRow",
    "DemographicsRow",
    "DistrictRow",
    "EnrollmentRow",
    "FindingRow",
    "HealthAlertRow",
    "IdempotencyKeyRow",
    "JurisdictionRow",
    "LinkRow",
    "OutboxMessageRow",
    "QualifyingMoveRow",
    "SchoolRow",
    "SessionRow",
    "StagedRow",
    "StagedStudentRow",
    "StateRecordRow",
    "StudentRow",
    "UploadRow",
]
