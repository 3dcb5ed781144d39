"""The columns of an LMS's gradebook: finding one that moved, making one, giving it another title, comparing what it holds.

Use cases beside `flow`: each reads in one transaction, speaks to the LMS outside of any, and writes in another.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import DeliveryError, DeliveryRefusedError, DeliveryRetryError
from lti_tool.facts.answers import Outcome
from lti_tool.facts.gateway import Gateway, LineItem, NewLineItem
from lti_tool.facts.launch import Launch, Role
from lti_tool.facts.people import Access
from lti_tool.gradebook.compare import compare
from lti_tool.gradebook.due import (
    due,
    find_decision,
    grades_of_placement,
    move_grades,
    resend,
    send_to_new_column,
)
from lti_tool.gradebook.findings import find_comparison, keep_findings, keep_problem, placements_to_compare
from lti_tool.people.standing import find_subject, subjects_of_learners
from lti_tool.player.attempts import (
    attempts_of_placement,
    get_placement,
    keep_own_column,
    move_column,
    other_columns,
    own_column,
)
from lti_tool.player.rules import counted
from lti_tool.player.tables import Attempt, Placement
from lti_tool.rulings import as_done, counted_for, terms_for_all

NO_COLUMN = "This assignment has no column in the gradebook, so there is nothing to compare."


@dataclass(frozen=True, kw_only=True)
class Means:
    """What the use cases here work with."""

    sessions: SessionFactory
    gateway: Gateway
    clock: Callable[[], datetime]


# ---- where a column is ------------------------------------------------------------------------------------------------


def note_launch(
    session: Session,
    placement: Placement,
    launched: Launch,
    person_id: uuid.UUID,
    *,
    was_url: str | None,
    now: datetime,
) -> None:
    """A launch said where the column is: with the student's own work, and to grades that had lost their way.

    Linked sections of Schoology give each student's launch a column of their section, so nobody else's delivered grade moves.
    """
    url = launched.services.line_item_url
    if url is None:
        return
    own = person_id if launched.role is Role.LEARNER else None
    if own is not None:
        keep_own_column(session, placement.id, person_id, url)
    if own is not None or was_url not in (None, url):
        # A student's column may be that of their section only; a teacher's is taken for all who had lost theirs.
        send_to_new_column(session, placement.id, own=own, new_url=url, now=now)


def find_column(means: Means, placement_id: uuid.UUID) -> str | None:
    """Look in the LMS where an assignment's column is now, and keep it. None: it is not there, or the LMS does not say.

    Raises DeliveryRetryError when the LMS cannot be asked just now.
    """
    with transaction(means.sessions) as session:
        placement = get_placement(session, placement_id)
        taken = other_columns(session, placement)
    if placement.line_items_url is None:
        return None
    try:
        items = means.gateway.list_line_items(placement.platform_id, placement.line_items_url)
    except DeliveryRefusedError:
        return None
    found = choose_column(items, placement, taken)
    if found is not None:
        _move(means, placement_id, found.url)
    return found.url if found else None


def _move(means: Means, placement_id: uuid.UUID, url: str) -> None:
    with transaction(means.sessions) as session:
        placement = get_placement(session, placement_id)
        if placement.line_item_url not in (None, url):
            move_grades(session, placement_id, old_url=str(placement.line_item_url), new_url=url)
        move_column(session, placement, url)


def choose_column(items: Sequence[LineItem], placement: Placement, taken: set[str]) -> LineItem | None:
    """The one column that can only be this assignment's: by its link, else by our own name of the content. None in doubt."""
    free = [each for each in items if each.url not in taken]
    linked = [each for each in free if each.resource_link_id == placement.resource_link_id]
    if len(linked) == 1:
        return linked[0]
    named = [
        each
        for each in linked or free
        if each.resource_id == _resource_id(placement)
        and each.resource_link_id in (None, placement.resource_link_id)
    ]
    return named[0] if len(named) == 1 else None


def _resource_id(placement: Placement) -> str:
    return f"{placement.content_kind}:{placement.content_id}"


def send_again(
    session: Session, access: Access, placement: Placement, person_id: uuid.UUID, *, now: datetime
) -> bool:
    """Send one grade once more, to where the column is known to be now. False when there is none to send: nothing was handed in (any more), or
    the student is excused.

    Where the teacher was shown another grade in the LMS, theirs is replaced.
    """
    decided = find_decision(session, placement.id, person_id)
    if decided.is_excused if decided else counted_for(session, placement, person_id) is None:
        return False
    seen = find_comparison(session, access, placement.id)
    found = seen.find(person_id) if seen else None
    return resend(
        session,
        access,
        placement.id,
        person_id,
        line_item_url=own_column(session, placement.id, person_id) or placement.line_item_url,
        overrides=found is not None and found.theirs is not None,
        now=now,
    )


# ---- making and changing ----------------------------------------------------------------------------------------------


