"""The child count of hand-made cases, the expected numbers written by hand from the rules.

Program year 2025 is 1 September 2025 to 31 August 2026. Each case is a district of Tennessee of its own, by which the
report is split.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub import clock
from hub.reports.snapshot.build import build_snapshot
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, Hub, running, store_accounts
from tests.identity.country import child, rows, upload
from tests.reports.asking import report, standard, table

pytestmark = pytest.mark.anyio

AS_OF = datetime(2026, 11, 25, 8, tzinfo=UTC)
COUNTS = ["CHILD_COUNT", "SUMMER_CHILD_COUNT", "ELIGIBLE_CHILDREN", "TURNED_THREE", "TURNED_THREE_VERIFIED"]


@dataclass(frozen=True)
class Case:
    """A child, and what it counts for: `counts` of `COUNTS`."""

    why: str
    born: str
    qad: str
    counts: tuple[int, int, int, int, int]
    verified: str | None = None
    graduated: str | None = None
    summer: tuple[str, str] | None = None

    def enrollments(self, district: str) -> list[dict[str, Any]]:
        made: dict[str, Any] = {"enrollmentDate": "2025-08-25", "enrollmentType": "BASIC", "districtId": district}
        if self.verified:
            made["residencyVerificationDate"] = self.verified
        if self.graduated:
            made |= {"graduation": "GRADUATION", "graduationDate": self.graduated}
        kind = {"enrollmentType": "SUMMER_MEP", "districtId": district}
        if self.summer:
            return [{**kind, "enrollmentDate": self.summer[0], "withdrawalDate": self.summer[1]}, made]
        return [made]


NO, COUNTED, ELIGIBLE_ONLY = (0, 0, 0, 0, 0), (1, 0, 1, 0, 0), (0, 0, 1, 0, 0)
_SUMMER, _BEFORE, _INTO = ("2026-06-15", "2026-07-10"), ("2025-06-15", "2025-07-10"), ("2025-08-01", "2025-09-01")
CASES = (
    Case("eligible all year", "2015-01-01", "2025-01-10", COUNTED),
    Case("eligibility ended the day before the year: three years less a day", "2015-01-02", "2022-09-01", NO),
    Case("eligible on the year's first day alone", "2015-01-03", "2022-09-02", COUNTED),
    Case("eligible on the year's last day alone", "2015-01-04", "2026-08-31", COUNTED),
    Case("arrived the day after the year", "2015-01-05", "2026-09-01", NO),
    Case("turned 22 on the year's first day", "2003-09-01", "2024-05-01", NO),
    Case("was 21 on the year's first day alone", "2003-09-02", "2024-05-01", COUNTED),
    Case("graduated on the year's first day", "2008-01-06", "2024-05-01", NO, graduated="2025-09-01"),
    Case("graduated the day after", "2008-01-07", "2024-05-01", COUNTED, graduated="2025-09-02"),
    Case("two years old to the end", "2023-09-01", "2025-01-10", ELIGIBLE_ONLY),
    Case("turned three the day before the year", "2022-08-31", "2025-01-10", COUNTED),
    Case("turned three, and nobody verified", "2022-09-01", "2025-01-10", (0, 0, 1, 1, 0)),
    Case("verified on the third birthday", "2023-08-31", "2025-01-10", (1, 0, 1, 1, 1), verified="2026-08-31"),
    Case("verified the day before it", "2023-08-30", "2025-01-10", (0, 0, 1, 1, 0), verified="2026-08-29"),
    Case("verified when the year was over", "2023-03-01", "2025-01-10", (0, 0, 1, 1, 0), verified="2026-09-05"),
    Case("eligible to the eve of the third birthday", "2022-10-05", "2022-10-05", ELIGIBLE_ONLY, verified="2026-02-01"),
    Case("served in summer", "2015-01-08", "2025-01-10", (1, 1, 1, 0, 0), summer=_SUMMER),
    Case("served in the summer before", "2015-01-09", "2025-01-10", COUNTED, summer=_BEFORE),
    Case("a summer that reached into the year", "2015-01-11", "2025-01-10", (1, 1, 1, 0, 0), summer=_INTO),
    Case("served in summer, two years old", "2023-10-01", "2025-01-10", ELIGIBLE_ONLY, summer=_SUMMER),
)


def _district(number: int) -> str:
    return f"47{number:05}"


def _students(cases: Sequence[Case]) -> list[dict[str, Any]]:
    return [
        child(
            number,
            demographics__birthDate=case.born,
            qualifyingMoves=[{"qualifyingArrivalDate": case.qad, "fromState": "FL", "toState": "TN"}],
            enrollments=case.enrollments(_district(number)),
        )
        for number, case in enumerate(cases)
    ]


@pytest.fixture
async def counted(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """The cases, uploaded, and a snapshot of them; two records of Tennessee and one of Texas are of the first child."""
    await store_accounts(database_url)
    twice = child(
        90,
        demographics__birthDate=CASES[0].born,
        qualifyingMoves=[{"qualifyingArrivalDate": CASES[0].qad, "fromState": "FL", "toState": "TN"}],
        enrollments=CASES[0].enrollments(_district(0)),
    )
    await upload(database_url, "TN", 1, [*_students(CASES), twice])
    await upload(database_url, "TX", 1, [{**twice, "stateStudentId": "T1"}])
    await rows(
        database_url,
        "UPDATE state_records SET review_scopes = NULL, student_id = CASE WHEN state_student_id IN ('S90', 'T1') THEN"
        " (SELECT student_id FROM state_records WHERE state_student_id = 'S0') ELSE student_id END",
    )
    with clock.frozen(AS_OF):
        await build_snapshot(database_url, tmp_path)
    async with running(database_url, reports_dir=tmp_path) as hub:
        yield hub


async def test_each_case_counts_as_the_rules_say(counted: Hub) -> None:
    found = await report(
        counted,
        DATA_ADMIN,
        measures=COUNTS,
        dimensions=["DISTRICT"],
        filters=[{"dimension": "PROGRAM_YEAR", "in": ["2025"]}],
    )
    placed = table(found)
    for number, case in enumerate(CASES):
        assert tuple(placed.get((_district(number),), NO)) == case.counts, case.why
    assert tuple(placed[("TOTAL",)]) == tuple(map(sum, zip(*(case.counts for case in CASES), strict=True)))


async def test_the_standard_report_counts_a_child_once_a_state(counted: Hub) -> None:
    for by, expected in ((DATA_ADMIN, [10, 2, 16]), (DATA_ADMIN_TX, [1, 0, 1])):
        answer = (await standard(counted, by, "CHILD_COUNT", {"year": 2025})).data["standardReport"]
        assert answer["totals"]["values"][1:] == expected
        assert answer["disclosure"]["mode"] == "EXACT"
    turned = (await standard(counted, DATA_ADMIN, "TWO_TURNING_THREE", {"year": 2025})).data["standardReport"]
    assert turned["totals"]["values"][1:] == [4, 1]


async def test_the_year_before_has_other_numbers(counted: Hub) -> None:
    """1 September 2024 to 31 August 2025, by hand: of the eleven that are of age and had arrived all but the one that
    turned three on the last day and was not verified; two were in a summer program, one of them for August alone."""
    answer = (await standard(counted, DATA_ADMIN, "CHILD_COUNT", {"year": 2024})).data["standardReport"]
    assert answer["totals"]["values"][1:3] == [10, 2]
