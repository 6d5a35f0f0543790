"""Places the records of a batch, one after the other, each seeing the ones before it.

Pure: everything that it needs of the database is in the `Surroundings`. Students that it makes have negative numbers
until the caller has issued their IDs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hub.matching.decide import (
    NOTHING_SETTLED,
    SHOWN,
    Candidate,
    Decision,
    Outcome,
    Settled,
    candidate_of,
    decide,
    no_longer_alike,
)
from hub.matching.guards import Guard, may_be_twin, names_conflict
from hub.matching.keys import Keys
from hub.matching.model import Model
from hub.matching.neighbourhood import Neighbourhood, Version


class Place(StrEnum):
    """How a record came to its student."""

    NEW = "NEW"
    LINKED = "LINKED"
    NAMED = "NAMED"
    NEAR = "NEAR"
    KEPT = "KEPT"
    CONFLICT = "CONFLICT"
    RETURNED = "RETURNED"


@dataclass(slots=True)
class Placed:
    """Where a record goes. `near` are the candidates that a person has to look at: each is a worklist item.

    `decision` holds the evidence; `prior` what it was weighed with. Of a record that leaves its student, `previous` is
    the student that it leaves.
    """

    place: Place
    student: int
    previous: int | None = None
    decision: Decision | None = None
    near: Sequence[Candidate] = ()


@dataclass
class Surroundings:
    """What the database says around a batch. `pending`: pairs of students with an open question between them.

    `verdicts` is what people decided, by pairs of records, the lower first: True for one child. `shared` are the keys
    by which records of the batch may find each other.
    """

    neighbourhood: Neighbourhood = field(default_factory=Neighbourhood)
    pending: set[frozenset[int]] = field(default_factory=set)
    verdicts: dict[tuple[int, int], bool] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)


@dataclass
class Placing:
    """Places records among the surroundings. `touched`: students some of whose links should be looked at again."""

    model: Model
    students: int
    around: Surroundings
    made: int = 0
    touched: set[int] = field(default_factory=set)

    @property
    def prior(self) -> float:
        return self.model.prior(self.students + self.made)

    def new(self, version: Version, keys: Keys, named: int | None = None) -> Placed:
        """Place a record that the hub did not hold. `named`: the student that it names by MSIX ID, and that agrees."""
        found = self._candidates(keys, None)
        if named is not None and named in self.around.neighbourhood.versions:
            found[named] = self.around.neighbourhood.versions[named]
        decision = decide(self.model, version, found, self.prior, NOTHING_SETTLED, self.around.pending)
        if named is not None:
            by_name = self._named(version, named)
            if by_name is not None:
                return self._put(version, keys, Placed(Place.NAMED, named, None, by_name))
        if decision.outcome is Outcome.LINK and decision.student is not None:
            return self._put(version, keys, Placed(Place.LINKED, decision.student, None, decision))
        near = decision.candidates[: decision.near]
        place = Place.NEAR if near else Place.NEW
        return self._put(version, keys, Placed(place, self._make(), None, decision, near))

    def known(self, version: Version, keys: Keys, own: int) -> Placed:
        """Place a record that the hub holds, linked to `own`, in a version that it has not seen."""
        neighbourhood = self.around.neighbourhood
        mine = neighbourhood.versions.get(own)
        if not mine:
            return self._put(version, keys, Placed(Place.KEPT, own))
        with_own = candidate_of(self.model, version, own, mine, self.prior)
        found = self._candidates(keys, own)
        decision = decide(
            self.model, version, found, self.prior, self._settled(version.record, found), self.around.pending
        )
        if no_longer_alike(self.model, with_own):
            back = decision.student
            if decision.outcome is Outcome.LINK and back is not None and self._held_before(back, version.record):
                return self._put(version, keys, Placed(Place.RETURNED, back, own, decision))
            shown = Decision(Outcome.NEAR_MATCH, None, [with_own, *decision.candidates][:SHOWN], 1)
            return self._put(version, keys, Placed(Place.CONFLICT, self._make(), own, shown, [with_own]))
        alike = [
            each
            for each in decision.candidates
            if each.total >= self.model.thresholds.link
            and not each.another
            and frozenset((own, each.student)) not in self.around.pending
        ]
        return self._put(version, keys, Placed(Place.KEPT, own, None, decision, alike))

    def alike(self, version: Version, probes: Sequence[int], own: int) -> list[Candidate]:
        """The other students that people would be asked about if this record, linked to `own`, came today.

        What the other records of its student say counts as it did then; a pair is given once.
        """
        neighbourhood = self.around.neighbourhood
        found = {student: neighbourhood.versions[student] for student in neighbourhood.candidates(probes)}
        found[own] = [each for each in neighbourhood.versions.get(own, ()) if each.record != version.record]
        if not found[own]:
            del found[own]
        settled = self._settled(version.record, found)
        decision = decide(self.model, version, found, self.prior, settled, self.around.pending)
        asked = []
        for each in decision.candidates:
            pair = frozenset((own, each.student))
            near = each in decision.candidates[: decision.near] or each.total >= self.model.thresholds.link
            if near and not each.another and each.student != own and pair not in self.around.pending:
                self.around.pending.add(pair)
                asked.append(each)
        return asked

    def again(self, version: Version, probes: Sequence[int], own: int) -> Decision:
        """Where a record that is the only one of its student, `own`, would go if it came now. A link is taken note of:
        those that are looked at after it find the record there."""
        neighbourhood = self.around.neighbourhood
        candidates = neighbourhood.candidates(probes)
        found = {student: neighbourhood.versions[student] for student in candidates if student != own}
        settled = self._settled(version.record, found)
        decision = decide(self.model, version, found, self.prior, settled, self.around.pending)
        if decision.outcome is Outcome.LINK and decision.student is not None:
            neighbourhood.forget(version.record)
            neighbourhood.add(decision.student, version)
        return decision

    def _candidates(self, keys: Keys, own: int | None) -> dict[int, Sequence[Version]]:
        neighbourhood = self.around.neighbourhood
        found = neighbourhood.candidates(keys.probes)
        return {student: neighbourhood.versions[student] for student in found if student != own}

    def _named(self, version: Version, named: int) -> Decision | None:
        """The link that an MSIX ID asks for, unless the given names say that it was copied from another child."""
        versions = self.around.neighbourhood.versions.get(named)
        if not versions:
            return Decision(Outcome.LINK, named, [])
        candidate = candidate_of(self.model, version, named, versions, self.prior)
        if Guard.GIVEN_NAME in candidate.guards or Guard.REAL_NAMES in candidate.guards or candidate.another:
            return None
        candidate.guards.clear()
        return Decision(Outcome.LINK, named, [candidate])

    def _settled(self, record: int, students: Collection[int]) -> Settled:
        verdicts = self.around.verdicts
        if not verdicts:
            return NOTHING_SETTLED
        same: set[int] = set()
        not_same: set[int] = set()
        for student in students:
            for version in self.around.neighbourhood.versions[student]:
                verdict = verdicts.get((min(record, version.record), max(record, version.record)))
                if verdict is not None:
                    (same if verdict else not_same).add(student)
        return Settled(same - not_same, not_same)

    def _held_before(self, student: int, record: int) -> bool:
        return any(version.record == record for version in self.around.neighbourhood.versions[student])

    def _make(self) -> int:
        self.made += 1
        return -self.made

    def _put(self, version: Version, keys: Keys, placed: Placed) -> Placed:
        """Let those that follow find the record where it was placed."""
        neighbourhood = self.around.neighbourhood
        neighbourhood.add(placed.student, version, self.around.shared.intersection(keys.stored))
        for candidate in placed.near:
            self.around.pending.add(frozenset((placed.student, candidate.student)))
        if version.person.multiple and placed.student > 0:
            self.touched.add(placed.student)
        for each in placed.decision.candidates if placed.decision else ():
            if each.student != placed.student and _are_twins(version, each):
                self.touched.add(each.student)
        return placed


def _are_twins(version: Version, candidate: Candidate) -> bool:
    """Whether the record seems to be the co-twin of the candidate."""
    one, other, levels = version.person, candidate.version.person, candidate.levels
    return may_be_twin(one, other, levels) and names_conflict(one, other, levels)
