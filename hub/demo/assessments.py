"""The tests a child took in one state: the state's own in spring, English proficiency, a reading inventory."""

from random import Random
from typing import Any

from hub.demo.calendars import text
from hub.demo.dice import among, pick
from hub.demo.schooling import Period, Traits

_TESTED = frozenset(("03", "04", "05", "06", "07", "08", "10", "11"))
_LEVELS = ("Below Basic", "Basic", "Basic", "Proficient", "Advanced")
_STATE_TESTS = (("Mathematics", "09"), ("Reading and Language Arts", "10"), ("Science", "11"))


def _assessment(
    title: str, content: str, kind: str, *, month: str, method: str, score: str, meaning: str | None
) -> dict[str, Any]:
    found = {
        "title": title,
        "content": content,
        "assessmentType": kind,
        "administrationMonth": month,
        "reportingMethod": method,
        "score": score,
    }
    if meaning:
        found["interpretation"] = meaning
    return found


def _state_test(rng: Random, state_name: str, subject: int, month: str) -> dict[str, Any]:
    content, kind = _STATE_TESTS[subject % 3]
    level = pick(rng, _LEVELS)
    score = str(300 + 90 * _LEVELS.index(level) + among(rng, 0, 89))
    return _assessment(
        f"{state_name} Progress Test", content, kind, month=month, method="3479", score=score, meaning=level
    )


def assessments(rng: Random, about: Traits, periods: list[Period]) -> list[dict[str, Any]]:
    """The assessments of these periods of one state, in upload form."""
    found: list[dict[str, Any]] = []
    for period in periods:
        term = period.term
        if term is None or period.grade in {"PS", "KG"}:
            continue
        if period.summer:
            if rng.random() < 0.4:
                found.append(_inventory(rng, text(period.start)[:7]))
            continue
        if period.end and period.end > term.end - 40 and period.grade in _TESTED:
            month = text(term.end - 30)[:7]
            name = period.stay.town.state.name
            found += [_state_test(rng, name, subject, month) for subject in range(3 if rng.random() < 0.3 else 2)]
        if about.english_learner and period.start < term.start + 170 and (period.end or 0) > term.start + 185:
            level = str(among(rng, 1, 5))
            found.append(
                _assessment(
                    "English Language Proficiency Test",
                    "Listening, Speaking, Reading, Writing",
                    "03",
                    month=text(term.start + 180)[:7],
                    method="0503",
                    score=level,
                    meaning=f"Level {level}",
                )
            )
    return found


def exactly(rng: Random, count: int, periods: list[Period]) -> list[dict[str, Any]]:
    """So many assessments spread over these periods, for measurements."""
    return [
        _state_test(rng, period.stay.town.state.name, number, text(period.start)[:7])
        for number, period in ((number, periods[number % len(periods)]) for number in range(count))
    ]


def _inventory(rng: Random, month: str) -> dict[str, Any]:
    rank = str(among(rng, 5, 88))
    return _assessment("Reading Inventory", "Reading", "05", month=month, method="0502", score=rank, meaning=None)
