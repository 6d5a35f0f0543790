"""The root of every read."""

from __future__ import annotations

import strawberry

from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Nodes
from resolvers.sources.access_application import ALL_APPLICATIONS
from resolvers.sources.account import ALL_ACCOUNTS, BY_USER_ID, UNUSED_ACCOUNTS
from resolvers.sources.audit_event import TRAIL
from resolvers.sources.clock import ALL_CLOCKS
from resolvers.sources.contact import LISTS_OF_STATE
from resolvers.sources.correction_request import ALL_CORRECTIONS
from resolvers.sources.data_request import ALL_DATA_REQUESTS
from resolvers.sources.data_request import BY_ID as REQUEST_BY_ID
from resolvers.sources.directory import ALL_JURISDICTIONS
from resolvers.sources.dispute import ALL_DISPUTES
from resolvers.sources.identity_request import ALL_CHANGES, ALL_REQUESTS
from resolvers.sources.move_notice import ALL_NOTICES
from resolvers.sources.move_notice import BY_ID as NOTICE_BY_ID
from resolvers.sources.notification import OWN_NOTIFICATIONS
from resolvers.sources.state_record import BY_STATE_ID
from resolvers.sources.student import BY_MSIX_ID, SEARCH
from resolvers.sources.upload import ALL_UPLOADS, BY_ID
from resolvers.sources.watch import OWN_WATCHES
from resolvers.sources.worklist_item import BY_ID as ITEM_BY_ID
from resolvers.sources.worklist_item import WORKLIST
from schema.access_application import AccessApplication
from schema.account import Account
from schema.audit_event import AuditEvent, AuditEventFilter
from schema.base import PAGE_ARGUMENTS, Connection, Node
from schema.catalog import MinimumDataElement, resolve_elements
from schema.clock import CLOCK_ARGUMENTS, Clock
from schema.contact import ContactList
from schema.correction_request import CORRECTION_ARGUMENTS, CorrectionRequest
from schema.data_request import DATA_REQUEST_ARGUMENTS, DataRequest
from schema.directory import Jurisdiction
from schema.dispute import DISPUTE_ARGUMENTS, Dispute
from schema.filters import AccessApplicationFilter, StudentFilter, UploadFilter, UserFilter
from schema.identity_preview import (
    IdentityPreview,
    resolve_merge_preview,
    resolve_split_preview,
    resolve_worklist_preview,
)
from schema.identity_request import IdentityChange, IdentityChangeFilter, IdentityRequest, IdentityRequestFilter
from schema.move_notice import NOTICE_ARGUMENTS, MoveNotice
from schema.notification import NOTIFICATION_ARGUMENTS, Notification
from schema.report import (
    Report,
    ReportRun,
    ReportSnapshot,
    SavedReport,
    resolve_report,
    resolve_runs,
    resolve_saved,
    resolve_snapshots,
    resolve_standard_report,
)
from schema.report_catalog import ReportCatalog, resolve_catalog
from schema.rules import RulesOfBehavior, resolve_rules
from schema.service_token import ServiceToken, resolve_of_user
from schema.state_calendar import StateCalendar, resolve_calendar
from schema.state_policy import StatePolicy, resolve_policies
from schema.state_record import StateRecord
from schema.student import Student, StudentOrder
from schema.upload import Upload
from schema.user_administrators import UserAdministrator, resolve_user_administrators
from schema.viewer import Viewer, resolve_viewer
from schema.watch import WATCH_ARGUMENTS, Watch
from schema.worklist_item import WORKLIST_ARGUMENTS, WorklistItem

_BY_ID = "It leads to any object; each type is guarded by its own grant."


