"""Invented towns, each with its district and schools.

A district id is the state's two-digit federal code and five digits; a school id is its district's id and five
digits: the forms that the National Center for Education Statistics gives out. The towns do not exist.
"""

from dataclasses import dataclass

from hub.demo.dice import among, dice, pick
from hub.demo.states import STATES, State
from hub.demo.streams import STREAMS

_SPANISH = ("CA", "TX", "NM", "AZ", "PR")
_FIRST = (
    "Amberly",
    "Brindle",
    "Calder",
    "Dunmore",
    "Elkhart",
    "Fennimore",
    "Garland",
    "Hollis",
    "Ivywood",
    "Juniper",
    "Kestrel",
    "Larkin",
    "Marlow",
    "Nettle",
    "Orchard",
    "Pembrook",
    "Quarry",
    "Rushford",
    "Sorrel",
    "Tamarack",
    "Umber",
    "Vesper",
    "Wexley",
    "Yarrow",
    "Bellweather",
    "Cobalt",
)
_LAST = ("Flats", "Landing", "Grove", "Bend", "Junction", "Hollow", "Prairie", "Mills", "Crossing", "Ridge")
_FIRST_SPANISH = ("San Lucio", "Agua Mansa", "Los Fresnales", "Santa Odilia", "Las Palomitas", "El Carrizal")
_LAST_SPANISH = ("", " del Río", " Viejo", " de Abajo")
_STREETS = ("Main St", "Mill Rd", "Railroad Ave", "County Road 14", "Depot St", "Camp Rd", "2nd St", "Levee Rd")


@dataclass(frozen=True, slots=True)
class School:
    """A school or a summer site: its name and its 12-digit id."""

    name: str
    id: str
    address: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town, its district, and one school for each level."""

    state: State
    name: str
    zip: str
    phone: str
    district_id: str
    district_name: str
    elementary: School
    middle: School
    high: School
    summer: School
    facility: str

    def school_for(self, grade: str) -> School:
        """Where a child of that grade goes while school is in session."""
        if grade in {"09", "10", "11", "12", "UG"}:
            return self.high
        return self.middle if grade in {"06", "07", "08"} else self.elementary


def phone_in(state: State, number: int) -> str:
    """A ten-digit number of the state that nobody can have: 555-0100 to 555-0199."""
    return f"{state.area_code}55501{number % 100:02d}"


def towns_of(seed: int) -> dict[str, tuple[Town, ...]]:
    """The towns of every state by its code: three, and two more for each stop that a stream makes there."""
    visits = dict.fromkeys((state.code for state in STATES), 3)
    for stream in STREAMS:
        visits[stream.home] += 2
        for stop in stream.stops:
            visits[stop.state] += 2
    return {state.code: _towns(seed, state, visits[state.code]) for state in STATES}


def _towns(seed: int, state: State, count: int) -> tuple[Town, ...]:
    rng = dice(seed, "towns", state.code)
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    rng.shuffle(names)
    if state.code in _SPANISH:
        spanish = [first + last for first in _FIRST_SPANISH for last in _LAST_SPANISH]
        rng.shuffle(spanish)
        names[: count // 2] = spanish[: count // 2]
    numbers = rng.sample(range(100, 9990), count)
    return tuple(_town(seed, state, name, number) for name, number in zip(names[:count], numbers, strict=True))


def _town(seed: int, state: State, name: str, number: int) -> Town:
    rng = dice(seed, "town", state.code, name)
    district = f"{state.fips}{number:04d}0"
    ids = iter(rng.sample(range(100, 9990), 4))

    def school(kind: str) -> School:
        return School(f"{name} {kind}", f"{district}{next(ids):05d}", f"{among(rng, 100, 9900)} {pick(rng, _STREETS)}")

    return Town(
        state=state,
        name=name,
        zip=f"{state.zip3}{among(rng, 1, 99):02d}",
        phone=phone_in(state, among(rng, 0, 99)),
        district_id=district,
        district_name=f"{name} {state.district_style}",
        elementary=school("Elementary School"),
        middle=school("Middle School"),
        high=school("High School"),
        summer=school("Migrant Summer Program"),
        facility=f"{name} {pick(rng, ('Community Center', 'Church Hall', 'Farmworker Housing', 'Library'))}",
    )
