"""Reports as files: what each format says, and what none may."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from hub.errors import HubError
from hub.reports.output import Format, format_of, rendered, write
from hub.reports.output.chart import chart
from hub.reports.table import Answer
from tests.reports.output import answers

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MADE = [answers.by_state(), answers.one_measure(), answers.mobility(), answers.over_time(), answers.hostile()]


def lines(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(rendered(answer, Format.CSV).decode("utf-8-sig"))))


def sheets(answer: Answer) -> dict[str, dict[str, str]]:
    """Of each sheet of the workbook the texts and numbers of its cells, by place."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(rendered(answer, Format.XLSX))) as book:
        for number, name in enumerate(("Report", "Notes"), start=1):
            root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            cells = {cell.attrib["r"]: "".join(cell.itertext()) for cell in root.iter(f"{MAIN}c")}
            assert not list(root.iter(f"{MAIN}f")), "a formula"
            assert not list(root.iter(f"{MAIN}hyperlink"))
            found[name] = cells
    return found


def test_csv_has_headings_labels_hidden_cells_totals_and_notes() -> None:
    rows = lines(answers.by_state())
    assert rows[0] == ["State", "Students", "In time (%)"]
    assert rows[1] == ["California", "48210", "91.2"]
    assert rows[3] == ["Georgia", "*", "*"]
    assert rows[6] == ["Michigan", "3120", ""]
    assert rows[7] == ["Total", "124311", "86.3"]
    said = [row[0] for row in rows[9:]]
    assert said[:2] == ["Students by state", "As of 1 March 2026, 04:00 UTC"]
    assert any("zero included" in note for note in said)
    assert any(note.startswith("* Suppressed") for note in said)


def test_no_text_of_a_csv_is_a_formula() -> None:
    texts = [field for row in lines(answers.hostile()) for field in row if field]
    assert not [text for text in texts if text[0] in "=+-@\t\r"]
    assert '\'=HYPERLINK("http://x","y")' in texts
    assert "'=cmd|' /C calc'!A0" in texts
    assert 'plain, "text"' in texts


def test_a_workbook_has_the_report_and_its_notes() -> None:
    found = sheets(answers.by_state())
    report, notes = found["Report"], found["Notes"]
    assert report["A1"] == "Students by state"
    assert report["A2"] == "As of 1 March 2026, 04:00 UTC"
    assert [report[place] for place in ("A4", "B4", "C4")] == ["State", "Students", "In time (%)"]
    assert [report[place] for place in ("A5", "B5", "C5")] == ["California", "48210", "91.2"]
    assert report["B7"] == report["C7"] == "*"
    assert report["A11"] == "Total"
    assert report["B11"] == "124311"
    assert any("zero included" in text for text in notes.values())


def test_no_text_of_a_workbook_is_a_formula() -> None:
    report = sheets(answers.hostile())["Report"]
    assert report["A1"] == "=cmd|' /C calc'!A0"
    assert report["A6"] == "@SUM(1)"


def test_parquet_keeps_codes_types_and_marks() -> None:
    table = pq.read_table(io.BytesIO(rendered(answers.by_state(), Format.PARQUET)))
    assert table.column("STATE").to_pylist() == ["CA", "FL", "GA", "TX", "WA", "MI", None]
    assert table.column("STATE_IS_TOTAL").to_pylist() == [False] * 6 + [True]
    assert table.column("STUDENTS").to_pylist()[:3] == [48210, 21904, None]
    assert table.column("STUDENTS_MARK").to_pylist()[:3] == ["EXACT", "EXACT", "SUPPRESSED"]
    assert table.column("IN_TIME").to_pylist()[0] == Decimal("91.2")
    said = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert said["title"] == "Students by state"
    assert said["as_of"] == "2026-03-01T04:00:00+00:00"
    assert "zero included" in " ".join(json.loads(said["notes"]))


