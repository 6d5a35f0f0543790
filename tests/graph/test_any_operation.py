"""Any valid operation, of any viewer: door one, door two and the oracle answer the same."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from hub.errors import Code, HubError
from tests.graph.compare import Country
from tests.graph.operations import OPERATIONS, Operation
from tests.graph.viewers import ALL

pytestmark = pytest.mark.anyio
EXAMPLES = int(os.environ.get("HUB_TEST_EXAMPLES", "150"))
_TOO_LARGE = (Code.TOO_COSTLY, Code.TOO_MANY_ALIASES, Code.TOO_DEEP, Code.TOO_MANY_TOKENS)


@settings(
    max_examples=EXAMPLES,
    derandomize="HUB_TEST_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # an operation that fails is read as it is; shrinking takes minutes
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(operation=OPERATIONS, name=st.sampled_from(sorted(ALL)))
async def test_both_doors_answer_any_operation_like_the_oracle(
    country: Country, operation: Operation, name: str
) -> None:
    operation = operation.with_cursors(country.cursors)
    for variables in operation.variables:
        try:
            await country.same(ALL[name], operation.text, variables)
        except HubError as error:
            if error.code not in _TOO_LARGE:
                raise
            reject()
        except AssertionError as error:
            error.add_note(f"{operation.text}\n{variables}")
            raise
