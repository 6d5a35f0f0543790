"""Compression and bundles: what is damaged, hostile or too large is refused while it is read."""

import random
import zipfile
from collections.abc import Callable

import pytest

from hub.intake import Outcome
from tests.intake.build import bundle, gzipped, header, jsonl, members, student, tables, zipped
from tests.intake.conftest import Limits
from tests.intake.state import codes, dump, found, send, snapshot

pytestmark = pytest.mark.anyio

Files = dict[str, bytes]


def _without(files: Files, member: str) -> Files:
    return {name: content for name, content in files.items() if name != member}


def _changed(member: str, old: bytes, new: bytes) -> Callable[[Files], bytes]:
    def change(files: Files) -> bytes:
        assert old in files[member]
        return zipped(files | {member: files[member].replace(old, new, 1)})

    return change


def _twice(files: Files) -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return _zipped_list([*files.items(), ("courses.csv", files["courses.csv"])])


def _zipped_list(files: list[tuple[str, bytes]]) -> bytes:
    class Listed(dict[str, bytes]):
        def items(self) -> list[tuple[str, bytes]]:  # type: ignore[override]
            return files

    return zipped(Listed())


def _encrypted(files: Files) -> bytes:
    content = bytearray(zipped(files))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _damaged(files: Files) -> bytes:
    content = bytearray(zipped(files, zipfile.ZIP_STORED))
    at = content.index(b"Oak Hollow")
    content[at : at + 3] = b"Elm"
    return bytes(content)


BUNDLES: list[tuple[str, Callable[[Files], bytes]]] = [
    *(("MEMBER_MISSING", lambda files, name=name: zipped(_without(files, name))) for name in members(tables([]))),
    ("MEMBER_NAME", lambda files: zipped(files | {"../evil.csv": b"evil"})),
    ("MEMBER_NAME", lambda files: zipped(files | {"folder/": b""})),
    ("MEMBER_NAME", lambda files: zipped(files | {"..\\evil.csv": b"evil"})),
    ("MEMBER_NAME", lambda files: zipped(_without(files, "courses.csv") | {"x/courses.csv": files["courses.csv"]})),
    ("MEMBER_TWICE", _twice),
    ("MEMBER_UNREADABLE", lambda files: zipped(files, zipfile.ZIP_BZIP2)),
    ("MEMBER_UNREADABLE", lambda files: zipped(files, zipfile.ZIP_LZMA)),
    ("MEMBER_UNREADABLE", _encrypted),
    ("DAMAGED", _damaged),
    ("DAMAGED", lambda files: zipped(files)[:-30]),
    ("DAMAGED", lambda files: b"PK\x03\x04" + b"x" * 100),
    ("TOO_MANY_MEMBERS", lambda files: zipped(files | {f"extra-{number}": b"" for number in range(2000)})),
    ("TOO_MANY_MEMBERS", lambda files: zipped(files | {f"x{number}": b"" for number in range(65)})),
    ("CSV_COLUMNS", _changed("enrollments.csv", b"stateStudentId", b"student")),
    ("CSV_COLUMNS", _changed("courses.csv", b"enrollmentKey", b"key")),
    ("CSV_COLUMNS", _changed("demographics.csv", b"middleName", b"firstName")),
    ("CSV_COLUMNS", lambda files: zipped(files | {"assessments.csv": b""})),
    ("CSV_MALFORMED", _changed("demographics.csv", b"Luis", b'"Luis"x')),
    ("CSV_MALFORMED", _changed("demographics.csv", b"Luis", b'"Luis')),
    ("NOT_UTF8", _changed("demographics.csv", b"Luis", b"Lu\xeds")),
    ("HEADER_MISSING", lambda files: zipped(files | {"header.csv": files["header.csv"].splitlines()[0]})),
    ("HEADER_FIELD", lambda files: zipped(files | {"header.csv": files["header.csv"] + b"x,,,,,\n"})),
]


@pytest.mark.parametrize(("code", "make"), BUNDLES, ids=[f"{n}-{code}" for n, (code, _) in enumerate(BUNDLES)])
async def test_a_bundle_that_is_not_whole_and_plain_is_refused(
    module_database_url: str, code: str, make: Callable[[Files], bytes]
) -> None:
    before = await snapshot(module_database_url)
    report = await send(module_database_url, make(members(tables([student()]))))
    assert await codes(report) == [code]
    assert report.outcome is Outcome.REFUSED
    assert await snapshot(module_database_url) == before


async def test_an_unknown_member_is_passed_over(database_url: str) -> None:
    report = await send(database_url, zipped(members(tables([student()])) | {"README.txt": b"hello"}))
    assert await codes(report) == ["UNKNOWN_MEMBER"]
    assert report.created == 1


