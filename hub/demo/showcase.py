"""Children worth showing: those whose record tells the most about why states need each other's.

Best are sound records of three states or more that agree, with courses in two of them, assessments and a medical
alert; a small country that has none such shows children of two states instead.
"""

from collections.abc import Iterator
from itertools import islice

from hub.demo.country import Country, Links, StateRecord, agrees
from hub.demo.records import Life, state_student_id

_SHOWN = 5
_LOOKED_AT = 5000
"""How many children are looked at, so that a country of any size answers in a second or two."""


def showcase(country: Country) -> list[tuple[str, str]]:
    """Up to five (state, state student id) of home records, the best first; empty if no child crossed a border."""
    best: list[Life] = []
    good: list[Life] = []
    fair: list[Life] = []
    for life in islice(country.lives(), _LOOKED_AT):
        if len(life.states) < 2 or (life.about.alert == "NONE" and len(fair) >= _SHOWN):
            continue
        records = _linked(country, life)
        if len(records) < 2:
            continue
        rank = fair if not _rich(records) else best if len(records) > 2 else good
        rank.append(life)
        if len(best) == _SHOWN:
            break
    chosen = [*best, *good, *fair][:_SHOWN]
    return [(life.states[0], state_student_id(life.states[0], life.child.index)) for life in chosen]


def _linked(country: Country, life: Life) -> list[StateRecord]:
    """The child's records if all are sound and will be linked, else none."""
    home = life.states[0], state_student_id(life.states[0], life.child.index)
    records = list(_all_records(country, life, {home: "known"}))
    first, *later = records
    linked = all(record.body["msixId"] and agrees(first.body, record.body) for record in later)
    return records if linked and not any(record.mistake for record in records) else []


def _all_records(country: Country, life: Life, links: Links) -> Iterator[StateRecord]:
    yield country.home_record(life)
    yield from country.other_records(life, links)


def _rich(records: list[StateRecord]) -> bool:
    enrollments = [[e for e in record.body["enrollments"]] for record in records]
    return (
        sum(any(e["courses"] for e in of_state) for of_state in enrollments) >= 2
        and any(record.body["assessments"] for record in records)
        and any(e["medicalAlert"] != "NONE" for of_state in enrollments for e in of_state)
    )
