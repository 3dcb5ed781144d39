"""A class with evidence, and the parts of a tool that work on levels needs."""

from types import SimpleNamespace

import pytest
from world import NOW, World

from lti_tool.facts.people import Access


class Levels(World):
    """A world whose clock can be set, with a district administrator."""

    def __init__(self, engine, students=3):
        super().__init__(engine, students)
        self.now = NOW
        self.tool = SimpleNamespace(
            sessions=self.sessions,
            clock=lambda: self.now,
            settings=SimpleNamespace(school_year_starts=7, time_zone="America/Chicago"),
        )
        self.access = Access(tenant_id=self.tenant_id, person_id=None, is_administrator=True)


@pytest.fixture
def world(engine):
    return Levels(engine)
