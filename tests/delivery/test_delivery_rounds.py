"""Rounds of deliveries: bounded for each LMS, and no wish lost."""

import threading
import uuid

import pytest

from lti_tool.app.rounds import Rounds

LMS, OTHER_LMS = uuid.uuid4(), uuid.uuid4()


class Held:
    """A delivery that waits until it is let go, and counts how many go on at once."""

    def __init__(self):
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()
        self.calls = []

    def __call__(self, platform_id):
        self.calls.append(platform_id)
        self.begun.release()
        assert self.go_on.wait(10)
        return 1


def start(rounds, platform_id, results):
    thread = threading.Thread(target=lambda: results.append(rounds.run(platform_id)))
    thread.start()
    return thread


@pytest.mark.proves("grades-rate")
def test_lms_that_hangs_keeps_no_more_rounds_than_allowed_and_no_other_lms_waiting():
    held, results = Held(), []
    rounds = Rounds(held, most=2)
    threads = [start(rounds, LMS, results) for _ in range(2)]
    for _ in range(2):
        assert held.begun.acquire(timeout=10)

    assert rounds.run(LMS) == 0
    threads.append(start(rounds, OTHER_LMS, results))

    assert held.begun.acquire(timeout=10)
    assert held.calls == [LMS, LMS, OTHER_LMS]
    held.go_on.set()
    for thread in threads:
        thread.join(10)


def test_wish_that_found_every_round_busy_is_granted_by_the_next_to_end():
    held, results = Held(), []
    rounds = Rounds(held, most=1)
    thread = start(rounds, LMS, results)
    assert held.begun.acquire(timeout=10)
    rounds.run(LMS)

    held.go_on.set()
    thread.join(10)

    assert (held.calls, results) == ([LMS, LMS], [2])


def test_round_that_fails_gives_its_place_back():
    def fail(platform_id):
        raise RuntimeError("the database is away")

    rounds = Rounds(fail, most=1)
    for _ in range(2):
        try:
            rounds.run(LMS)
        except RuntimeError:
            continue
        raise AssertionError("the second round was not begun")
