"""Takes in what states send: a file is read and checked as a stream, staged, and applied whole or not at all.

`receive` is the way in, for many files `receive_all`; `Report` says what became of a file. Format and rules:
UPLOADS.md.
"""

from hub.intake.actor import Actor
from hub.intake.findings import Finding, FindingCode, Severity
from hub.intake.many import receive_all
from hub.intake.receiving import Progress, Sent, receive
from hub.intake.report import Outcome, Report
from hub.intake.running import run_intake
from hub.intake.sweeping import JOB as ALIKE
from hub.intake.sweeping import sweep_alike

__all__ = [
    "ALIKE",
    "Actor",
    "Finding",
    "FindingCode",
    "Outcome",
    "Progress",
    "Report",
    "Sent",
    "Severity",
    "receive",
    "receive_all",
    "run_intake",
    "sweep_alike",
]
