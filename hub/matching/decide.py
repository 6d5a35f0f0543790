"""Decides where one record belongs: it links, is a near match that a person settles, or is a new student's.

Pure: the same record among the same students gives the same decision, whatever the order of those students.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hub.matching.compare import birth_level, completed, sex_level
from hub.matching.guards import Guard, another_child, flagged, may_be_twin, pair_guards
from hub.matching.levels import NONE, Levels
from hub.matching.model import Model
from hub.matching.name_levels import names_level, related
from hub.matching.neighbourhood import Version
from hub.matching.normalize import Person
from hub.matching.score import Score, most, score

SHOWN = 5
"""Candidates that a decision keeps as its evidence."""


class Outcome(StrEnum):
    LINK = "LINK"
    NEAR_MATCH = "NEAR_MATCH"
    NEW_STUDENT = "NEW_STUDENT"


@dataclass(slots=True)
class Candidate:
    """A student that the record may belong to, by that version of its records which fits best."""

    student: int
    version: Version
    levels: Levels
    state_id: str
    score: Score
    total: float
    flagged: bool
    another: bool
    guards: list[Guard] = field(default_factory=list)


@dataclass(slots=True)
class Decision:
    """What became of a record, and the candidates that it was weighed against, best first.

    `student` is whom it links to. Of a near match, `candidates` begins with those that a person has to look at.
    """

    outcome: Outcome
    student: int | None
    candidates: list[Candidate]
    near: int = 0


@dataclass(frozen=True)
class Settled:
    """What people settled about this record: students that hold a record known as the same, or as not the same."""

    same: Collection[int] = ()
    not_same: Collection[int] = ()


NOTHING_SETTLED = Settled()


def decide(
    model: Model,
    record: Version,
    students: Mapping[int, Sequence[Version]],
    prior: float,
    settled: Settled = NOTHING_SETTLED,
    pending: Collection[frozenset[int]] = (),
) -> Decision:
    """Weigh `record` against `students` (versions by student). `pending`: pairs of students with an open near match."""
    limits = model.thresholds
    weighed = (
        _weighed(model, record, student, versions, prior, -math.inf if student in settled.same else limits.near)
        for student, versions in students.items()
        if student not in settled.not_same
    )
    ranked = sorted(
        (candidate for candidate in weighed if candidate is not None),
        key=lambda candidate: (-candidate.total, candidate.student),
    )
    if not ranked:
        return Decision(Outcome.NEW_STUDENT, None, [])
    for known in ranked:
        if known.student in settled.same:
            return Decision(Outcome.LINK, known.student, [known])
    best = ranked[0]
    _guard(model, record, ranked, pending)
    shown = ranked[:SHOWN]
    if not best.guards:
        return Decision(Outcome.LINK, best.student, shown)
    near = [each for each in ranked if each.total >= limits.near and not each.another]
    if near:
        near = near[:SHOWN]
        others = [each for each in shown if each not in near]
        return Decision(Outcome.NEAR_MATCH, None, (near + others)[:SHOWN], len(near))
    return Decision(Outcome.NEW_STUDENT, None, shown)


def candidate_of(model: Model, record: Version, student: int, versions: Sequence[Version], prior: float) -> Candidate:
    """The student by its best version, with the guards that speak without looking at other students."""
    found = _weighed(model, record, student, versions, prior, -math.inf)
    assert found is not None, "a candidate has at least one version"
    return found


def _weighed(
    model: Model, record: Version, student: int, versions: Sequence[Version], prior: float, least: float
) -> Candidate | None:
    """The student by its best version; None where names and birth dates alone say that no version reaches `least`.

    A version that may be of a co-twin is always weighed.
    """
    person = record.person
    best: tuple[float, Version, Levels, Score] | None = None
    state_id = state_id_level(record, versions)
    # What was sent again and again is compared once: of equal versions the first is the best.
    told_apart: list[Person] = []
    for version in versions:
        other = version.person
        if other in told_apart:
            continue
        told_apart.append(other)
        names, birth, sex = names_level(person, other), birth_level(person.birth, other.birth), sex_level(person, other)
        if most(model, person, other, names, birth, sex, state_id) + prior < least and not (
            birth == "exact" and related(person, other)
        ):
            continue
        levels = completed(person, other, names, birth, sex)
        found = score(model, person, other, levels, state_id)
        if best is None or found.total > best[0]:
            best = found.total, version, levels, found
    if best is None:
        return None
    total, version, levels, found = best
    return Candidate(
        student,
        version,
        levels,
        state_id,
        found,
        total + prior,
        flagged(versions),
        state_id != "same" and another_child(person, version.person, levels),
        list(pair_guards(person, version.person, levels, state_id)),
    )


def no_longer_alike(model: Model, own: Candidate) -> bool:
    """Whether a known record, sent again, no longer looks like its own student: its state may have reused the id."""
    levels = own.levels
    if levels.given == "different" or (levels.birth == "different" and levels.given != "exact"):
        return True
    return own.total < model.thresholds.near + model.weights["stateId"]["same"]


def state_id_level(record: Version, versions: Sequence[Version]) -> str:
    """Ids are compared within a state: its own first, and another one only with the other's own."""
    level = NONE
    for version in versions:
        if version.state != record.state:
            continue
        if record.ids[0] in version.ids or version.ids[0] in record.ids:
            return "same"
        if record.ids[0].partition(" ")[0] == version.ids[0].partition(" ")[0]:
            level = "different"
    return level


def _guard(model: Model, record: Version, ranked: Sequence[Candidate], pending: Collection[frozenset[int]]) -> None:
    """Add to the best candidate the guards that look at the other students, and at the score."""
    limits, best = model.thresholds, ranked[0]
    equal_names = best.levels.given == "exact" or best.state_id == "same"
    if not equal_names and (
        record.person.multiple
        or best.flagged
        or any(may_be_twin(record.person, each.version.person, each.levels) for each in ranked[1:])
    ):
        best.guards.append(Guard.MULTIPLE_BIRTH)
    for each in ranked[1:]:
        if best.total - each.total >= limits.lead:
            break
        if frozenset((best.student, each.student)) not in pending:
            best.guards.append(Guard.AMBIGUOUS)
            break
    if best.score.personal < limits.personal:
        best.guards.append(Guard.WEAK_PERSONAL)
    if best.total < limits.link:
        best.guards.append(Guard.LOW_SCORE)
