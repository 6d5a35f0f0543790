"""The bars of matching: counts over pairs of records, and over records, of a set whose truth is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from hub.evaluation.running import Outcomes
from hub.evaluation.sets import Row


@dataclass(frozen=True)
class Bars:
    """Pairwise precision, recall and F1, recall and F1 once true near matches are accepted, wrongly linked pairs of
    children by
    kind, near matches as a share of the records, and new students made for a known child as a share of repeats."""

    records: int
    rejected: int
    precision: float
    recall: float
    recall_accepted: float
    f1: float
    f1_accepted: float
    twins_linked: int
    siblings_linked: int
    strangers_linked: int
    near_match_rate: float
    splits: float
    records_per_second: float


def bars(rows: Sequence[Row], found: Outcomes) -> Bars:
    """The bars of one evaluation. Records that intake rejected count as students of their own."""
    truth = [row.truth for row in rows]
    students = [-number - 1 if student is None else student for number, student in enumerate(found.last)]
    true_pairs = _pairs(truth)
    linked, right = _pairs(students), _pairs(list(zip(students, truth, strict=True)))
    accepted = _accepted(students, truth, found.asked)
    joined = [accepted.get(student, student) for student in students]
    wrong = _wrong(rows, students)
    seen: dict[str, set[int]] = defaultdict(set)
    repeats = splits = 0
    for student, child in zip(joined, truth, strict=True):
        if seen[child]:
            repeats += 1
            splits += student not in seen[child]
        seen[child].add(student)
    right_accepted, linked_accepted = _pairs(list(zip(joined, truth, strict=True))), _pairs(joined)
    return Bars(
        len(rows),
        sum(1 for student in found.last if student is None),
        right / linked if linked else 1.0,
        right / true_pairs if true_pairs else 1.0,
        right_accepted / true_pairs if true_pairs else 1.0,
        _f1(right, linked, true_pairs),
        _f1(right_accepted, linked_accepted, true_pairs),
        wrong["twins"],
        wrong["siblings"],
        wrong["strangers"],
        found.near / len(rows) if rows else 0.0,
        splits / repeats if repeats else 0.0,
        len(rows) / found.seconds if found.seconds else 0.0,
    )


def identical(one: Outcomes, other: Outcomes) -> float:
    """The share of students that are of the very same records in both, which are of one set."""
    students, others = _students(one), _students(other)
    return len(students & others) / len(students) if students else 1.0


def _students(found: Outcomes) -> set[frozenset[int]]:
    records: dict[int, list[int]] = defaultdict(list)
    for number, student in enumerate(found.last):
        if student is not None:
            records[student].append(number)
    return {frozenset(numbers) for numbers in records.values()}


def _f1(right: int, linked: int, true_pairs: int) -> float:
    return 2 * right / (linked + true_pairs) if linked + true_pairs else 1.0


def _pairs(labels: Sequence[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def _accepted(students: Sequence[int], truth: Sequence[str], asked: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Each student with the one that it is merged into, once every true question is answered with yes."""
    children: dict[int, Counter[str]] = defaultdict(Counter)
    for student, child in zip(students, truth, strict=True):
        children[student][child] += 1
    whose = {student: counts.most_common(1)[0][0] for student, counts in children.items()}
    into: dict[int, int] = {}

    def end(student: int) -> int:
        while student in into:
            student = into[student]
        return student

    for one, other in asked:
        if one in whose and whose.get(other) == whose[one] and (left := end(one)) != (right := end(other)):
            into[left] = right
    return {student: end(student) for student in into}


def _wrong(rows: Sequence[Row], students: Sequence[int]) -> Counter[str]:
    """Pairs of children that share a student, by what they are to each other."""
    sharing: dict[int, dict[str, Row]] = defaultdict(dict)
    for row, student in zip(rows, students, strict=True):
        sharing[student].setdefault(row.truth, row)
    wrong: Counter[str] = Counter()
    for children in sharing.values():
        known = list(children.values())
        for place, one in enumerate(known):
            for other in known[:place]:
                wrong[_kind(one, other)] += 1
    return wrong


def _kind(one: Row, other: Row) -> str:
    if one.twins and one.twins == other.twins:
        return "twins"
    return "siblings" if one.family and one.family == other.family else "strangers"