async def test_a_stored_bundle_is_as_good_as_a_deflated_one(database_url: str) -> None:
    assert (await send(database_url, zipped(members(tables([student()])), zipfile.ZIP_STORED))).created == 1


async def test_quotes_blank_lines_and_byte_order_marks_of_a_csv_are_fine(
    database_url: str, other_database_url: str
) -> None:
    strange = student(enrollments__0__comment='said "yes",\nthen left', demographics__middleName="a, b")
    files = members(tables([strange]))
    files = {name: b"\xef\xbb\xbf" + content.replace(b"\nS1", b"\n\n,,\nS1") for name, content in files.items()}
    report = await send(database_url, zipped(files))
    assert await codes(report) == ["ROW_SHAPE"] * 0
    await send(other_database_url, jsonl([strange]))
    assert await dump(database_url) == await dump(other_database_url)


async def test_the_name_of_a_file_says_nothing(database_url: str) -> None:
    assert (await send(database_url, gzipped(jsonl([student()])), name="a.zip")).created == 1
    assert (await send(database_url, bundle([student()], sequence=2), name="a.jsonl")).encoding == "CSV"


async def test_gzip_may_have_several_members_and_padding(database_url: str) -> None:
    file = jsonl([student()])
    report = await send(database_url, gzipped(file[:100]) + gzipped(file[100:]) + b"\0" * 512)
    assert report.created == 1


@pytest.mark.parametrize("cut", [1, 8, 9, 40])
async def test_a_gzip_that_is_cut_off_is_refused_whole(module_database_url: str, cut: int) -> None:
    assert await codes(await send(module_database_url, gzipped(jsonl([student()]))[:-cut])) == ["DAMAGED"]


async def test_a_gzip_with_a_wrong_checksum_is_refused(database_url: str) -> None:
    file = bytearray(gzipped(jsonl([student()])))
    file[-5] ^= 1
    assert await codes(await send(database_url, bytes(file))) == ["DAMAGED"]


@pytest.mark.parametrize("wrap", [bytes, gzipped])
async def test_more_bytes_than_the_limit_refuse_the_file(
    database_url: str, limits: Limits, wrap: Callable[[bytes], bytes]
) -> None:
    limits(max_bytes=4096)
    file = jsonl([student(stateStudentId=f"S{number}") for number in range(10)])
    assert await codes(await send(database_url, wrap(file))) == ["FILE_TOO_LARGE"]


async def test_a_bundle_larger_than_the_limit_is_refused(database_url: str, limits: Limits) -> None:
    limits(max_bytes=4096)
    file = bundle([student(stateStudentId=f"S{number}") for number in range(10)])
    assert await codes(await send(database_url, file)) == ["FILE_TOO_LARGE"]


async def test_what_unpacks_to_200_times_its_size_is_refused_beyond_10_mib(database_url: str) -> None:
    blank = b" " * 100_000 + b"\n"
    small = await send(database_url, gzipped(jsonl([]) + blank * 90))
    assert small.outcome is Outcome.ACCEPTED
    assert await codes(await send(database_url, gzipped(jsonl([], sequence=2) + blank * 200))) == ["RATIO_TOO_HIGH"]
    files = members(tables([])) | {"assessments.csv": b"stateStudentId\n" + blank * 200}
    assert await codes(await send(database_url, zipped(files))) == ["RATIO_TOO_HIGH"]


async def test_a_line_over_the_limit_refuses_the_file(database_url: str, limits: Limits) -> None:
    limits(max_line_bytes=4096)
    noise = "".join(random.Random(1).choices("abc", k=5000))
    report = await send(database_url, jsonl([student(), student(stateStudentId="S2", x=noise)]))
    (raised,) = await found(report)
    assert (raised.code.value, raised.line) == ("LINE_TOO_LONG", 3)
    files = members(tables([student(nickname=noise)]))
    (raised,) = await found(await send(database_url, zipped(files)))
    assert (raised.code.value, raised.member, raised.line) == ("LINE_TOO_LONG", "students.csv", 2)


async def test_rows_that_span_lines_or_pile_up_on_one_student_are_limited_too(
    database_url: str, limits: Limits
) -> None:
    limits(max_line_bytes=4096)
    spanning = student(enrollments__0__comment="\n".join("abc" for _ in range(2000)))
    assert await codes(await send(database_url, bundle([spanning]))) == ["LINE_TOO_LONG"]
    many = student(assessments=[{"title": "State test"}] * 100)
    assert await codes(await send(database_url, bundle([many]))) == ["LINE_TOO_LONG"]


async def test_a_large_row_takes_its_own_way_and_arrives(database_url: str) -> None:
    large = student(nickname="x" * 100_000)
    report = await send(database_url, bundle([large, student(stateStudentId="S2")]))
    assert await codes(report) == ["UNKNOWN_FIELD"]
    assert report.created == 2
    assert header(1)["students"] == 1
