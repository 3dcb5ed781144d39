"""The end of an attempt is one transaction: response, score, grade row, job, evidence and rollup, or nothing."""

import pytest
from answering import go_to_review
from stack import ANA, QUIZ_LINK
from traces import traces

from lti_tool import flow
from lti_tool.gradebook import due


class Broken(Exception):
    """Something nobody thought of."""


def break_at(monkeypatch, module, name):
    def broken(*args, **kwargs):
        raise Broken

    monkeypatch.setattr(module, name, broken)


@pytest.fixture
def ready(stack):
    """A student in front of the finish button, every question answered."""
    from answer_fields import right

    return go_to_review(stack.launch(QUIZ_LINK, ANA), lambda item_id: right(stack, item_id))


def everything(stack, browser):
    """All that a finish may write anywhere."""
    tables = (
        "grade",
        "procrastinate_jobs",
        "mastery_evidence",
        "learner_state",
        "mastery_state",
        "board_cell",
    )
    return traces(stack, browser.attempt_id) | {table: stack.count(table) for table in tables}


@pytest.mark.parametrize(
    ("module", "name"),
    [(flow, "learn"), (flow, "record"), (flow, "due"), (flow, "counted_for"), (due, "enqueue")],
    ids=["mastery", "rollups", "grade", "best score", "job"],
)
def test_finish_that_fails_anywhere_leaves_nothing_behind(stack, ready, monkeypatch, module, name):
    before = everything(stack, ready)
    break_at(monkeypatch, module, name)

    ready.submit("finish")

    assert ready.page.status_code == 500
    assert "reference" in ready.text.casefold() or "referencia" in ready.text.casefold()
    assert everything(stack, ready) == before
    assert before["attempt"][0]["finished_at"] is None


def test_failed_finish_works_at_the_next_press(stack, ready, monkeypatch):
    review = ready.path
    with monkeypatch.context() as broken:
        break_at(broken, flow, "record")
        ready.submit("finish")

    ready.post(review, {"do": "finish"})
    stack.deliver_all()

    assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 10


def test_finish_writes_all_of_it(stack, ready):
    ready.submit("finish")

    kept = traces(stack, ready.attempt_id)
    (attempt,) = kept["attempt"]
    assert attempt["score_ratio"] == 1
    assert [row["best_ratio"] for row in kept["response"]] == [1] * 10
    (grade,) = kept["grade"]
    assert (grade["wanted_score"], grade["state"]) == (10, "due")
    (job,) = stack.rows("SELECT * FROM procrastinate_jobs")
    assert (job["task_name"], job["args"]) == ("deliver_due", {"platform_id": str(stack.platform_id)})
    assert len(kept["evidence"]) == 10
    assert {row["skill"] for row in kept["rollup"]} == {row["skill"] for row in kept["evidence"]}
    assert sum(row["answers"] for row in kept["rollup"]) == 10
    cells = stack.rows("SELECT * FROM board_cell")
    assert {cell["skill"] for cell in cells} == {row["skill"] for row in kept["evidence"]}
    assert {cell["grade"] for cell in cells} == {7}


def test_launch_that_fails_is_unused_and_works_again(stack, monkeypatch):
    browser = stack.browser()
    signed = browser.begin(QUIZ_LINK, ANA)
    with monkeypatch.context() as broken:
        break_at(broken, flow, "open_session")
        assert browser.finish_launch(signed).page.status_code == 500
    assert stack.count("attempt") == stack.count("launch_session") == stack.count("placement") == 0

    assert browser.finish_launch(signed).page.status_code == 200
