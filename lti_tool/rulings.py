"""The rules of assignments applied to people: terms from the records of `people` and `player`, and the score that counts under them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.facts.accommodations import NOTHING_GIVEN, Accommodation
from lti_tool.people.accommodations import accommodations_of, find_accommodation
from lti_tool.player.attempts import finished_attempts, last_finished_at, stands
from lti_tool.player.extensions import as_extension, extensions_for, rows_of
from lti_tool.player.offers import policy_of
from lti_tool.player.rules import (
    Counted,
    Done,
    Opening,
    Policy,
    Terms,
    counted,
    opening,
    renewed_end,
    terms_of,
)
from lti_tool.player.tables import Attempt, Extension, Placement


def terms_for(session: Session, placement: Placement, person_id: uuid.UUID) -> Terms:
    """What holds for one person at one assignment."""
    given = find_accommodation(session, person_id)
    return terms_of(policy_of(placement), given, extensions_for(session, placement.id, person_id))


def opening_for(
    session: Session, placement: Placement, terms: Terms, person_id: uuid.UUID, *, now: datetime
) -> Opening:
    """Whether the person may begin another attempt."""
    done = finished_attempts(session, placement.id, person_id)
    return opening(terms, finished=len(done), last_finished_at=last_finished_at(done), now=now)


def counted_for(session: Session, placement: Placement, person_id: uuid.UUID) -> Counted | None:
    """The person's score that counts; None before they finished an attempt."""
    terms = terms_for(session, placement, person_id)
    return counted(terms, as_done(finished_attempts(session, placement.id, person_id)))


def as_done(attempts: Iterable[Attempt]) -> list[Done]:
    """Attempts as the rules look at them; those under way, set aside and previews left out."""
    return [
        Done(
            number=each.number,
            ratio=each.score_ratio or 0.0,
            started_at=each.started_at,
            finished_at=each.finished_at,
        )
        for each in attempts
        if each.finished_at is not None and each.set_aside_at is None and not each.is_preview
    ]


@dataclass(frozen=True, kw_only=True)
class ClassTerms:
    """The terms of many people at one assignment, read at once."""

    policy: Policy
    given: Mapping[uuid.UUID, Accommodation]
    extensions: Sequence[Extension]

    def of(self, person_id: uuid.UUID) -> Terms:
        own = [as_extension(row) for row in self.extensions if row.person_id in (None, person_id)]
        return terms_of(self.policy, self.given.get(person_id, NOTHING_GIVEN), own)


def terms_for_all(session: Session, placement: Placement, person_ids: Sequence[uuid.UUID]) -> ClassTerms:
    return ClassTerms(
        policy=policy_of(placement),
        given=accommodations_of(session, placement.tenant_id, person_ids),
        extensions=rows_of(session, placement.id),
    )


def renew_ends(
    session: Session, *, placement_id: uuid.UUID | None = None, person_id: uuid.UUID | None = None
) -> None:
    """Attempts under way follow rules that changed, at an assignment or for a person. None ends earlier than its student was told."""
    query = select(Attempt, Placement).join(Placement, Placement.id == Attempt.placement_id)
    query = query.where(Attempt.finished_at.is_(None), Attempt.ends_at.is_not(None), stands())
    if placement_id is not None:
        query = query.where(Attempt.placement_id == placement_id)
    if person_id is not None:
        query = query.where(Attempt.person_id == person_id)
    for attempt, placement in session.execute(query.order_by(Attempt.id).with_for_update(of=Attempt)):
        terms = terms_for(session, placement, attempt.person_id)
        attempt.ends_at = renewed_end(terms, attempt.started_at, attempt.ends_at)
    session.flush()
