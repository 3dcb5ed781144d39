"""A district for each test, all on one database a module; files in a folder of the test's own."""

import uuid

import pytest
from sis import District, write_roster

from lti_tool.db.connect import open_engine


@pytest.fixture(scope="module")
def roster_engine(module_database_url):
    engine = open_engine(module_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def district(roster_engine):
    return District(roster_engine, f"d{uuid.uuid4().hex[:8]}")


@pytest.fixture
def roster(tmp_path):
    """The SIS's whole export."""
    return write_roster(tmp_path / "roster")
