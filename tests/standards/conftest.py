"""Importing into a database of the module's own."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lti_tool.people.grants import ensure_tenant
from lti_tool.standards.case import read_case
from lti_tool.standards.keeping import keep
from lti_tool.standards.laying import lay
from lti_tool.standards.rows import read_table
from lti_tool.standards.tables import Framework, Standard

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
SKILLS = ("find-the-maker", "check-the-evidence", "give-credit")


class Desk:
    """Where a district's standards are imported; each import is an hour later than the one before."""

    def __init__(self, session):
        self.session, self.now = session, NOW
        self.harbor, self.valley = (ensure_tenant(session, slug, slug).id for slug in ("harbor", "valley"))

    def take(self, raw, tenant_id="harbor"):
        self.now += timedelta(hours=1)
        facts = read_case(raw, today=self.now.date())
        return keep(self.session, facts, tenant_id=self.of(tenant_id), now=self.now)

    def lay(self, text, tenant_id="harbor"):
        self.now += timedelta(hours=1)
        table = read_table(text.encode(), skills=SKILLS)
        return lay(self.session, table, tenant_id=self.of(tenant_id), now=self.now)

    def of(self, district):
        return getattr(self, district) if district else None

    def standards(self, tenant_id="harbor"):
        rows = self.session.scalars(
            select(Standard)
            .join(Framework, Framework.id == Standard.framework_id)
            .where(Framework.tenant_id.is_not_distinct_from(self.of(tenant_id)))
        )
        return {row.code: row for row in rows}


@pytest.fixture
def desk(sessions):
    with sessions() as session:
        yield Desk(session)
        session.rollback()
