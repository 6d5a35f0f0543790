"""Uploads and their findings. A finding that names a state record is data of the student behind it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from hub.tables import FindingRow, StateRecordRow, UploadRow
from resolvers.compiler.node_id import by_id
from resolvers.compiler.source import Columns, Connection, Relation, Rows, Source

UPLOADS = Source(
    "uploads",
    UploadRow,
    ("upload_id",),
    state=lambda rows: rows.c.state,
)


def _upload_of(finding: Rows) -> Columns:
    return finding.join("upload", UploadRow.__table__.alias, lambda upload: upload.upload_id == finding.c.upload_id)


def _student_of(finding: Rows) -> ColumnElement[Any]:
    upload = _upload_of(finding)
    record = finding.join(
        "named record",
        StateRecordRow.__table__.alias,
        lambda c: and_(c.state == upload.state, c.state_student_id == finding.c.state_student_id),
        outer=True,
    )
    return record.student_id


FINDINGS = Source(
    "findings",
    FindingRow,
    ("upload_id", "position"),
    subject=_student_of,
    state=lambda rows: _upload_of(rows).state,
)


def _of_upload(finding: Rows, upload: Rows | None) -> ColumnElement[bool] | None:
    return None if upload is None else finding.c.upload_id == upload.c.upload_id


ALL_UPLOADS = Connection(UPLOADS, ascending=False)
FINDINGS_OF_UPLOAD = Connection(FINDINGS, _of_upload)
UPLOAD_OF_RECORD = Relation(UPLOADS, lambda upload, record: upload.c.upload_id == record.c.upload_id)
UPLOAD_OF_FINDING = Relation(UPLOADS, lambda upload, finding: upload.c.upload_id == finding.c.upload_id)


BY_ID = by_id(UPLOADS, "Upload")
