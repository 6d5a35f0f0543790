"""Every table of the hub, one file a noun. `Base.metadata` is complete once this package is imported."""

from hub.tables.access_application import APPLICATION_STATUSES, AccessApplicationRow
from hub.tables.account import AccountEmailRow, AccountRoleRow, AccountRow, SessionRow, TrainingRow
from hub.tables.agreement import AgreementRow
from hub.tables.assessment import AssessmentRow
from hub.tables.audit_event import AuditEventRow
from hub.tables.audit_seal import AuditSealRow
from hub.tables.base import Base
from hub.tables.clock import (
    CLOCK_KINDS,
    CLOCK_PARTS,
    CLOCK_STAGES,
    KEPT_KINDS,
    VIEWS,
    AnyClockRow,
    ClockChangeRow,
    ClockReminderRow,
    ClockRow,
    StateCalendarRow,
    WorkingDayRow,
)
from hub.tables.code_list import CODE_LISTS, CodeRow
from hub.tables.contact import MATTERS, ContactListRow, ContactRow
from hub.tables.correction_request import (
    ASKERS,
    CORRECTION_ENTRIES,
    CORRECTION_STATUSES,
    CorrectionEntryRow,
    CorrectionRequestRow,
)
from hub.tables.course import CourseRow
from hub.tables.data_request import REQUEST_STATES, DataRequestRow
from hub.tables.demographics import DemographicsRow
from hub.tables.dispute import (
    DISPUTE_ANSWERS,
    DISPUTE_ENTRIES,
    DISPUTE_STATUSES,
    DisputeEntryRow,
    DisputeRecordRow,
    DisputeRow,
)
from hub.tables.enrollment import EnrollmentRow
from hub.tables.health_alert import HealthAlertRow
from hub.tables.idempotency_key import IdempotencyKeyRow
from hub.tables.identity_request import (
    CHANGE_KINDS,
    REQUEST_KINDS,
    REQUEST_STATUSES,
    IdentityChangeRow,
    IdentityRequestRow,
    RecordPairRow,
)
from hub.tables.job import JobRow
from hub.tables.jurisdiction import JURISDICTIONS, DistrictRow, JurisdictionRow, SchoolRow
from hub.tables.language import LANGUAGES
from hub.tables.link import LINK_METHODS, LinkRow
from hub.tables.matching import MatchingModelRow, MatchKeyRow, MatchProfileRow
from hub.tables.move_notice import NOTICE_KINDS, MoveNoticeReplyRow, MoveNoticeRow
from hub.tables.notification import (
    DIGESTS,
    NOTIFICATION_KINDS,
    DigestRow,
    NotificationPreferenceRow,
    NotificationRow,
)
from hub.tables.oidc_attempt import OidcAttemptRow
from hub.tables.oidc_subject import OidcSubjectRow
from hub.tables.one_time_code import OneTimeCodeRow
from hub.tables.outbox_message import OutboxMessageRow
from hub.tables.password import PasswordHistoryRow, SourceTriesRow
from hub.tables.qualifying_move import QualifyingMoveRow
from hub.tables.report import (
    REPORT_REGIONS,
    SHARED_WITH,
    ReportRegionRow,
    ReportRunRow,
    ReportSecretRow,
    SavedReportRow,
)
from hub.tables.second_factor import FactorChallengeRow, PasskeyRow, RecoveryCodeRow, TotpFactorRow
from hub.tables.service_token import ServiceTokenRow
from hub.tables.state_calendar import CalendarDayRow, DistrictRegionRow
from hub.tables.state_policy import StatePolicyRow
from hub.tables.state_record import AlternateIdRow, StateRecordRow
from hub.tables.student import StudentRow
from hub.tables.upload import FindingRow, StagedRow, StagedStudentRow, UploadRow
from hub.tables.watch import WATCH_KINDS, SeenChangeRow, WatchMarkRow, WatchRow
from hub.tables.worklist_item import (
    ITEM_DECISIONS,
    ITEM_KINDS,
    ITEM_LEVELS,
    ITEM_STATUSES,
    LOCKING_KINDS,
    WorklistItemRecordRow,
    WorklistItemRow,
)

__all__ = [
    "APPLICATION_STATUSES",
    "ASKERS",
    "CHANGE_KINDS",
    "CLOCK_KINDS",
    "CLOCK_PARTS",
    "CLOCK_STAGES",
    "CODE_LISTS",
    "CORRECTION_ENTRIES",
    "CORRECTION_STATUSES",
    "DIGESTS",
    "DISPUTE_ANSWERS",
    "DISPUTE_ENTRIES",
    "DISPUTE_STATUSES",
    "ITEM_DECISIONS",
    "ITEM_KINDS",
    "ITEM_LEVELS",
    "ITEM_STATUSES",
    "JURISDICTIONS",
    "KEPT_KINDS",
    "LANGUAGES",
    "LINK_METHODS",
    "LOCKING_KINDS",
    "MATTERS",
    "NOTICE_KINDS",
    "NOTIFICATION_KINDS",
    "REPORT_REGIONS",
    "REQUEST_KINDS",
    "REQUEST_STATES",
    "REQUEST_STATUSES",
    "SHARED_WITH",
    "VIEWS",
    "WATCH_KINDS",
    "AccessApplicationRow",
    "AccountEmailRow",
    "AccountRoleRow",
    "AccountRow",
    "AgreementRow",
    "AlternateIdRow",
    "AnyClockRow",
    "AssessmentRow",
    "AuditEventRow",
    "AuditSealRow",
    "Base",
    "CalendarDayRow",
    "ClockChangeRow",
    "ClockReminderRow",
    "ClockRow",
    "CodeRow",
    "ContactListRow",
    "ContactRow",
    "CorrectionEntryRow",
    "CorrectionRequestRow",
    "CourseRow",
    "DataRequestRow",
    "DemographicsRow",
    "DigestRow",
    "DisputeEntryRow",
    "DisputeRecordRow",
    "DisputeRow",
    "DistrictRegionRow",
    "DistrictRow",
    "EnrollmentRow",
    "FactorChallengeRow",
    "FindingRow",
    "HealthAlertRow",
    "IdempotencyKeyRow",
    "IdentityChangeRow",
    "IdentityRequestRow",
    "JobRow",
    "JurisdictionRow",
    "LinkRow",
    "MatchKeyRow",
    "MatchProfileRow",
    "MatchingModelRow",
    "MoveNoticeReplyRow",
    "MoveNoticeRow",
    "NotificationPreferenceRow",
    "NotificationRow",
    "OidcAttemptRow",
    "OidcSubjectRow",
    "OneTimeCodeRow",
    "OutboxMessageRow",
    "PasskeyRow",
    "PasswordHistoryRow",
    "QualifyingMoveRow",
    "RecordPairRow",
    "RecoveryCodeRow",
    "ReportRegionRow",
    "ReportRunRow",
    "ReportSecretRow",
    "SavedReportRow",
    "SchoolRow",
    "SeenChangeRow",
    "ServiceTokenRow",
    "SessionRow",
    "SourceTriesRow",
    "StagedRow",
    "StagedStudentRow",
    "StateCalendarRow",
    "StatePolicyRow",
    "StateRecordRow",
    "StudentRow",
    "TotpFactorRow",
    "TrainingRow",
    "UploadRow",
    "WatchMarkRow",
    "WatchRow",
    "WorkingDayRow",
    "WorklistItemRecordRow",
    "WorklistItemRow",
]
