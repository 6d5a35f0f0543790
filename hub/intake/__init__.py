"""Takes in what states send: a file is read and checked as a stream, staged, and applied whole or not at all.

`receive` is the way in; `Report` says what became of the file. Format and rules: UPLOADS.md.
"""

from hub.intake.actor import Actor
from hub.intake.findings import Finding, FindingCode, Severity
from hub.intake.receiving import Progress, receive
from hub.intake.report import Outcome, Report

__all__ = ["Actor", "Finding", "FindingCode", "Outcome", "Progress", "Report", "Severity", "receive"]
