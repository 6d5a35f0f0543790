"""Uploads and what they got back."""

from __future__ import annotations

import datetime

from hub.tables import FindingRow, UploadRow
from permissions.declare import argument, guarded
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.sources import upload as source
from schema.base import PAGE_ARGUMENTS, Connection, Node, record
from schema.enums import Severity, UploadStatus
from schema.filters import FindingFilter


@record(source.FINDINGS, G.UPLOAD_READ, "One thing wrong in an upload, and what was expected.")
class Finding:
    severity: Severity | None = guarded(G.UPLOAD_READ, Column(FindingRow.severity), "How grave it is.")
    code: str | None = guarded(G.UPLOAD_READ, Column(FindingRow.code), "Stable code of what is wrong.")
    member: str | None = guarded(G.UPLOAD_READ, Column(FindingRow.member), "CSV file of a bundle.")
    line: int | None = guarded(G.UPLOAD_READ, Column(FindingRow.line), "Line of the file, or row of the member.")
    state_student_id: str | None = guarded(
        G.UPLOAD_READ, Column(FindingRow.state_student_id), "The student's id in the state, where it was readable."
    )
    field: str | None = guarded(G.UPLOAD_READ, Column(FindingRow.field), "The element.")
    path: str | None = guarded(G.UPLOAD_READ, Column(FindingRow.path), "The element's place in the student.")
    message: str | None = guarded(G.UPLOAD_READ, Column(FindingRow.message), "What was expected.")
    upload: Upload | None = guarded(G.UPLOAD_READ, source.UPLOAD_OF_FINDING, "The upload it was found in.")


@record(source.UPLOADS, G.UPLOAD_READ, "One file that a state sent.")
class Upload(Node):
    state: str | None = guarded(G.UPLOAD_READ, Column(UploadRow.state), "Two-letter code of the state.")
    sequence: int | None = guarded(G.UPLOAD_READ, Column(UploadRow.sequence), "Its number in the state's order.")
    mode: str | None = guarded(G.UPLOAD_READ, Column(UploadRow.mode), "INCREMENTAL or FULL.")
    encoding: str | None = guarded(G.UPLOAD_READ, Column(UploadRow.encoding), "How the file was written.")
    file_name: str | None = guarded(G.UPLOAD_READ, Column(UploadRow.file_name), "The file's name.")
    submitted_at: datetime.datetime | None = guarded(
        G.UPLOAD_READ, Column(UploadRow.submitted_at), "When the state made it."
    )
    received_at: datetime.datetime | None = guarded(
        G.UPLOAD_READ, Column(UploadRow.received_at), "When the hub got it."
    )
    finished_at: datetime.datetime | None = guarded(
        G.UPLOAD_READ, Column(UploadRow.finished_at), "When the hub was done with it."
    )
    status: UploadStatus | None = guarded(G.UPLOAD_READ, Column(UploadRow.status), "What became of it.")
    students: int | None = guarded(G.UPLOAD_READ, Column(UploadRow.students), "Students in the file.")
    created: int | None = guarded(G.UPLOAD_READ, Column(UploadRow.created), "State records made.")
    updated: int | None = guarded(G.UPLOAD_READ, Column(UploadRow.updated), "State records replaced.")
    unchanged: int | None = guarded(G.UPLOAD_READ, Column(UploadRow.unchanged), "State records that were equal.")
    rejected: int | None = guarded(G.UPLOAD_READ, Column(UploadRow.rejected), "Students not stored.")
    deleted: int | None = guarded(G.UPLOAD_READ, Column(UploadRow.deleted), "State records deleted.")
    withdrawn: int | None = guarded(
        G.UPLOAD_READ, Column(UploadRow.withdrawn), "State records withdrawn because a full upload left them out."
    )
    findings: Connection[Finding] | None = guarded(
        G.UPLOAD_READ,
        source.FINDINGS_OF_UPLOAD,
        "What is wrong in it, in the order of the file.",
        (argument("filter", FindingFilter | None, "Which findings; all unless said."), *PAGE_ARGUMENTS),
    )
