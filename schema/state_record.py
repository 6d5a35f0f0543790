"""What one state holds on one child."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from hub.tables import StateRecordRow
from permissions.declare import guarded
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.sources import directory, dispute
from resolvers.sources import record_rows as rows
from resolvers.sources import state_record as source
from resolvers.sources.upload import UPLOAD_OF_RECORD
from schema.base import Code, Node, record
from schema.directory import Jurisdiction
from schema.dispute import Dispute
from schema.record_rows import (
    FILTER_ENROLLMENTS,
    AlternateId,
    Assessment,
    Demographics,
    Enrollment,
    HealthAlert,
    QualifyingMove,
)
from schema.upload import Upload

if TYPE_CHECKING:
    from schema.student import Student


@record(source.STATE_RECORDS, G.STUDENT_READ, "What one state holds on one child. Only that state changes it.")
class StateRecord(Node):
    state: str | None = guarded(
        G.STUDENT_READ, Column(StateRecordRow.state), "Two-letter code of the state whose record it is."
    )
    jurisdiction: Jurisdiction | None = guarded(G.STUDENT_READ, directory.STATE_OF_ROW, "That state.")
    state_student_id: str | None = guarded(G.STUDENT_READ, Column(StateRecordRow.state_student_id))
    state_student_id_type: Code | None = guarded(G.STUDENT_READ, Column(StateRecordRow.state_student_id_type))
    msix_id: str | None = guarded(G.STUDENT_READ, Column(StateRecordRow.msix_id))
    alternate_ids: list[AlternateId] | None = guarded(
        G.STUDENT_READ, rows.of_record(rows.ALTERNATE_IDS, 1), "Other ids of the child in the same state."
    )
    submitted_at: datetime.datetime | None = guarded(
        G.STUDENT_READ, Column(StateRecordRow.submitted_at), "When the state submitted the record as it stands."
    )
    updated_at: datetime.datetime | None = guarded(
        G.STUDENT_READ, Column(StateRecordRow.updated_at), "When the hub last changed it."
    )
    demographics: Demographics | None = guarded(
        G.STUDENT_READ, rows.of_record(rows.DEMOGRAPHICS, many=False), "Who the child is, as this state holds it."
    )
    qualifying_moves: list[QualifyingMove] | None = guarded(
        G.STUDENT_READ, rows.of_record(rows.MOVES), "The qualifying moves it reports, the newest first."
    )
    enrollments: list[Enrollment] | None = guarded(
        G.STUDENT_READ,
        rows.of_record(rows.ENROLLMENTS),
        "The enrollments it reports, the newest first.",
        FILTER_ENROLLMENTS,
    )
    assessments: list[Assessment] | None = guarded(
        G.ACADEMICS_READ, rows.of_record(rows.ASSESSMENTS), "The assessments it reports, the newest first."
    )
    health_alerts: list[HealthAlert] | None = guarded(
        G.HEALTH_READ, rows.of_record(rows.ALERTS, 1), "The alerts that its newest enrollment gives."
    )
    student: Annotated["Student", strawberry.lazy("schema.student")] | None = guarded(  # noqa: UP037
        G.STUDENT_READ, source.STUDENT_OF_ROW, "The child to whom the record is linked."
    )
    disputes: list[Dispute] | None = guarded(
        G.STUDENT_READ, dispute.DISPUTES_OF_RECORD, "Every dispute of the record, ended ones too."
    )
    warnings: int | None = guarded(
        G.UPLOAD_READ,
        Column(StateRecordRow.warnings),
        "How many warnings its last upload raised; shown to the record's own state.",
    )
    upload: Upload | None = guarded(
        G.UPLOAD_READ, UPLOAD_OF_RECORD, "The upload that last changed it; shown to the record's own state."
    )
