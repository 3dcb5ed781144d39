"""A class, a grade, a district whose time ends in the same second: everybody is graded and reaches the LMS, each once."""

import asyncio
import threading

import pytest
from gradable import enrol
from sqlalchemy import text

from lti_tool.app.worker import hand_in_round
from lti_tool.facts.people import Access
from lti_tool.flow import finish

COURSES, PER_COURSE = ("grade-5", "grade-7", "grade-8"), 20
END_TOGETHER = text(
    "UPDATE attempt SET started_at = now() - interval '31 minutes', ends_at = date_trunc('second', now()) - interval '11 seconds'"
)


def one_round(stack):
    """What the worker does every few seconds, in a thread: Playwright keeps a loop running in the one of the tests."""
    return threading.Thread(target=lambda: asyncio.run(hand_in_round(stack.tool)))


@pytest.mark.proves("rules-same-second", "rules-hand-in")
def test_sixty_attempts_that_end_in_one_second_all_reach_the_lms_once(stack):
    learners = [each for course in COURSES for each in enrol(stack, course, most=PER_COURSE)]
    with stack.tool.sessions.begin() as session:
        session.execute(END_TOGETHER)
    rounds = [one_round(stack) for _ in range(3)]

    for each in rounds:
        each.start()
    for learner in learners[::4]:  # whose own hand comes at the very same time
        access = Access(tenant_id=stack.tenant_id, person_id=learner.outcome.person_id)
        finish(stack.tool, access, learner.outcome.attempt_id)
    for each in rounds:
        each.join()
    last = one_round(stack)
    last.start()
    last.join()
    stack.deliver_all()

    assert stack.count("attempt") == len(learners)
    assert stack.rows("SELECT id FROM attempt WHERE finished_at IS DISTINCT FROM ends_at") == []
    assert stack.count("event", name="finished") == len(learners)
    assert stack.count("grade", state="delivered", acked_version=1) == len(learners)
    for learner in learners:
        line_item = str(learner.outcome.line_item_url).rpartition("/")[2]
        assert stack.lms.state.find_result(line_item, learner.user).received_count == 1
