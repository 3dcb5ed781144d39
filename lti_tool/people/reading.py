"""A person's reading settings: kept with the person, so that they hold on every device."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.facts.people import Access
from lti_tool.facts.reading import CHOICES, Reading
from lti_tool.people.accommodations import find_accommodation
from lti_tool.people.tables import ReadingSettings


def find_reading(session: Session, person_id: uuid.UUID | None) -> Reading:
    """What the person has chosen; the defaults for somebody who never did. Who is given larger text has it, or larger still."""
    if person_id is None:
        return Reading()
    row = session.scalar(select(ReadingSettings).where(ReadingSettings.person_id == person_id))
    chosen = Reading(**{name: getattr(row, name) for name in CHOICES}) if row else Reading()
    if chosen.text_size == "normal" and find_accommodation(session, person_id).large_text:
        return replace(chosen, text_size="large")
    return chosen


def keep_reading(session: Session, access: Access, reading: Reading) -> None:
    """Keep the settings of the person of this visit."""
    values = asdict(reading)
    session.execute(
        insert(ReadingSettings)
        .values(person_id=access.person_id, tenant_id=access.tenant_id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )
