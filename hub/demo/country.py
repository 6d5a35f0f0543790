"""The country: every child, and every state's record of it, made when asked for and never kept.

A country is its numbers (seed, how many children, the date); the same numbers give the same records, byte for byte,
in whatever order they are asked for. Memory stays the same however many children there are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from hub.demo.dice import dice
from hub.demo.families import Child, Family, families, family_and_child
from hub.demo.journeys import Stay, journey
from hub.demo.mistakes import Mistake, plant
from hub.demo.places import Town, towns_of
from hub.demo.records import Body, Life, state_record, state_student_id
from hub.demo.schooling import schooling
from hub.demo.spelling import plain
from hub.demo.states import BY_CODE

CSV_STATES = frozenset({"WA"})
"""States that send CSV bundles; the others send JSON Lines."""

Links = Mapping[tuple[str, str], str]
"""(state, state student id) to the MSIX ID that the hub gave."""


@dataclass(frozen=True, slots=True)
class StateRecord:
    """One student line with the planted mistake, if any; `child` is the child's place in the country."""

    state: str
    state_student_id: str
    child: int
    body: Body
    mistake: Mistake | None


@dataclass(frozen=True)
class Country:
    """`courses_per_child` and `assessments_per_child`: exactly so many over all its records, or None for as usual."""

    students: int
    seed: int
    as_of: date
    courses_per_child: int | None
    assessments_per_child: int | None
    home_state: str | None
    towns: dict[str, tuple[Town, ...]] = field(repr=False)

    @property
    def until(self) -> int:
        """The last ordinal day that a record may mention as past: two days before the second night."""
        return self.as_of.toordinal() - 2

    def lives(self) -> Iterator[Life]:
        """Every child in order, with all that it did."""
        for family in families(self.seed, self.as_of, self.home_state, self.students):
            stays = journey(self.seed, family, self.towns, self.until)
            for child in family.children:
                yield self._life(family, child, stays)

    def life(self, index: int) -> Life:
        """One child by its place (0 to students - 1); IndexError beyond."""
        if not 0 <= index < self.students:
            raise IndexError(index)
        family, child = family_and_child(self.seed, self.as_of, self.home_state, index)
        return self._life(family, child, journey(self.seed, family, self.towns, self.until))

    def first_records(self) -> Iterator[StateRecord]:
        """Night one: the home state's record of every child, without an MSIX ID."""
        return map(self.home_record, self.lives())

    def later_records(self, links: Links) -> Iterator[StateRecord]:
        """Night two: the other states' records, most naming the MSIX ID that the home state's record got.

        Home states send again, corrected, what was refused, and a few records that changed.
        """
        for life in self.lives():
            again = self._sent_again(life, life.states[0], links)
            if again:
                yield again
            yield from self.other_records(life, links)

    def home_record(self, life: Life) -> StateRecord:
        """The home state's record of the child, as sent on night one."""
        return self._record(life, life.states[0])

    def other_records(self, life: Life, links: Links) -> Iterator[StateRecord]:
        """The other states' records of the child, as sent on night two; some states do not know the MSIX ID."""
        home, *others = life.states
        msix_id = links.get((home, state_student_id(home, life.child.index)))
        for code in others:
            record = self._record(life, code)
            named = dice(self.seed, "named", life.child.index, code).random() < 0.92
            record.body["msixId"] = msix_id if named else None
            yield record

    @property
    def showcase(self) -> list[tuple[str, str]]:
        """See `hub.demo.showcase`."""
        from hub.demo.showcase import showcase  # it stands on this room, so it comes in only when asked

        return showcase(self)

    def _life(self, family: Family, child: Child, stays: list[Stay]) -> Life:
        about, periods = schooling(self.seed, family, child, stays, self.until)
        schooled = [number for number, period in enumerate(periods) if period.term is not None]
        places = schooled or list(range(len(periods)))

        def spread(total: int | None) -> list[int] | None:
            if total is None or not places:
                return None
            share, more = divmod(total, len(places))
            counts = [0] * len(periods)
            for number, place in enumerate(places):
                counts[place] = share + (number < more)
            return counts

        return Life(family, child, about, periods, spread(self.courses_per_child), spread(self.assessments_per_child))

    def _record(self, life: Life, code: str) -> StateRecord:
        body = state_record(self.seed, self.until, life, code)
        rng = dice(self.seed, "mistake", life.child.index, code)
        mistake = plant(rng, body, code in CSV_STATES) if rng.random() < 0.012 else None
        return StateRecord(code, body["stateStudentId"], life.child.index, body, mistake)

    def _sent_again(self, life: Life, home: str, links: Links) -> StateRecord | None:
        rng = dice(self.seed, "again", life.child.index)
        changed = rng.random() < 0.03
        if not changed and dice(self.seed, "mistake", life.child.index, home).random() >= 0.012:
            return None
        refused = self._record(life, home).mistake
        if not changed and (refused is None or refused.severity != "REJECT"):
            return None
        body = state_record(self.seed, self.until, life, home)
        body["msixId"] = links.get((home, body["stateStudentId"]))
        if changed:
            body["enrollments"][-1]["comment"] = f"Records office called back from {BY_CODE[home].name}."
        return StateRecord(home, body["stateStudentId"], life.child.index, body, None)


def agrees(first: Body, later: Body) -> bool:
    """Whether birth date and one surname are the same on both, so that the hub follows a named MSIX ID."""

    def surnames(body: Body) -> set[str]:
        from_fields = (body["demographics"].get(name) for name in ("lastName1", "lastName2"))
        return {plain(name).casefold() for name in from_fields if name}

    same_day = first["demographics"]["birthDate"] == later["demographics"]["birthDate"]
    return bool(same_day and surnames(first) & surnames(later))


def make_country(
    students: int = 2000,
    seed: int = 1867,
    as_of: date = date(2026, 11, 20),
    *,
    courses_per_child: int | None = None,
    assessments_per_child: int | None = None,
    home_state: str | None = None,
) -> Country:
    """A country of so many children. `home_state` makes every child's home record that state's (one big file).

    ValueError for a negative number, or a state that is not one.
    """
    if students < 0 or (courses_per_child or 0) < 0 or (assessments_per_child or 0) < 0:
        raise ValueError("expected numbers of zero or more")
    if home_state is not None and home_state not in BY_CODE:
        raise ValueError("expected the two-letter code of a state")
    return Country(students, seed, as_of, courses_per_child, assessments_per_child, home_state, towns_of(seed))
