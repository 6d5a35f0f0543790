"""An answer as Parquet, for programs: codes as they are, exact types, and of each number what was done to it."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hub.reports.output.words import as_of, dimensions, measures, notes
from hub.reports.table import TOTAL, Answer, Column

_TYPES = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}


def parquet_file(answer: Answer) -> bytes:
    """Of each dimension NAME (null: not reported, or a total) and NAME_IS_TOTAL; of each measure NAME (null: nothing is
    shown) and NAME_MARK. The totals are the last row. Title, notes and as-of are the file's metadata."""
    rows = [*answer.rows, *([answer.totals] if answer.totals else [])]
    fields: list[pa.Field] = []
    arrays: list[pa.Array] = []

    def add(name: str, type_: pa.DataType, values: list[Any]) -> None:
        fields.append(pa.field(name, type_))
        arrays.append(pa.array(values, type_))

    for place, column in enumerate(dimensions(answer)):
        values = [row.coordinates[place] for row in rows]
        add(column.name, _TYPES.get(column.type, pa.string()), [None if each is TOTAL else each for each in values])
        add(f"{column.name}_IS_TOTAL", pa.bool_(), [each is TOTAL for each in values])
    for place, column in enumerate(measures(answer)):
        add(column.name, _type(column), [row.cells[place].value for row in rows])
        marks = [row.cells[place].mark.value for row in rows]
        fields.append(pa.field(f"{column.name}_MARK", pa.dictionary(pa.int8(), pa.string())))
        arrays.append(pa.array(marks).dictionary_encode().cast(fields[-1].type))
    said = {
        "title": answer.title,
        "as_of": answer.as_of.isoformat(),
        "compared_as_of": "" if answer.compared_as_of is None else answer.compared_as_of.isoformat(),
        "disclosure": answer.disclosure.mode.value,
        "notes": json.dumps([as_of(answer), *notes(answer)]),
    }
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=said)), sink, compression="zstd")
    return sink.getvalue()


def _type(column: Column) -> pa.DataType:
    if column.type == "decimal" or column.decimals:
        return pa.decimal128(24, column.decimals)
    return pa.int64() if column.type == "integer" else _TYPES.get(column.type, pa.string())
