"""A class in a database: persons, a placement, attempts to hang evidence on; nothing of it played."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lti_tool.content import store as _content_tables
from lti_tool.db.connect import session_factory, transaction
from lti_tool.facts.people import Standing
from lti_tool.gradebook import tables as _grade_tables  # noqa: F401
from lti_tool.lti.tables import Platform
from lti_tool.mastery.learn import learn
from lti_tool.people.tables import Person, Section, Tenant
from lti_tool.player.tables import Attempt, Placement
from lti_tool.reports.record import record
from lti_tool.reports.tables import LEVELS, BoardCell, PersonSkillYear

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class World:
    """A class in a database: persons, a placement, attempts to hang evidence on."""

    def __init__(self, engine, students=3):
        self.sessions = session_factory(engine)
        with transaction(self.sessions) as session:
            tenant = Tenant(id=uuid.uuid4(), slug="t", name="T")
            session.add(tenant)
            session.flush()
            platform = Platform(
                id=uuid.uuid4(), tenant_id=tenant.id, name="P", issuer="https://p.example", client_id="1",
                auth_url="https://p.example/a", token_url="https://p.example/t", jwks_url="https://p.example/j",
            )  # fmt: skip
            session.add(platform)
            session.flush()
            section = Section(
                id=uuid.uuid4(),
                tenant_id=tenant.id,
                platform_id=platform.id,
                context_id="c",
                title="C",
                grade=6,
            )
            session.add(section)
            session.flush()
            placement = Placement(
                id=uuid.uuid4(), tenant_id=tenant.id, platform_id=platform.id, section_id=section.id,
                resource_link_id="r", content_kind="quiz", content_id="q", title="Q", points=10,
            )  # fmt: skip
            people = [Person(id=uuid.uuid4(), tenant_id=tenant.id, name=f"S{n}") for n in range(students)]
            session.add(
                _content_tables.ContentSnapshot(hash="h", content_kind="quiz", content_id="q", body={})
            )
            session.add_all([placement, *people])
        self.tenant_id, self.placement_id = tenant.id, placement.id
        self.people = [person.id for person in people]
        self.standing = Standing(school_year=2027, school_id=None, grade=6, section_id=section.id)
        self.number = 0

    def attempt(self, person_id):
        self.number += 1
        with transaction(self.sessions) as session:
            attempt = Attempt(
                id=uuid.uuid4(), tenant_id=self.tenant_id, placement_id=self.placement_id, person_id=person_id,
                number=self.number, snapshot_hash="h", seed=1, drawn=[], started_at=NOW, finished_at=NOW,
                score_ratio=1.0, school_year=2027,
            )  # fmt: skip
            session.add(attempt)
        return attempt.id

    def learn(self, person_id, answers, now=NOW):
        attempt_id = self.attempt(person_id)
        with transaction(self.sessions) as session:
            standings = learn(
                session,
                tenant_id=self.tenant_id,
                person_id=person_id,
                attempt_id=attempt_id,
                standing=self.standing,
                answers=answers,
                bank=[each.item for each in answers],
                now=now,
            )
            if standings:
                record(session, standings, self.standing, now=now)
        return standings

    def rows(self, table):
        with transaction(self.sessions) as session:
            return list(session.scalars(select(table)))


def assert_cells_agree_with_a_recount(world):
    """Every cell of the board counts what the persons' rows say."""
    persons = world.rows(PersonSkillYear)
    for cell in world.rows(BoardCell):
        own = [
            row
            for row in persons
            if (row.skill, row.grade, row.school_id) == (cell.skill, cell.grade, cell.school_id)
        ]
        for level in LEVELS:
            assert getattr(cell, level) == sum(1 for row in own if row.level == level)
        assert cell.sum_expected == pytest.approx(sum(row.expected for row in own))
        assert cell.answers == sum(row.answers for row in own)