@pytest.mark.parametrize("answer", MADE, ids=lambda answer: answer.title)
def test_a_drawing_says_title_as_of_and_notes_and_loads_nothing(answer: Answer) -> None:
    drawn = rendered(answer, Format.SVG).decode()
    root = ElementTree.fromstring(drawn)
    texts = " ".join("".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text"))
    assert answer.title in texts
    assert "As of 1 March 2026" in texts
    assert "Suppressed" in texts
    assert not re.findall(r'(?:href|src)="|@import|url\((?!#)|<script|<image', drawn)


def test_a_hidden_number_has_an_asterisk_and_no_mark() -> None:
    bars = chart(answers.one_measure())["vconcat"][0]
    georgia = next(value for value in bars["data"]["values"] if value["x"] == "Georgia")
    assert georgia == {"x": "Georgia", "y": "", "v": None, "t": "*", "hidden": True, "m": "Students"}
    drawn = rendered(answers.one_measure(), Format.SVG).decode()
    bars_drawn = [path for path in re.findall(r'aria-roledescription="bar" d="([^"]+)"', drawn)]
    assert drawn.count(">*<") == 1
    assert len(bars_drawn) in (5, 6)


def test_the_form_follows_the_dimensions() -> None:
    def marks(answer: Answer) -> set[str]:
        return {layer["mark"]["type"] for layer in chart(answer)["vconcat"][0]["layer"]}

    assert "bar" in marks(answers.one_measure())
    assert "rect" in marks(answers.mobility())
    assert "line" in marks(answers.over_time())
    assert len(chart(answers.by_state())["vconcat"][0]["hconcat"]) == 2


def test_a_report_without_rows_is_a_picture_that_says_so() -> None:
    for answer in (answers.by_state(), answers.mobility(), answers.over_time()):
        drawn = rendered(replace(answer, rows=(), totals=None), Format.SVG).decode()
        assert "There are no rows." in drawn and answer.title in drawn and "Scope: the nation." in drawn


def test_a_dimension_of_one_value_is_words_and_no_axis() -> None:
    whole = answers.mobility()
    texas = replace(whole, rows=tuple(row for row in whole.rows if row.coordinates[1] == "TX"))
    spec = chart(texas)
    assert spec["title"]["subtitle"] == ["To state: Texas", "As of 1 March 2026, 04:00 UTC"]
    assert [layer["mark"]["type"] for layer in spec["vconcat"][0]["layer"]] == ["bar", "text", "text"]


def test_columns_of_a_heat_map_are_in_their_own_order_and_what_it_leaves_out_is_said() -> None:
    whole = answers.mobility()
    rows = tuple(replace(row, cells=(*row.cells, answers.HIDDEN)) for row in reversed(whole.rows))
    spec = chart(replace(whole, columns=(*whole.columns, answers.SHARE), rows=rows))
    assert spec["vconcat"][0]["encoding"]["x"]["sort"] == list(answers.STATES.values())
    said = spec["vconcat"][1]["encoding"]["text"]["value"]
    assert said[-1] == "The report has more columns than the picture: In time (%)."


def test_long_labels_are_whole() -> None:
    words = "A label that is so long that no axis takes it in one line, whatever else is left out of the picture"
    label = replace(answers.STATE, labels={**answers.STATES, "CA": words})
    answer = answers.one_measure()
    drawn = rendered(replace(answer, columns=(label, *answer.columns[1:])), Format.SVG).decode()
    texts = " ".join("".join(each.itertext()) for each in ElementTree.fromstring(drawn).iter() if each.text)
    assert all(word in texts for word in words.split()) and "\u2026" not in texts


def test_a_picture_is_a_png_twice_the_size() -> None:
    content = rendered(answers.mobility(), Format.PNG)
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") > 1280


@pytest.mark.parametrize("format_", list(Format))
def test_write_chooses_by_the_ending(format_: Format, tmp_path: Path) -> None:
    path = tmp_path / f"report{format_.ending.upper()}"
    path.write_text("old")
    assert write(answers.by_state(), path) is format_
    assert path.stat().st_size > 300
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert format_.media_type


def test_other_endings_and_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HubError, match=r"ends in one of \.csv, \.xlsx"):
        format_of(Path("report.docx"))
    with pytest.raises(HubError, match="can be written"):
        write(answers.by_state(), tmp_path / "nowhere" / "report.csv")
