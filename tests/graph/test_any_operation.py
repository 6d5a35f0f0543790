"""Any valid operation, of any viewer: door one, door two and the oracle answer the same."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings

from hub.errors import Code, HubError
from schema.build import build_schema
from tests.graph.compare import Country
from tests.graph.operations import LEFT_OUT, OPERATIONS, Operation, operation_of
from tests.graph.viewers import ALL

pytestmark = pytest.mark.anyio
EXAMPLES = int(os.environ.get("HUB_TEST_EXAMPLES", "150"))
_TOO_LARGE = (Code.TOO_COSTLY, Code.TOO_MANY_ALIASES, Code.TOO_DEEP, Code.TOO_MANY_TOKENS)


def test_what_is_left_out_is_in_the_schema_and_says_why() -> None:
    types: dict[str, Any] = dict(build_schema().type_map)
    for coordinate, why in LEFT_OUT.items():
        type_, _, name = coordinate.partition(".")
        assert name in types[type_].fields, coordinate
        assert why.endswith(".")


def test_every_other_root_field_comes_up() -> None:
    drawn = " ".join(operation_of(seed).text for seed in range(400))
    roots = [name for name in build_schema().query_type.fields if f"Query.{name}" not in LEFT_OUT]  # type: ignore[union-attr]
    assert {"clocks", "contacts", "watches", "uploads", "jurisdictions", "stateRecord"} < set(roots)
    assert [name for name in roots if not re.search(rf"\b{name}\b", drawn)] == []


@settings(
    max_examples=EXAMPLES,
    derandomize="HUB_TEST_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # an operation that fails is read as it is; shrinking takes minutes
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(operation=OPERATIONS)
async def test_both_doors_answer_any_operation_like_the_oracle(country: Country, operation: Operation) -> None:
    operation = operation.with_cursors(country.cursors)
    for variables in operation.variables:
        try:
            await country.same(ALL[operation.viewer], operation.text, variables)
        except HubError as error:
            if error.code not in _TOO_LARGE:
                raise
            reject()
        except AssertionError as error:
            error.add_note(f"{operation.viewer}\n{operation.text}\n{variables}")
            raise
