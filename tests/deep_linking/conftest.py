"""A teacher who comes with the LMS's "add content", and what the LMS then holds."""

import pytest
from adding import Adding


@pytest.fixture
def adding(stack):
    """Steps of adding content, over HTTP on both sides."""
    return Adding(stack)