@strawberry.type(description="Everything that can be asked.")
class Query:
    viewer: Viewer | None = public(
        "A viewer may know what it is.", description="Whoever asks; null for nobody.", resolver=resolve_viewer
    )
    rules_of_behavior: RulesOfBehavior = public(
        "Whoever may apply for access may read the rules first.",
        description="The rules of behavior in force, the yearly refresher, and the notice of a sign-in page.",
        resolver=resolve_rules,
    )
    minimum_data_elements: list[MinimumDataElement] = public(
        "What states must send is published.",
        description="The minimum data elements (MDEs), with their code lists.",
        resolver=resolve_elements,
    )
    student: Student | None = guarded(
        G.STUDENT_READ,
        BY_MSIX_ID,
        "One child's consolidated record. A retired MSIX ID answers with its survivor, and says so.",
        [argument("msix_id", str, "The MSIX ID, 12 digits.")],
    )
    students: Connection[Student] | None = guarded(
        G.STUDENT_SEARCH,
        SEARCH,
        "Students of all states.",
        [
            argument("filter", StudentFilter | None, "Which students; all unless said."),
            argument("order_by", StudentOrder | None, "In which order; by name unless said."),
            *PAGE_ARGUMENTS,
        ],
    )
    state_record: StateRecord | None = guarded(
        G.STUDENT_READ,
        BY_STATE_ID,
        "What one state holds on one child.",
        [
            argument("state", str, "Two-letter code of the state."),
            argument("state_student_id", str, "The child's id in that state."),
        ],
    )
    node: Node | None = public(
        _BY_ID, Nodes(many=False), "An object by its id.", [argument("id", strawberry.ID, "The id.")]
    )
    nodes: list[Node | None] = public(
        _BY_ID,
        Nodes(many=True),
        "Objects by their ids, in the same order; null where there is none.",
        [argument("ids", list[strawberry.ID], "The ids, 200 at most.")],
    )
    worklist: Connection[WorklistItem] | None = guarded(
        G.WORKLIST_DECIDE, WORKLIST, "The decisions that the viewer may take.", WORKLIST_ARGUMENTS
    )
    worklist_item: WorklistItem | None = guarded(
        G.WORKLIST_DECIDE,
        ITEM_BY_ID,
        "One decision that the viewer may take.",
        [argument("id", strawberry.ID, "Its id.")],
    )
    worklist_preview: IdentityPreview | None = guarded(
        G.WORKLIST_DECIDE,
        description="What an open decision would make: the student of both sides of a near match or merge; who stays "
        "and who leaves in a split. Nothing is decided by looking; null where nothing would move.",
        resolver=resolve_worklist_preview,
    )
    clocks: Connection[Clock] | None = guarded(
        G.STUDENT_READ,
        ALL_CLOCKS,
        "What states owe about the children that the viewer may see, by due date.",
        CLOCK_ARGUMENTS,
    )
    identity_requests: Connection[IdentityRequest] | None = guarded(
        G.MERGE_INITIATE,
        ALL_REQUESTS,
        "Requests to merge and split that came from the viewer's state, the newest first.",
        [argument("filter", IdentityRequestFilter | None, "Which requests; all unless said."), *PAGE_ARGUMENTS],
    )
    merge_preview: IdentityPreview | None = guarded(
        G.MERGE_INITIATE,
        description="What a merge would make. Nothing is asked for or changed.",
        resolver=resolve_merge_preview,
    )
    split_preview: IdentityPreview | None = guarded(
        G.MERGE_INITIATE,
        description="What a split would make. Nothing is asked for or changed.",
        resolver=resolve_split_preview,
    )
    identity_changes: Connection[IdentityChange] | None = guarded(
        G.STUDENT_READ,
        ALL_CHANGES,
        "Every change of an MSIX ID, in the order in which they took effect: for systems downstream to follow.",
        [argument("filter", IdentityChangeFilter | None, "Which changes; all unless said."), *PAGE_ARGUMENTS],
    )
    contacts: list[ContactList] | None = guarded(
        G.NOTICE_SEND,
        LISTS_OF_STATE,
        "Whom a state and its districts want told of what concerns their children, the state's own list first.",
        [argument("state", str, "Two-letter code of the state.")],
    )
    move_notices: Connection[MoveNotice] | None = guarded(
        G.NOTICE_SEND,
        ALL_NOTICES,
        "Move notices of the viewer's state or district, the newest first.",
        NOTICE_ARGUMENTS,
    )
    move_notice: MoveNotice | None = guarded(
        G.NOTICE_SEND, NOTICE_BY_ID, "One move notice, of whatever states.", [argument("id", strawberry.ID, "Its id.")]
    )
    data_requests: Connection[DataRequest] | None = guarded(
        G.NOTICE_SEND,
        ALL_DATA_REQUESTS,
        "Data requests to or from the viewer's state, the newest first.",
        DATA_REQUEST_ARGUMENTS,
    )
    data_request: DataRequest | None = guarded(
        G.NOTICE_SEND,
        REQUEST_BY_ID,
        "One data request, of whatever states.",
        [argument("id", strawberry.ID, "Its id.")],
    )
    jurisdictions: list[Jurisdiction] = public(
        "The list of states is common knowledge.",
        ALL_JURISDICTIONS,
        "All states, the District of Columbia and the territories.",
    )
    users: Connection[Account] | None = guarded(
        G.ACCOUNT_READ,
        ALL_ACCOUNTS,
        "The accounts within the viewer's reach, by name.",
        [argument("filter", UserFilter | None, "Which accounts; all unless said."), *PAGE_ARGUMENTS],
    )
    user: Account | None = guarded(
        G.ACCOUNT_READ, BY_USER_ID, "One account.", [argument("user_id", str, "Its user id, in any case.")]
    )
    account_reviews: Connection[Account] | None = guarded(
        G.ACCOUNT_MANAGE,
        UNUSED_ACCOUNTS,
        "Active accounts within the viewer's reach that nobody used for 90 days, the longest unused first.",
        PAGE_ARGUMENTS,
    )
    access_applications: Connection[AccessApplication] | None = guarded(
        G.ACCOUNT_MANAGE,
        ALL_APPLICATIONS,
        "Applications for access within the viewer's reach, the newest first; decided ones too.",
        [argument("filter", AccessApplicationFilter | None, "Which ones; all unless said."), *PAGE_ARGUMENTS],
    )
    user_administrators: list[UserAdministrator] = public(
        "Whoever cannot sign in must know whom to ask.",
        description="The administrators of a state's accounts, and how to reach them at work.",
        resolver=resolve_user_administrators,
    )
    uploads: Connection[Upload] | None = guarded(
        G.UPLOAD_READ,
        ALL_UPLOADS,
        "The viewer's state's uploads, the newest first.",
        [argument("filter", UploadFilter | None, "Which uploads; all unless said."), *PAGE_ARGUMENTS],
    )
    audit_events: Connection[AuditEvent] | None = guarded(
        G.AUDIT_READ,
        TRAIL,
        "The audit trail, the newest first: for user administrators the account events of the own state, for data "
        "administrators who looked at the own state's children, for Privacy Act administrators who looked at the child "
        "that `filter.msixId` names.",
        [argument("filter", AuditEventFilter | None, "Which events; all unless said."), *PAGE_ARGUMENTS],
    )
    upload: Upload | None = guarded(
        G.UPLOAD_READ, BY_ID, "One upload of the viewer's state.", [argument("id", strawberry.ID, "Its id.")]
    )
    disputes: Connection[Dispute] | None = guarded(
        G.STUDENT_READ, ALL_DISPUTES, "Disputes of what states hold, the newest first.", DISPUTE_ARGUMENTS
    )
    correction_requests: Connection[CorrectionRequest] | None = guarded(
        G.CORRECTION_WRITE,
        ALL_CORRECTIONS,
        "Parents' requests for a correction that lie with the viewer's state or came by it, the newest first.",
        CORRECTION_ARGUMENTS,
    )
    watches: Connection[Watch] | None = guarded(
        G.ACCOUNT_SELF,
        OWN_WATCHES,
        "The children and searches that the viewer follows, the newest first.",
        WATCH_ARGUMENTS,
    )
    notifications: Connection[Notification] | None = guarded(
        G.ACCOUNT_SELF,
        OWN_NOTIFICATIONS,
        "What the hub told the viewer, the newest first. What is about a child is there while the viewer may see it.",
        NOTIFICATION_ARGUMENTS,
    )
    state_policies: list[StatePolicy] | None = guarded(
        G.STATE_SETTINGS,
        description="The policies that the law leaves to the states, as they are in the viewer's state.",
        resolver=resolve_policies,
    )
    state_calendar: StateCalendar | None = guarded(
        G.DIRECTORY_READ,
        description="The working days of a state's year, from which the law's working days are counted.",
        resolver=resolve_calendar,
    )
    report: Report | None = guarded(
        G.REPORT_RUN,
        description="An ad hoc report on a snapshot. Counts of the viewer's own state or region are exact, where its "
        "roles let it; all others are protected. Each is audited.",
        resolver=resolve_report,
    )
    standard_report: Report | None = guarded(
        G.REPORT_RUN,
        description="A standard report. Those about the hub's own work are of the viewer's state, and of now.",
        resolver=resolve_standard_report,
    )
    report_catalog: ReportCatalog | None = guarded(
        G.REPORT_RUN, description="What reports may be asked for.", resolver=resolve_catalog
    )
    report_snapshots: list[ReportSnapshot] | None = guarded(
        G.REPORT_RUN, description="The snapshots that are kept, the newest first.", resolver=resolve_snapshots
    )
    saved_reports: list[SavedReport] | None = guarded(
        G.REPORT_RUN,
        description="The viewer's saved reports, and those that its state or office shares.",
        resolver=resolve_saved,
    )
    report_runs: list[ReportRun] | None = guarded(
        G.REPORT_RUN, description="The reports that the viewer ran, the newest first.", resolver=resolve_runs
    )
    service_tokens: list[ServiceToken] | None = guarded(
        G.ACCOUNT_MANAGE,
        description="The service tokens of an account that the viewer administers; null for any other.",
        resolver=resolve_of_user,
    )
