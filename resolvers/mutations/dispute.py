"""The mutations of disputes and of parents' requests for a correction."""

from functools import partial

from hub.disputes.answer_dispute import AnswerDispute, answer_dispute
from hub.disputes.decide_correction import DecideCorrection, decide_correction
from hub.disputes.end_dispute import EndDispute, resolve_dispute, withdraw_dispute
from hub.disputes.file_dispute import FileDispute, file_dispute
from hub.disputes.forward_correction import ForwardCorrection, forward_correction
from hub.disputes.record_correction import RecordCorrection, record_correction
from permissions.elements import needs_of
from permissions.grants import Grant
from permissions.policies import dispute as policies
from permissions.roles import holders_of
from resolvers.writing import Change

_ANSWERING, _FILING = holders_of(Grant.UPLOAD_WRITE), holders_of(Grant.DISPUTE_WRITE)
_DECIDING = holders_of(Grant.CORRECTION_WRITE)

FILE_DISPUTE = Change(
    "fileDispute",
    FileDispute,
    policies.can_file_dispute,
    partial(file_dispute, needs_of=needs_of, answering=_ANSWERING),
)
ANSWER_DISPUTE = Change(
    "answerDispute", AnswerDispute, policies.can_answer_dispute, partial(answer_dispute, filing=_FILING)
)
RESOLVE_DISPUTE = Change(
    "resolveDispute", EndDispute, policies.can_resolve_dispute, partial(resolve_dispute, answering=_ANSWERING)
)
WITHDRAW_DISPUTE = Change(
    "withdrawDispute", EndDispute, policies.can_withdraw_dispute, partial(withdraw_dispute, answering=_ANSWERING)
)
RECORD_CORRECTION = Change(
    "recordCorrectionRequest",
    RecordCorrection,
    policies.can_record_correction,
    partial(record_correction, deciding=_DECIDING),
)
DECIDE_CORRECTION = Change(
    "decideCorrectionRequest",
    DecideCorrection,
    policies.can_decide_correction,
    partial(decide_correction, deciding=_DECIDING),
)
FORWARD_CORRECTION = Change(
    "forwardCorrectionRequest",
    ForwardCorrection,
    policies.can_forward_correction,
    partial(forward_correction, deciding=_DECIDING),
)
