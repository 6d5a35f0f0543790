"""Families: parents, children and the stream they follow.

Family k of a seed is always the same family, made without looking at any other. Its children stand next to one
another in the country, share parents and surnames, and twins share a birth date. Every family comes home at least
once after its youngest child was born, so every child has a home record.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from hub.demo.dice import among, dice, pick, weighted
from hub.demo.names import BIRTH_TOWNS, Community
from hub.demo.states import BY_CODE, STATES
from hub.demo.streams import LOCAL_PEOPLES, LOCAL_WORK, STREAMS, Stop, Stream

_SIZES = (1,) * 9 + (2,) * 11 + (3,) * 7 + (4,) * 4 + (5,)
CHILDREN_PER_BLOCK = sum(_SIZES)
"""Family sizes come in shuffled blocks of 32 families, so that a child's family is found without counting."""


@dataclass(frozen=True, slots=True)
class Parent:
    given: str
    surname: str
    second_surname: str | None


@dataclass(frozen=True, slots=True)
class Child:
    """A child as it truly is; what each state writes about it comes from `spelling`."""

    index: int
    given: str
    second: str | None
    surname: str
    second_surname: str | None
    female: bool
    birth_date: date
    twin: bool
    birth_city: str
    birth_state: str | None
    birth_country: str


@dataclass(frozen=True, slots=True)
class Family:
    """`first_return` and `last_return` are the years of the first and latest homecoming; a settled family stays."""

    index: int
    community: Community
    father: Parent | None
    mother: Parent | None
    stream: Stream
    first_return: int
    last_return: int
    settled: bool
    children: tuple[Child, ...]
    alone: bool


def family_and_child(seed: int, as_of: date, home: str | None, index: int) -> tuple[Family, Child]:
    """The child at a place in the country, with its family."""
    block, offset = divmod(index, CHILDREN_PER_BLOCK)
    for number, (first, size) in enumerate(_block(seed, block)):
        if offset < first + size:
            made = _family(
                seed,
                as_of,
                home,
                block * len(_SIZES) + number,
                first_child=block * CHILDREN_PER_BLOCK + first,
                size=size,
            )
            return made, made.children[offset - first]
    raise IndexError(index)


def families(seed: int, as_of: date, home: str | None, students: int) -> Iterator[Family]:
    """All families with at least one child among the first `students`, in order; children beyond are left out."""
    for start in range(0, students, CHILDREN_PER_BLOCK):
        block = start // CHILDREN_PER_BLOCK
        base = block * len(_SIZES)
        for number, (first, size) in enumerate(_block(seed, block)):
            if start + first >= students:
                return
            made = _family(seed, as_of, home, base + number, first_child=start + first, size=size)
            yield replace(made, children=made.children[: students - start - first])


def _block(seed: int, block: int) -> list[tuple[int, int]]:
    """The first child (counted from the block's) and the size of each family of a block."""
    sizes = list(_SIZES)
    dice(seed, "sizes", block).shuffle(sizes)
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return list(zip(starts, sizes, strict=True))


def _family(seed: int, as_of: date, home: str | None, index: int, *, first_child: int, size: int) -> Family:
    rng = dice(seed, "family", index)
    stream = _stream_of(rng, index, home)
    community = weighted(rng, stream.peoples)
    settled = weighted(rng, ((0, 76), (1, 13), (2, 7), (3, 4)))
    years = among(rng, 0, 3)
    last = _last_return(stream, as_of) - settled
    alone = size == 1 and rng.random() < 0.4
    father, mother = (None, None) if alone else _parents(rng, community)
    if alone:
        born = [as_of - timedelta(days=among(rng, 16 * 366, 21 * 365))]
    else:
        born = _birth_dates(rng, size, as_of, (as_of - date(last, *stream.home_arrive)).days)
    twins = among(rng, 0, size - 2) if size > 1 and rng.random() < 0.06 else None
    if twins is not None:
        born[twins + 1] = born[twins]
    surnames = _surnames(rng, community, father, mother)
    taken: set[str] = set()
    birth_town = pick(rng, BIRTH_TOWNS)
    children = []
    for number, birth_date in enumerate(born):
        twin = twins is not None and number in {twins, twins + 1}
        children.append(
            _child(
                rng,
                first_child + number,
                community,
                surnames=surnames,
                birth_date=birth_date,
                twin=twin,
                born_at=(birth_town, stream.home, "US"),
                taken=taken,
            )
        )
    return Family(index, community, father, mother, stream, last - years, last, settled > 0, tuple(children), alone)


def _last_return(stream: Stream, as_of: date) -> int:
    """The year of the latest homecoming that a record of this date can already show."""
    return as_of.year if date(as_of.year, *stream.home_arrive) <= as_of - timedelta(days=8) else as_of.year - 1


def _stream_of(rng: Random, index: int, home: str | None) -> Stream:
    """Every fifth family lives and works in one state, so that no state is without children."""
    roads = tuple((stream, stream.weight) for stream in STREAMS if home in {None, stream.home})
    if index % 5 and roads:
        return weighted(rng, roads)
    state = BY_CODE[home] if home else STATES[index // 5 % len(STATES)]
    work, other = pick(rng, LOCAL_WORK), pick(rng, LOCAL_WORK)
    stop = Stop(state.neighbour if rng.random() < 0.45 else state.code, (5, among(rng, 12, 28)), (8, 18), other)
    return Stream(state.code, (8, among(rng, 22, 28)), (5, 8), work, (stop,), LOCAL_PEOPLES, 1)


def _parents(rng: Random, people: Community) -> tuple[Parent | None, Parent]:
    def parent(given: tuple[str, ...]) -> Parent:
        second = pick(rng, people.surnames) if people.double_surname else None
        return Parent(pick(rng, given), pick(rng, people.surnames), second)

    mother = parent(people.girls)
    return (None if rng.random() < 0.14 else parent(people.boys)), mother


def _surnames(rng: Random, people: Community, father: Parent | None, mother: Parent | None) -> tuple[str, str | None]:
    if father and mother:
        return father.surname, mother.surname if people.double_surname else None
    if mother:
        return mother.surname, mother.second_surname
    return pick(rng, people.surnames), pick(rng, people.surnames) if people.double_surname else None


def _birth_dates(rng: Random, size: int, as_of: date, days_since_return: int) -> list[date]:
    """Oldest first, one to three and a half years apart, all between the last homecoming and 20.5 years ago."""
    youngest = max(days_since_return + 60, 430)
    ages = [among(rng, youngest, max(youngest, 13 * 365))]
    for _ in range(size - 1):
        ages.append(ages[-1] + among(rng, 370, 1280))
    over = max(0, ages[-1] - int(20.5 * 365))
    return [as_of - timedelta(days=age - over) for age in reversed(ages)]


def _child(
    rng: Random,
    index: int,
    people: Community,
    *,
    surnames: tuple[str, str | None],
    birth_date: date,
    twin: bool,
    born_at: tuple[str, str | None, str],
    taken: set[str],
) -> Child:
    female = rng.random() < 0.5
    names = people.girls if female else people.boys
    given = pick(rng, names)
    while given in taken:
        given = pick(rng, names)
    taken.add(given)
    second = pick(rng, names) if rng.random() < people.second_names else None
    abroad = rng.random() < people.born_abroad
    city, state, country = pick(rng, people.birth_places) if abroad else born_at
    return Child(
        index,
        given,
        None if second == given else second,
        surnames[0],
        surnames[1],
        female,
        birth_date,
        twin,
        city,
        state,
        country,
    )
