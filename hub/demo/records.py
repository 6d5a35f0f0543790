"""State records: what each state a child went to holds on it, in upload form (`mde-upload/1`).

A record is clean here; `mistakes` spoils some. The first record is the home state's. Fields that a state does not
know are left out, as real uploads do.
"""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from hub.demo.assessments import assessments, exactly
from hub.demo.calendars import text, years_on
from hub.demo.courses import courses, usual_count
from hub.demo.dice import among, dice, pick
from hub.demo.families import Child, Family
from hub.demo.schooling import SECONDARY, Period, Traits
from hub.demo.spelling import demographics
from hub.demo.states import BY_CODE, State

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """A child with all it did, and how many courses and assessments each period carries (None: as usual)."""

    family: Family
    child: Child
    about: Traits
    periods: list[Period]
    courses: list[int] | None
    assessments: list[int] | None

    @property
    def states(self) -> list[str]:
        """The states that hold a record: home first, then in the order of the first visit."""
        visited = dict.fromkeys(period.stay.town.state.code for period in self.periods)
        home = self.family.stream.home
        return [home, *(code for code in visited if code != home)]


def state_student_id(code: str, index: int) -> str:
    """The state's own id of the child at that place: 8 to 10 letters and digits, never nine digits like an SSN."""
    state = BY_CODE[code]
    number = (index * 7_654_321 + int(state.fips) * 1_234_567) % 100_000_000
    if state.writing == 0:
        return f"{number:08d}"
    return f"{code}{number:08d}" if state.writing == 1 else f"{code[0]}{number:08d}"


def state_record(seed: int, until: int, life: Life, code: str) -> Body:
    """What that state holds on the child up to the day `until`: a clean student line without an MSIX ID."""
    rng = dice(seed, "record", life.child.index, code)
    state = BY_CODE[code]
    places = [number for number, period in enumerate(life.periods) if period.stay.town.state is state]
    mine = [life.periods[number] for number in places]
    body: Body = {
        "action": "UPSERT",
        "stateStudentId": state_student_id(code, life.child.index),
        "stateStudentIdType": "STATE" if state.writing != 3 else "MEP",
        "msixId": None,
    }
    if rng.random() < 0.2:
        body["alternateIds"] = [{"id": f"M-{among(rng, 10_000, 999_999)}", "type": "MEP"}]
    body["demographics"] = demographics(rng, state, life.family, life.child, code == life.family.stream.home)
    body["qualifyingMoves"] = _moves(rng.random() < 0.5, life.child, mine)
    enrollments = []
    for number, period in zip(places, mine, strict=True):
        enrollment = _enrollment(rng, until, life, period)
        count = usual_count(rng, period) if life.courses is None else life.courses[number]
        enrollment["courses"] = courses(rng, period, count) if count else []
        enrollments.append(enrollment)
    body["enrollments"] = enrollments
    if life.assessments is None:
        body["assessments"] = assessments(rng, life.about, mine)
    else:
        body["assessments"] = exactly(rng, sum(life.assessments[number] for number in places), mine)
    return body


def _moves(with_expiration: bool, child: Child, periods: list[Period]) -> list[Body]:
    found = []
    for stay in {period.stay.arrive: period.stay for period in periods}.values():
        move: Body = {
            "qualifyingArrivalDate": text(stay.arrive),
            "fromCity": stay.from_city,
            "fromState": stay.from_state,
            "fromCountry": stay.from_country,
            "toCity": stay.town.name,
            "toState": stay.town.state.code,
            "eligibilityExpirationDate": _expiration(child, stay.arrive) if with_expiration else None,
        }
        found.append({field: value for field, value in move.items() if value is not None})
    return found


def _expiration(child: Child, arrive: int) -> str | None:
    """QAD plus three years minus a day or the day before the 22nd birthday; None where 29 February muddles it."""
    after = years_on(date.fromordinal(arrive), 3)
    birthday = years_on(child.birth_date, 22)
    return text(min(after, birthday).toordinal() - 1) if after and birthday else None


def _enrollment(rng: Random, until: int, life: Life, period: Period) -> Body:
    town, about, grade = period.stay.town, life.about, period.grade
    found: Body = {"enrollmentDate": text(period.start)}
    if period.end is not None:
        found["withdrawalDate"] = text(period.end)
    chance = rng.random()
    if period.term is None:
        _without_school(found, period, chance)
    else:
        school = town.summer if period.summer else town.school_for(grade)
        kinds = ("BASIC", "BASIC", "REGULAR_MEP", "BASIC_AND_REGULAR_MEP", "YEAR_ROUND_MEP")
        found["enrollmentType"] = "SUMMER_MEP" if period.summer else pick(rng, kinds)
        if found["enrollmentType"] != "BASIC":
            found["projectType"] = "SCHOOL_BASED"
        found |= {"schoolName": school.name, "schoolId": school.id, "address1": school.address}
        found["individualEducationProgram"] = about.individual_program
        found["englishLearner"] = about.english_learner
    found |= {
        "city": town.name,
        "state": town.state.code,
        "zip": town.zip,
        "phone": town.phone,
        "districtId": town.district_id,
        "districtName": town.district_name,
        "districtOfResidence": town.district_id,
        "residencyDate": text(period.stay.arrive),
        "residencyVerificationDate": text(min(until, period.start + int(chance * 12))),
        "gradeLevel": grade,
        "medicalAlert": about.alert if about.alert == "CHRONIC" or rng.random() < 0.6 else "NONE",
        "priorityForServices": period.start - period.stay.arrive < 330 and rng.random() < 0.2,
        "immunizationRecord": about.immunized or rng.random() < 0.5,
    }
    if grade in SECONDARY:
        _secondary(found, life, period, town.state, chance)
    elif grade == "OS" and chance < 0.12 and period is life.periods[-1]:
        found |= {"graduation": "HSE", "graduationDate": text(period.end or until)}
    return found


def _without_school(found: Body, period: Period, chance: float) -> None:
    """Residency only, or a visit to where the youth is: the only service that reaches out-of-school youth."""
    found["enrollmentType"] = "RESIDENCY_ONLY"
    if period.grade == "OS" and chance < 0.35:
        found["enrollmentType"], found["projectType"] = "YEAR_ROUND_MEP", "NON_SCHOOL_BASED"
        found["facilityName"] = period.stay.town.facility
        found["comment"] = f"Evening English class; works in {period.stay.work}."


def _secondary(found: Body, life: Life, period: Period, state: State, chance: float) -> None:
    home = next(p.stay.town for p in life.periods if p.stay.at_home)
    found["outOfStateTranscript"] = state.code != life.family.stream.home and chance < 0.6
    found["algebra1"] = period.grade in {"10", "11", "12"} or chance < 0.3
    if period.grade in {"09", "10", "11", "12"}:
        found["designatedGraduationSchool"] = home.high.id
    if period.graduation and period.end is not None:
        found |= {"graduation": "GRADUATION", "graduationDate": text(period.end)}
    if period.after_eligibility:
        found["continuationReason"] = "03"
