"""A district chooses by which method it shows levels: what would change is worked out before, every level follows after, and nothing is lost.

The choice is one short transaction. Then the worker goes through the students some at a time, each few locked as a submission locks its
own. What is handed in meanwhile is shown by the new method already; a worker that is killed leaves nothing half done, and the next begins
again. Only the school year under way follows on the board: years that are over keep the levels they ended with.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lti_tool.audit.log import Subject, note
from lti_tool.db.connect import transaction
from lti_tool.db.jobs import enqueue
from lti_tool.errors import BadFormError, ForbiddenError
from lti_tool.facts.people import Access
from lti_tool.mastery.methods import Choice
from lti_tool.mastery.showing import decisions_of, find_choice, judge_all, show
from lti_tool.mastery.tables import LearnerState, MasteryState, MethodChoice
from lti_tool.people.years import school_year
from lti_tool.reports.record import correct_levels
from lti_tool.tool import Tool

ACTION = "choose method"
APPLY_METHOD_TASK = "apply_method"
AT_ONCE = 200
"""Students whose levels change in one transaction."""
Changed = Counter[tuple[str, str]]
"""How many levels, one for each student and skill, would go from one to another, or stay."""


def choose_method(tool: Tool, access: Access, choice: Choice, *, reason: str, is_queued: bool = True) -> None:
    """Show the district's levels by this from now on. Raises BadFormError without a reason, or when nothing would change."""
    require_district(access)
    if not reason.strip():
        raise BadFormError("Say why, in a few words: it is kept with the choice.")
    now = tool.clock()
    with transaction(tool.sessions) as session:
        before = find_choice(session, access.tenant_id)
        if before == choice:
            raise BadFormError("The district shows levels by this already.")
        told = {"before": as_values(before), "after": as_values(choice)}
        entry = note(session, access, ACTION, Subject(), now=now, reason=reason, **told)
        kept = {key: value for key, value in as_values(choice).items() if key != "method"}
        row = MethodChoice(
            tenant_id=access.tenant_id, method=choice.method, chosen_at=now, audit_id=entry.id, **kept
        )
        session.add(row)
        if is_queued:
            enqueue(session, APPLY_METHOD_TASK, {"tenant_id": str(access.tenant_id)}, queue="upkeep")


def require_district(access: Access) -> None:
    """The method is the whole district's: its specialists and administrators choose, one school's do not."""
    if not (access.is_district_specialist or access.is_administrator):
        raise ForbiddenError("Only a specialist of the whole district, or an administrator, chooses this.")


def as_values(choice: Choice) -> dict[str, Any]:
    return {
        "method": choice.method,
        "number": choice.number,
        "min_results": choice.rule.min_results if choice.rule else 0,
        "proficient_from": choice.proficient_from,
        "developing_from": choice.developing_from,
    }


def count_students(session: Session, tenant_id: uuid.UUID) -> int:
    """Students with any evidence."""
    own = select(func.count()).select_from(LearnerState).where(LearnerState.tenant_id == tenant_id)
    return session.scalar(own) or 0


def preview(
    session: Session, tenant_id: uuid.UUID, choice: Choice, *, most_students: int | None = None
) -> Changed:
    """How levels would change by the choice; those that teachers set stay and are not counted.

    `most_students` bounds the time: so many, taken by their random ids.
    """
    found: Changed = Counter()
    most = None if most_students is None else max(1, most_students // AT_ONCE)
    for people in islice(_people(session, tenant_id), most):
        states = _states(session, people)
        judged, decided = judge_all(session, states, choice), decisions_of(session, people)
        for state in states:
            key = (state.person_id, state.skill)
            if key not in decided:
                found[state.shown_level, judged[key].level.value] += 1
        session.expunge_all()
    return found


def unapplied(session: Session) -> list[uuid.UUID]:
    """Districts whose newest choice is not worked out for everybody yet."""
    query = select(MethodChoice.tenant_id).where(MethodChoice.applied_at.is_(None)).distinct()
    return sorted(session.scalars(query))


def apply_method(
    tool: Tool,
    tenant_id: uuid.UUID,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    tell: Callable[[int], object] = lambda students: None,
) -> bool:
    """Work every level of a district out by its method. False when told to stop before the end."""
    with transaction(tool.sessions) as session:
        newest = session.scalar(select(func.max(MethodChoice.id)).where(MethodChoice.tenant_id == tenant_id))
    year = school_year(tool.clock(), tool.settings.school_year_starts)
    after, done = None, 0
    while not is_stopping():
        with transaction(tool.sessions) as session:
            people = _next_people(session, tenant_id, after, locked=True)
            if not people:
                own = (MethodChoice.tenant_id == tenant_id, MethodChoice.id <= (newest or 0))
                waiting = (*own, MethodChoice.applied_at.is_(None))
                session.execute(update(MethodChoice).where(*waiting).values(applied_at=tool.clock()))
                return True
            states = _states(session, people)
            show(session, states, redated={each.skill for each in states})
            levels = {(each.person_id, each.skill): each.shown_level for each in states}
            correct_levels(session, tenant_id, levels, year, now=tool.clock())
        after, done = people[-1], done + len(people)
        tell(done)
    return False


def _people(session: Session, tenant_id: uuid.UUID) -> Iterator[Sequence[uuid.UUID]]:
    after = None
    while people := _next_people(session, tenant_id, after):
        yield people
        after = people[-1]


def _next_people(
    session: Session, tenant_id: uuid.UUID, after: uuid.UUID | None, *, locked: bool = False
) -> Sequence[uuid.UUID]:
    query = (
        select(LearnerState.person_id)
        .where(LearnerState.tenant_id == tenant_id)
        .order_by(LearnerState.person_id)
        .limit(AT_ONCE)
    )
    if after is not None:
        query = query.where(LearnerState.person_id > after)
    return session.scalars(query.with_for_update() if locked else query).all()


def _states(session: Session, people: Sequence[uuid.UUID]) -> Sequence[MasteryState]:
    return session.scalars(
        select(MasteryState)
        .where(MasteryState.person_id.in_(people))
        .order_by(MasteryState.person_id, MasteryState.skill)
    ).all()