def make_column(means: Means, placement_id: uuid.UUID) -> None:
    """Give an assignment without a column one, the LMS's own where there is one already, and the grades so far. Raises DeliveryError.

    Of two at once, the second waits and finds the column of the first: only for that is this transaction held while the LMS is asked.
    """
    with transaction(means.sessions) as making:
        making.execute(select(func.pg_advisory_xact_lock(placement_id.int % 2**63)))
        _make_column(means, placement_id)


def _make_column(means: Means, placement_id: uuid.UUID) -> None:
    with transaction(means.sessions) as session:
        placement = get_placement(session, placement_id)
    if placement.line_item_url is not None:
        return
    if placement.line_items_url is None:
        raise DeliveryRefusedError(
            "Your LMS gives InfoLit no access to the gradebook of this course. Add the activity as an assignment instead."
        )
    url = find_column(means, placement_id) or _make(means, placement)
    with transaction(means.sessions) as session:
        placement = get_placement(session, placement_id)
        placement.line_item_url = url
        attempts = attempts_of_placement(session, _nobody(placement), placement_id)
        terms = terms_for_all(session, placement, [each.person_id for each in attempts])
        for person_id, own in groupby(attempts, key=lambda each: each.person_id):
            done = [each for each in own if each.finished_at is not None]
            score = counted(terms.of(person_id), as_done(done))
            if score is not None and not placement.is_practice:
                _due(session, placement, done[-1], score.ratio, now=means.clock())


def _make(means: Means, placement: Placement) -> str:
    item = NewLineItem(
        label=placement.title,
        score_maximum=placement.points,
        resource_id=_resource_id(placement),
        tag=placement.content_kind,
        resource_link_id=placement.resource_link_id,
    )
    return means.gateway.make_line_item(placement.platform_id, str(placement.line_items_url), item).url


def _due(
    session: Session, placement: Placement, attempt: Attempt, score_ratio: float, *, now: datetime
) -> None:
    subject = find_subject(session, placement.section_id, attempt.person_id)
    if subject is None or attempt.finished_at is None:
        return
    outcome = Outcome(
        tenant_id=attempt.tenant_id,
        attempt_id=attempt.id,
        placement_id=placement.id,
        person_id=attempt.person_id,
        score_ratio=score_ratio,
        finished_at=attempt.finished_at,
        line_item_url=column_of(placement, attempt),
        points=placement.points,
    )
    due(session, outcome, platform_id=placement.platform_id, subject=subject, now=now)


def column_of(placement: Placement, attempt: Attempt) -> str | None:
    """Where the grade of an attempt goes: to the column its owner's launch gave, else to the assignment's."""
    return attempt.line_item_url or placement.line_item_url


def change_column(means: Means, placement_id: uuid.UUID) -> None:
    """Give the column the assignment's title and points. Raises DeliveryError; ours stay as they are then, too."""
    with transaction(means.sessions) as session:
        placement = get_placement(session, placement_id)
    if placement.line_item_url is not None:
        means.gateway.change_line_item(
            placement.platform_id,
            placement.line_item_url,
            label=placement.title,
            score_maximum=placement.points,
        )


# ---- comparing --------------------------------------------------------------------------------------------------------


def compare_column(means: Means, placement_id: uuid.UUID) -> int:
    """Compare a column with our grades and keep what differs; gives how many do. Changes no grade. Raises DeliveryError, noted."""
    with transaction(means.sessions) as session:
        placement = get_placement(session, placement_id)
    try:
        if placement.line_item_url is None:
            raise DeliveryRefusedError(NO_COLUMN)
        results = means.gateway.list_results(placement.platform_id, placement.line_item_url)
    except DeliveryError as error:
        with transaction(means.sessions) as session:
            keep_problem(session, placement.tenant_id, placement_id, error.message, now=means.clock())
        raise
    with transaction(means.sessions) as session:
        # The grades of one whole column: nobody sees them here, they are only compared.
        grades = grades_of_placement(session, _nobody(placement), placement_id)
        learners = subjects_of_learners(session, placement.section_id)
        found = compare(grades, results, learners)
        keep_findings(session, placement.tenant_id, placement_id, found, now=means.clock())
    return len(found)


def _nobody(placement: Placement) -> Access:
    return Access(tenant_id=placement.tenant_id, person_id=None)


def columns_to_compare(means: Means) -> dict[uuid.UUID, list[uuid.UUID]]:
    """What the nightly round looks at: placements by platform."""
    with transaction(means.sessions) as session:
        return placements_to_compare(session, now=means.clock())


def compare_columns(
    means: Means, placement_ids: Sequence[uuid.UUID], *, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """The columns of one LMS, one after the other; an LMS that does not answer is left alone until the next night."""
    differing = 0
    for placement_id in placement_ids:
        if is_stopping():
            break
        try:
            differing += compare_column(means, placement_id)
        except DeliveryRetryError:
            break
        except DeliveryError:
            continue
    return differing
