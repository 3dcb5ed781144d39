"""What the audit log is told of a deed at an assignment: why it was done, asked for before it is, and what it is about."""

from __future__ import annotations

import uuid

from lti_tool.audit.log import Subject
from lti_tool.errors import BadFormError
from lti_tool.player.tables import Placement


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise BadFormError("Say why, in a few words: it is kept with what you do.")


def about(
    placement: Placement,
    *,
    person_id: uuid.UUID | None = None,
    item_id: str | None = None,
    attempt_id: uuid.UUID | None = None,
) -> Subject:
    """A student, a question for everybody, or one answer, at an assignment."""
    return Subject(
        person_id=person_id,
        item_id=item_id,
        attempt_id=attempt_id,
        placement_id=placement.id,
        section_id=placement.section_id,
    )
