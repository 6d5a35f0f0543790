"""Filters: typed per column, on indexed columns only, and guarded like the fields whose values they ask about."""

from __future__ import annotations

import datetime

import strawberry

from hub.tables import AccessApplicationRow, AccountRow, FindingRow, UploadRow
from permissions.declare import guarded, public
from permissions.grants import Grant as G
from resolvers.sources import account
from resolvers.sources import conditions as on
from schema.base import Code
from schema.enums import AccountStatus, ApplicationStatus, HealthAlertKind, Role, Severity, UploadStatus

_OPERATOR = "It compares; the field of the filter that holds it is guarded."


@strawberry.input(description="Compares a text exactly.")
class TextFilter:
    eq: str | None = public(_OPERATOR, None, "Equal to this.", default=strawberry.UNSET)
    in_: list[str] | None = public(_OPERATOR, None, "Equal to one of these.", name="in", default=strawberry.UNSET)


@strawberry.input(description="Compares a name without regard to case, accents and punctuation.")
class NameFilter:
    eq: str | None = public(_OPERATOR, None, "Equal to this.", default=strawberry.UNSET)
    prefix: str | None = public(_OPERATOR, None, "Beginning with this.", default=strawberry.UNSET)
    fuzzy: str | None = public(_OPERATOR, None, "Like this, by trigrams.", default=strawberry.UNSET)


@strawberry.input(description="Compares a date; ends are included.")
class DateFilter:
    eq: datetime.date | None = public(_OPERATOR, None, "On this day.", default=strawberry.UNSET)
    from_: datetime.date | None = public(
        _OPERATOR, None, "On this day or later.", name="from", default=strawberry.UNSET
    )
    to: datetime.date | None = public(_OPERATOR, None, "On this day or earlier.", default=strawberry.UNSET)


@strawberry.input(
    description="Which students. Conditions on names, birth, state and enrollment hold together for one state's "
    "record of the child, and those on enrollment for one enrollment of it."
)
class StudentFilter:
    msix_id: TextFilter | None = guarded(
        G.STUDENT_READ, on.MSIX_ID, "By MSIX ID; a retired one finds its survivor.", default=strawberry.UNSET
    )
    state_student_id: TextFilter | None = guarded(
        G.STUDENT_READ, on.STATE_STUDENT_ID, "By any id a state knows the child by.", default=strawberry.UNSET
    )
    first_name: NameFilter | None = guarded(
        G.STUDENT_READ, on.FIRST_NAME, "By first or middle name.", default=strawberry.UNSET
    )
    last_name: NameFilter | None = guarded(
        G.STUDENT_READ, on.LAST_NAME, "By either last name.", default=strawberry.UNSET
    )
    birth_date: DateFilter | None = guarded(
        G.STUDENT_READ, on.BIRTH_DATE, "By date of birth.", default=strawberry.UNSET
    )
    sex: Code | None = guarded(G.STUDENT_READ, on.SEX, "By sex.", default=strawberry.UNSET)
    state: TextFilter | None = guarded(
        G.STUDENT_READ, on.STATE, "By the state that holds the record.", default=strawberry.UNSET
    )
    district_id: TextFilter | None = guarded(
        G.STUDENT_READ, on.DISTRICT_ID, "By district of an enrollment.", default=strawberry.UNSET
    )
    school_id: TextFilter | None = guarded(
        G.STUDENT_READ, on.SCHOOL_ID, "By school of an enrollment.", default=strawberry.UNSET
    )
    grade_level: TextFilter | None = guarded(
        G.STUDENT_READ, on.GRADE_LEVEL, "By grade level of an enrollment.", default=strawberry.UNSET
    )
    enrolled_on: datetime.date | None = guarded(
        G.STUDENT_READ, on.ENROLLED_ON, "Enrolled on this day.", default=strawberry.UNSET
    )
    priority_for_services: bool | None = guarded(
        G.STUDENT_READ, on.PRIORITY_FOR_SERVICES, "By priority for services.", default=strawberry.UNSET
    )
    eligible_on: datetime.date | None = guarded(
        G.STUDENT_READ, on.ELIGIBLE_ON, "Eligible on this day.", default=strawberry.UNSET
    )
    health_alert: list[HealthAlertKind] | None = guarded(
        G.HEALTH_READ, on.HEALTH_ALERT, "With an alert of one of these kinds.", default=strawberry.UNSET
    )
    updated_since: datetime.datetime | None = guarded(
        G.STUDENT_READ, on.UPDATED_SINCE, "With a record changed at this moment or later.", default=strawberry.UNSET
    )


@strawberry.input(description="Which accounts.")
class UserFilter:
    state: TextFilter | None = guarded(
        G.ACCOUNT_READ, on.on_column(AccountRow.state), "By state.", default=strawberry.UNSET
    )
    role: list[Role] | None = guarded(
        G.ACCOUNT_READ, account.HAS_ROLE, "With one of these roles.", default=strawberry.UNSET
    )
    status: list[AccountStatus] | None = guarded(
        G.ACCOUNT_READ, on.one_of(AccountRow.status), "Of one of these statuses.", default=strawberry.UNSET
    )
    name: NameFilter | None = guarded(G.ACCOUNT_READ, account.NAME, "By the person's name.", default=strawberry.UNSET)


@strawberry.input(description="Which applications for access.")
class AccessApplicationFilter:
    state: TextFilter | None = guarded(
        G.ACCOUNT_MANAGE, on.on_column(AccessApplicationRow.state), "By state.", default=strawberry.UNSET
    )
    role: list[Role] | None = guarded(
        G.ACCOUNT_MANAGE, on.one_of(AccessApplicationRow.role), "For one of these roles.", default=strawberry.UNSET
    )
    status: list[ApplicationStatus] | None = guarded(
        G.ACCOUNT_MANAGE, on.one_of(AccessApplicationRow.status), "Of one of these statuses.", default=strawberry.UNSET
    )


@strawberry.input(description="Which enrollments.")
class EnrollmentFilter:
    reported_by: TextFilter | None = guarded(
        G.STUDENT_READ, on.REPORTED_BY, "By the state that reports it.", default=strawberry.UNSET
    )
    district_id: TextFilter | None = guarded(
        G.STUDENT_READ, on.ENROLLMENT_DISTRICT, "By district.", default=strawberry.UNSET
    )
    school_id: TextFilter | None = guarded(G.STUDENT_READ, on.ENROLLMENT_SCHOOL, "By school.", default=strawberry.UNSET)
    grade_level: TextFilter | None = guarded(
        G.STUDENT_READ, on.ENROLLMENT_GRADE, "By grade level.", default=strawberry.UNSET
    )
    enrolled_on: datetime.date | None = guarded(
        G.STUDENT_READ, on.ENROLLMENT_ON, "In force on this day.", default=strawberry.UNSET
    )


@strawberry.input(description="Which findings.")
class FindingFilter:
    severity: list[Severity] | None = guarded(
        G.UPLOAD_READ, on.one_of(FindingRow.severity), "Of one of these severities.", default=strawberry.UNSET
    )
    code: TextFilter | None = guarded(
        G.UPLOAD_READ, on.on_column(FindingRow.code), "By code.", default=strawberry.UNSET
    )


@strawberry.input(description="Which uploads.")
class UploadFilter:
    status: list[UploadStatus] | None = guarded(
        G.UPLOAD_READ, on.one_of(UploadRow.status), "Of one of these statuses.", default=strawberry.UNSET
    )
    received_since: datetime.datetime | None = guarded(
        G.UPLOAD_READ, on.since(UploadRow.received_at), "Received at this moment or later.", default=strawberry.UNSET
    )
