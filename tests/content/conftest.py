"""The content tree that most tests here change."""

import pytest
from content_tree import make_tree


@pytest.fixture
def tree(tmp_path):
    return make_tree(tmp_path)
