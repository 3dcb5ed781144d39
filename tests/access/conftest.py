"""A district with one student's work in it, and everybody who might ask for it."""

import pytest
from actors import make_world


@pytest.fixture(scope="module")
def world(shared_stack):
    return make_world(shared_stack)
