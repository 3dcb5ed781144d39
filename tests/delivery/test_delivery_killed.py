"""A worker killed again and again in the middle of sending: every learner ends with exactly the newest score."""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from gradable import POINTS, all_grades, enrol, fork_worker, grade_of, wait_for, want

KILLS, PER_ROUND = 20, 12
COURSES = ("grade-7", "grade-8", "grade-11", "grade-5")
SEED = 20261123


class Workers:
    """One working process, and the next one ready to take over when it is killed."""

    def __init__(self, stack):
        self.stack, self.running = stack, []
        self.refill()

    def refill(self):
        while len(self.running) < 2:
            self.running.append(fork_worker(self.stack, delivery_lease_s=0.7))

    def kill_one(self):
        worker = self.running.pop(0)
        worker.kill()
        worker.join()

    def kill_all(self):
        while self.running:
            self.kill_one()


def is_all_delivered(stack):
    return all(grade.acked_version == grade.wanted_version for grade in all_grades(stack))


def acknowledged(stack):
    return sum(grade.acked_version for grade in all_grades(stack))


@pytest.mark.proves("grades-survive")
@pytest.mark.slow
def test_every_learner_ends_with_the_newest_score_after_twenty_kills(stack):
    rng = random.Random(SEED)
    learners = [each for course in COURSES for each in enrol(stack, course, most=28)]
    assert len(learners) >= 100
    stack.behave(mode="ok", delay_s=0.02)
    newest, cut_short = {}, 0
    workers = Workers(stack)

    try:
        for kill in range(KILLS):
            # Counted before anything is said: some of the twelve arrive while others are still written.
            enough = acknowledged(stack) + rng.randint(1, PER_ROUND // 2)
            for learner in rng.sample(learners, k=PER_ROUND):
                newest[learner.user] = float(rng.randint(0, int(POINTS)))
                want(stack, learner, newest[learner.user])
            wait_for(lambda enough=enough: acknowledged(stack) >= enough, within_s=30)
            cut_short += not is_all_delivered(stack)
            workers.kill_one()
            if kill % 5 == 4:
                workers.kill_all()
            workers.refill()
        for learner in learners:
            newest[learner.user] = float(rng.randint(0, int(POINTS)))
            want(stack, learner, newest[learner.user])
        wait_for(lambda: is_all_delivered(stack), within_s=40)
    finally:
        workers.kill_all()

    assert cut_short >= KILLS // 2
    book = {
        user: row
        for course in COURSES
        for (user, _), row in stack.gradebook(course).items()
        if row["score_maximum"]
    }
    assert {user: row["score_given"] for user, row in book.items()} == newest
    for learner in learners:
        grade = grade_of(stack, learner)
        assert (grade.state, grade.acked_version, grade.last_error) == (
            "delivered",
            grade.wanted_version,
            None,
        )
        assert datetime.fromisoformat(book[learner.user]["timestamp"]) == grade.wanted_at
