"""The matrix: every LMS of the table, gone through in every flow of its row, by the real tool over HTTP."""

import flows
import pytest
from quirk_table import CASES


@pytest.mark.parametrize(
    ("row", "flow"), [pytest.param(*case, id=f"{case[0].name}: {case[1]}") for case in CASES]
)
def test_tool_copes(stack_like, row, flow):
    getattr(flows, flow)(stack_like(row))
