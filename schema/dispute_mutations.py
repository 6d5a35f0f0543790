"""What people say about a record without changing it: disputes, and parents' requests for a correction."""

from __future__ import annotations

import strawberry

from permissions.grants import Grant as G
from resolvers.mutations import dispute
from schema.correction_request import (
    CorrectionRequestPayload,
    DecideCorrectionRequestInput,
    ForwardCorrectionRequestInput,
    RecordCorrectionRequestInput,
)
from schema.dispute import AnswerDisputeInput, DisputePayload, EndDisputeInput, FileDisputeInput
from schema.payload import change


@strawberry.type(description="Disputes and requests for a correction.")
class DisputeMutations:
    file_dispute: DisputePayload | None = change(
        dispute.FILE_DISPUTE,
        FileDisputeInput,
        DisputePayload,
        "Enter a statement that disputes what states hold on a child. It stands with the records; they do not change.",
        G.DISPUTE_WRITE,
    )
    answer_dispute: DisputePayload | None = change(
        dispute.ANSWER_DISPUTE,
        AnswerDisputeInput,
        DisputePayload,
        "Answer a dispute of a record of the viewer's state.",
        G.UPLOAD_WRITE,
    )
    resolve_dispute: DisputePayload | None = change(
        dispute.RESOLVE_DISPUTE, EndDisputeInput, DisputePayload, "Say that a dispute was settled.", G.DISPUTE_WRITE
    )
    withdraw_dispute: DisputePayload | None = change(
        dispute.WITHDRAW_DISPUTE, EndDisputeInput, DisputePayload, "Take a dispute back.", G.DISPUTE_WRITE
    )
    record_correction_request: CorrectionRequestPayload | None = change(
        dispute.RECORD_CORRECTION,
        RecordCorrectionRequestInput,
        CorrectionRequestPayload,
        "Record a parent's request for a correction; its clock starts.",
        G.CORRECTION_WRITE,
    )
    decide_correction_request: CorrectionRequestPayload | None = change(
        dispute.DECIDE_CORRECTION,
        DecideCorrectionRequestInput,
        CorrectionRequestPayload,
        "Decide a request for a correction that lies with the viewer's state.",
        G.CORRECTION_WRITE,
    )
    forward_correction_request: CorrectionRequestPayload | None = change(
        dispute.FORWARD_CORRECTION,
        ForwardCorrectionRequestInput,
        CorrectionRequestPayload,
        "Forward a request for a correction to the state whose record it is about.",
        G.CORRECTION_WRITE,
    )
