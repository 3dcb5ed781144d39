"""A teacher's marks for an answer that no program scores: what follows from them."""

from __future__ import annotations

import uuid
from dataclasses import replace

from lti_tool.content.store import get_snapshot
from lti_tool.corrections.rescoring import learn_again
from lti_tool.db.connect import transaction
from lti_tool.facts.people import Access
from lti_tool.flow import count_questions, learn_from, queue_grade
from lti_tool.grading import attempt_ratio
from lti_tool.mastery.again import learned_items
from lti_tool.people.standing import is_test_student
from lti_tool.player.attempts import get_handed_in, get_taught_placement
from lti_tool.player.marking import Marks, keep_marks
from lti_tool.player.responses import has_pending, score_all
from lti_tool.tool import Tool


def give_marks(
    tool: Tool, access: Access, placement_id: uuid.UUID, attempt_id: uuid.UUID, item_id: str, marks: Marks
) -> None:
    """Keep a teacher's marks for one answer; unless they are a draft, score it, and let grade, mastery and rollups follow.

    Marks that were given may be given anew; a draft never takes them back. Raises NotFoundError outside of one's classes.
    """
    now = tool.clock()
    with transaction(tool.sessions) as session:
        placement = get_taught_placement(session, access, placement_id)
        attempt = get_handed_in(session, access, placement, attempt_id, for_update=True)
        snapshot = get_snapshot(session, attempt.snapshot_hash)
        is_first = keep_marks(session, access, attempt, snapshot, item_id, marks, now=now)
        if marks.is_draft:
            return
        item_ids = [*snapshot.activity_ids, *attempt.drawn]
        scored, answers = score_all(session, attempt, snapshot, item_ids, now=now)
        attempt.score_ratio = attempt_ratio(scored, snapshot.weights)
        attempt.is_pending = has_pending(session, attempt, snapshot)
        session.flush()
        queue_grade(session, attempt, now)
        if is_test_student(session, attempt.person_id):
            return
        if is_first and item_id not in learned_items(session, attempt.id):
            told = [replace(answer, answered_at=now) for answer in answers if answer.item.item_id == item_id]
            learn_from(session, attempt, snapshot, told, now)
        else:
            ratio = next(mark.ratio for mark in scored if mark.item_id == item_id)
            told = [replace(answer, ratio=ratio) for answer in answers if answer.item.item_id == item_id]
            learn_again(session, attempt, snapshot, told, now)
        count_questions(session, attempt, snapshot)
