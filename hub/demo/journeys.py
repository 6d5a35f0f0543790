"""Where a family stayed, and when: one stream cycle after another until today or until it settled.

Stays are in the order of time, never overlap, and each begins with a move that qualifies.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from hub.demo.dice import among, dice, pick
from hub.demo.families import Family
from hub.demo.places import Town
from hub.demo.states import BY_CODE
from hub.demo.streams import Day

STILL_THERE = date(2090, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Stay:
    """Ordinal days; `leave` is STILL_THERE when no departure is planned. The from-place is a town or a country."""

    town: Town
    arrive: int
    leave: int
    from_city: str
    from_state: str | None
    from_country: str
    work: str
    at_home: bool


def journey(seed: int, family: Family, towns: dict[str, tuple[Town, ...]], until: int) -> list[Stay]:
    """The family's stays that began on or before the day `until`."""
    rng = dice(seed, "journey", family.index)
    stream = family.stream
    home = pick(rng, towns[stream.home])
    usual = [_another(rng, towns[stop.state], home) for stop in stream.stops]
    reach = max(among(rng, 1, len(usual)), among(rng, 1, len(usual)))
    places: list[tuple[Town, int, int, str]] = []
    for year in range(family.first_return, family.last_return + 1):
        stays_on = family.settled and year == family.last_return
        leave = STILL_THERE if stays_on else _day(rng, year + 1, stream.home_leave, -2)
        places.append((home, _day(rng, year, stream.home_arrive, 2), leave, stream.work))
        for number, stop in enumerate(stream.stops[:reach]):
            if stays_on or (number and rng.random() < 0.1):
                continue
            town = usual[number] if rng.random() < 0.85 else _another(rng, towns[stop.state], home)
            days = _day(rng, year + 1, stop.arrive, 2), _day(rng, year + 1, stop.leave, -2)
            places.append((town, *days, stop.work))
    return _linked(rng, family, [place for place in places if place[1] <= until], home)


def _day(rng: Random, year: int, day: Day, spread: int) -> int:
    early, late = min(0, spread), max(0, spread)
    return date(year, *day).toordinal() + among(rng, early, late)


def _another(rng: Random, towns: tuple[Town, ...], than: Town) -> Town:
    town = pick(rng, towns)
    while town is than:
        town = pick(rng, towns)
    return town


def _linked(rng: Random, family: Family, places: list[tuple[Town, int, int, str]], home: Town) -> list[Stay]:
    """Give each place the one before it as the place the family came from."""
    abroad = [place for place in family.community.birth_places if place[2] != "US"]
    stays: list[Stay] = []
    for town, arrive, leave, work in places:
        if stays:
            before = stays[-1].town
            origin: tuple[str, str | None, str] = before.name, before.state.code, "US"
        elif abroad and rng.random() < 0.5:
            origin = pick(rng, abroad)
        else:
            origin = "Elsewhere", BY_CODE[family.stream.home].neighbour, "US"
        stays.append(Stay(town, arrive, leave, *origin, work, town is home))
    return stays
