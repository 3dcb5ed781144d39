"""A running tool beside an LMS that behaves as a row of the table says."""

import pytest
from stack import running_stack


@pytest.fixture
def stack_like(database_url, tmp_path):
    """`stack_like(row)` starts them; they end with the test."""
    running = []

    def start(row):
        changes = {"flavor": row.flavor, "switches": row.switches}
        running.append(running_stack(database_url, tmp_path, config_changes=changes))
        return running[0].__enter__()

    yield start
    for each in running:
        each.__exit__(None, None, None)
