"""Makes uploads for tests: a sound student to change at will, and both encodings of the same students."""

import copy
import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

Student = dict[str, Any]

_LISTS = {
    "alternate_ids.csv": "alternateIds",
    "qualifying_moves.csv": "qualifyingMoves",
    "assessments.csv": "assessments",
}
_SOUND: Student = {
    "action": "UPSERT",
    "stateStudentId": "S1",
    "stateStudentIdType": "STATE",
    "alternateIds": [{"id": "M-88", "type": "MEP"}],
    "demographics": {
        "firstName": "Joaquín",
        "middleName": "Luis",
        "lastName1": "Muñoz",
        "lastName2": "O'Neil-Peña",
        "sex": "MALE",
        "birthDate": "2010-09-17",
        "multipleBirth": False,
        "birthDateVerification": "1004",
        "birthCity": "San Marcos",
        "birthCountry": "GT",
        "parent1Email": "rosa@example.org",
    },
    "qualifyingMoves": [
        {"qualifyingArrivalDate": "2025-08-20", "fromState": "FL", "toCity": "Oak Hollow", "toState": "TN"}
    ],
    "enrollments": [
        {
            "enrollmentDate": "2024-08-25",
            "withdrawalDate": "2025-05-30",
            "enrollmentType": "BASIC",
            "schoolName": "Oak Hollow School",
            "schoolId": "470001200345",
            "districtId": "4700012",
            "districtName": "Oak Hollow County",
            "gradeLevel": "08",
            "medicalAlert": "NONE",
            "immunizationRecord": True,
            "comment": "A remark",
            "courses": [
                {
                    "title": "Algebra I",
                    "subjectArea": "Mathematics",
                    "academicYearBegin": 2024,
                    "academicYearEnd": 2025,
                    "clockHours": 120,
                    "creditsGranted": 0.5,
                    "finalGrade": "A",
                },
                {"title": "English 8", "clockHours": 60, "gradeToDate": "B"},
            ],
        },
        {"enrollmentDate": "2025-08-25", "enrollmentType": "BASIC", "medicalAlert": "CHRONIC", "courses": []},
    ],
    "assessments": [{"title": "State test", "administrationMonth": "2025-05", "reportingMethod": "3479", "score": "9"}],
}


def student(**changes: Any) -> Student:
    """A sound student; a name like `demographics__firstName` changes within, and `...` takes the field away."""
    made = copy.deepcopy(_SOUND)
    for name, value in changes.items():
        at: Any = made
        *way, last = (int(step) if step.isdigit() else step for step in name.split("__"))
        for step in way:
            at = at[step]
        if value is ...:
            del at[last]
        else:
            at[last] = value
    return made


def header(students: int, /, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "format": "mde-upload/1",
        "state": "TN",
        "submittedAt": "2026-11-20T02:00:00Z",
        "sequence": 1,
        "mode": "INCREMENTAL",
        "students": students,
    }
    made.update(changes)
    return {name: value for name, value in made.items() if value is not ...}


def jsonl(students: list[Student] | list[str], /, **changes: Any) -> bytes:
    """A JSON Lines file; a student that is a text already is its line as it stands."""
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in students]
    return "".join(f"{line}\n" for line in [json.dumps(header(len(students), **changes)), *lines]).encode()


def tables(students: list[Student], /, **changes: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of a bundle's members with the same content as `jsonl` of these students."""
    rows: dict[str, list[dict[str, Any]]] = {
        "header.csv": [header(len(students), **changes)],
        "students.csv": [],
        "alternate_ids.csv": [],
        "demographics.csv": [],
        "qualifying_moves.csv": [],
        "enrollments.csv": [],
        "courses.csv": [],
        "assessments.csv": [],
    }
    for each in students:
        owner = {"stateStudentId": each["stateStudentId"]}
        rows["students.csv"].append({name: value for name, value in each.items() if not isinstance(value, list | dict)})
        if "demographics" in each:
            rows["demographics.csv"].append(owner | each["demographics"])
        for member, name in _LISTS.items():
            rows[member] += [owner | row for row in each.get(name, [])]
        for number, enrollment in enumerate(each.get("enrollments", [])):
            key = owner | {"enrollmentKey": f"E{number}"}
            rows["enrollments.csv"].append(key | {n: v for n, v in enrollment.items() if n != "courses"})
            rows["courses.csv"] += [key | course for course in enrollment.get("courses", [])]
    return rows


_LEAST = {
    "students.csv": ["action", "stateStudentId", "stateStudentIdType", "msixId"],
    "alternate_ids.csv": ["stateStudentId", "id", "type"],
    "demographics.csv": ["stateStudentId", "firstName", "lastName1", "birthDate"],
    "qualifying_moves.csv": ["stateStudentId", "qualifyingArrivalDate"],
    "enrollments.csv": ["stateStudentId", "enrollmentKey", "enrollmentDate"],
    "courses.csv": ["stateStudentId", "enrollmentKey"],
    "assessments.csv": ["stateStudentId"],
}


def members(rows: dict[str, list[dict[str, Any]]]) -> dict[str, bytes]:
    """The members as CSV."""
    return {member: _csv(_LEAST.get(member, []), each) for member, each in rows.items()}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return target.getvalue()


def bundle(students: list[Student], /, **changes: Any) -> bytes:
    return zipped(members(tables(students, **changes)))


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def saved(folder: Path, content: bytes, name: str = "upload") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _csv(least: list[str], rows: list[dict[str, Any]]) -> bytes:
    columns = list(dict.fromkeys([*least, *(name for row in rows for name in row)]))
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return target.getvalue().encode()


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
