"""The check of free texts: no social security number, no birth date, no name of the child, its parents or siblings.

`screen` finds them in one text; `refuse_findings` asks it of the texts of a change and refuses, saying what stands
where. What was found is never logged, stored or repeated: a finding is a kind and a place.
"""

from hub.notices.screening.family import Family, Relative, family_of
from hub.notices.screening.finding import Finding, FindingKind
from hub.notices.screening.refusing import refuse_findings
from hub.notices.screening.screen import screen

__all__ = ["Family", "Finding", "FindingKind", "Relative", "family_of", "refuse_findings", "screen"]
