"""The grade row under every order of events: changes, claims, answers, refusals, lost answers, leases that run out."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from gradable import enrol, grade_of, want
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lti_tool.errors import DeliveryRefusedError, DeliveryRetryError, ScoreConflictError
from lti_tool.facts.gateway import RecordedResult
from lti_tool.gradebook import deliver as delivering
from lti_tool.gradebook.deliver import Delivery, deliver_due
from lti_tool.gradebook.due import make_due

LEASE = timedelta(seconds=30)


class StrictLMS:
    """AGS 2.0 as it is written: a score counts when it is strictly newer."""

    def __init__(self):
        self.held, self.moods = None, []

    def take(self, score):
        if self.held is not None and score.timestamp <= self.held.timestamp:
            raise ScoreConflictError
        self.held = score

    def send_score(self, platform_id, score):
        mood = self.moods.pop() if self.moods else "ok"
        if mood == "refuse":
            raise DeliveryRefusedError
        if mood != "busy":
            self.take(score)
        if mood in ("busy", "answer lost"):
            raise DeliveryRetryError

    def find_result(self, platform_id, line_item_url, subject):
        if self.held is None:
            return None
        return RecordedResult(
            subject=subject, result_score=self.held.score_given, result_maximum=self.held.score_maximum
        )


class GradeRow(RuleBasedStateMachine):
    """Workers take, lose, repeat and answer; students finish; clocks jump."""

    stack = learner = None

    @initialize()
    def begin(self):
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.lms, self.in_hand, self.newest, self.versions = StrictLMS(), [], 0.0, []
        with self.stack.tool.sessions.begin() as session:
            session.connection().exec_driver_sql("DELETE FROM grade")
        self.finish(0)

    @rule(score=st.integers(0, 10))
    def finish(self, score):
        self.newest = float(score)
        want(self.stack, self.learner, score, now=self.now)

    @rule(seconds=st.sampled_from([-4000, -1, 1, 31, 400]))
    def let_time_pass(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def take(self):
        """A worker claims, and is slow from here on."""
        self.in_hand += delivering._claim(self.delivery(), self.stack.platform_id, most=1)

    @rule(data=st.data(), mood=st.sampled_from(["ok", "busy", "answer lost", "refuse"]))
    def send(self, data, mood):
        """Any slow worker goes on at last, perhaps after its lease, perhaps after a newer score."""
        if self.in_hand:
            claim = self.in_hand.pop(data.draw(st.integers(0, len(self.in_hand) - 1)))
            self.lms.moods = [mood]
            delivering._deliver(self.delivery(), claim)

    @rule(arrived=st.booleans())
    def kill(self, arrived):
        """A worker dies, its score sent or not; nobody writes anything down."""
        if self.in_hand:
            claim = self.in_hand.pop()
            if arrived and (self.lms.held is None or claim.score.timestamp > self.lms.held.timestamp):
                self.lms.take(claim.score)

    def delivery(self):
        return Delivery(
            sessions=self.stack.tool.sessions, gateway=self.lms, clock=lambda: self.now, lease=LEASE
        )

    @invariant()
    def acknowledged_never_goes_back(self):
        if hasattr(self, "versions"):
            row = grade_of(self.stack, self.learner)
            assert row.acked_version <= row.wanted_version
            assert not self.versions or row.acked_version >= self.versions[-1][0]
            assert not self.versions or row.wanted_at >= self.versions[-1][1]
            self.versions.append((row.acked_version, row.wanted_at))

    def teardown(self):
        """When the trouble is over, the newest score is what the LMS holds."""
        if not hasattr(self, "lms"):
            return
        self.lms.moods = []
        for _ in range(12):
            self.now = max(self.now, grade_of(self.stack, self.learner).next_try_at) + timedelta(seconds=4000)
            with self.stack.tool.sessions.begin() as session:
                row = session.merge(grade_of(self.stack, self.learner))
                if row.state == "refused":
                    make_due(row, self.now)
            deliver_due(self.delivery(), self.stack.platform_id)
        row = grade_of(self.stack, self.learner)
        assert self.lms.held.score_given == self.newest
        assert (row.state, row.acked_version) == ("delivered", row.wanted_version)


@pytest.mark.proves("grades-survive")
@pytest.mark.slow
def test_newest_score_is_held_whatever_happens_on_the_way(impatient):
    bound = {"stack": impatient, "learner": enrol(impatient, "grade-8")[0]}
    run_state_machine_as_test(
        type("BoundGradeRow", (GradeRow,), bound),
        settings=settings(
            max_examples=25,
            stateful_step_count=18,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_worker_that_overran_its_lease_leaves_the_next_ones_claim(impatient, learner):
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    lms = StrictLMS()
    first = Delivery(sessions=impatient.tool.sessions, gateway=lms, clock=lambda: now, lease=LEASE)
    later = now + LEASE + timedelta(seconds=1)
    second = Delivery(sessions=impatient.tool.sessions, gateway=lms, clock=lambda: later, lease=LEASE)
    want(impatient, learner, 8, now=now)
    (slow,) = delivering._claim(first, impatient.platform_id, most=1)
    delivering._claim(second, impatient.platform_id, most=1)
    lms.moods = ["busy"]

    delivering._deliver(first, slow)

    assert grade_of(impatient, learner).claimed_until == later + LEASE


def test_older_score_that_a_careless_lms_took_last_is_made_good(impatient, learner):
    """A worker overran its lease while another delivered a newer score, and this LMS does not look at times."""

    class Careless(StrictLMS):
        def take(self, score):
            self.held = score

    now = impatient.tool.clock()
    delivery = Delivery(sessions=impatient.tool.sessions, gateway=Careless(), clock=lambda: now, lease=LEASE)
    later = replace(delivery, clock=lambda: now + 2 * LEASE)
    want(impatient, learner, 3, now=now)
    (slow,) = delivering._claim(delivery, impatient.platform_id, most=1)
    want(impatient, learner, 9, now=now)
    deliver_due(later, impatient.platform_id)

    delivering._deliver(later, slow)
    assert delivery.gateway.held.score_given == 3
    deliver_due(later, impatient.platform_id)

    assert delivery.gateway.held.score_given == 9
    assert grade_of(impatient, learner).state == "delivered"


def test_an_error_of_our_own_stops_neither_the_grade_nor_the_others(impatient):
    class Broken(StrictLMS):
        def send_score(self, platform_id, score):
            if score.subject == bad.subject:
                raise ValueError("a bug")
            super().send_score(platform_id, score)

    bad, good = enrol(impatient, most=2)
    for each in (bad, good):
        want(impatient, each, 8)
    delivery = Delivery(
        sessions=impatient.tool.sessions, gateway=Broken(), clock=impatient.tool.clock, lease=LEASE
    )

    assert deliver_due(delivery, impatient.platform_id) == 1

    assert grade_of(impatient, good).state == "delivered"
    assert (
        grade_of(impatient, bad).state == "waiting"
        and "error of its own" in grade_of(impatient, bad).last_error
    )


def test_nothing_is_taken_by_a_worker_that_is_ending(impatient, learner):
    want(impatient, learner, 8)
    delivery = Delivery(
        sessions=impatient.tool.sessions,
        gateway=StrictLMS(),
        clock=impatient.tool.clock,
        lease=LEASE,
        is_stopping=lambda: True,
    )

    assert deliver_due(delivery, impatient.platform_id) == 0
    assert grade_of(impatient, learner).tries == 0


@pytest.mark.proves("grades-rate")
def test_due_grades_of_another_lms_are_left_alone(impatient, learner):
    want(impatient, learner, 8)
    delivery = Delivery(
        sessions=impatient.tool.sessions, gateway=StrictLMS(), clock=impatient.tool.clock, lease=LEASE
    )

    assert deliver_due(delivery, uuid.uuid4()) == 0
