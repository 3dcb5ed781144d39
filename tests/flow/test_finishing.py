"""Finishing: scored once, listed as unanswered before, tried again with other questions, the best try in the gradebook."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from answering import go_to_review, items_on, play
from stack import MODULE_LINK, QUIZ_LINK, TEACHER
from traces import traces

from lti_tool.demo_lms.records import Link

BLANK_LINK = "no-column"


def attempt(stack, browser):
    return stack.rows("SELECT * FROM attempt WHERE id = :a", a=browser.attempt_id)[0]


def test_all_right_gives_every_point_and_feedback_on_each_item(shared_stack, pupil, answers):
    browser = play(shared_stack.launch(MODULE_LINK, pupil), answers.right)
    shared_stack.deliver_all()

    assert attempt(shared_stack, browser)["score_ratio"] == 1
    assert shared_stack.gradebook()[pupil, MODULE_LINK]["score"] == 20
    assert browser.page.text.count('class="result"') == 12 + 10
    assert "Delivered to your teacher" in browser.get(browser.path).text


def test_wrong_answers_show_the_key_and_the_reason(shared_stack, pupil, answers):
    browser = play(shared_stack.launch(QUIZ_LINK, pupil), answers.wrong)

    assert 'data-verdict="wrong"' in browser.page.text
    assert "This is the right one" in browser.text
    assert attempt(shared_stack, browser)["score_ratio"] < 1


def test_unanswered_questions_are_listed_before_the_finish(shared_stack, pupil, answers):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    browser.submit("next", **answers.right(items_on(browser)[0]))
    browser.submit("goto:2")
    browser.submit("next", **answers.right(items_on(browser)[0]))

    browser.submit("goto:10")

    assert "8 questions have no answer yet" in browser.text
    assert "Go to question 2" in browser.text
    assert "Go to question 1<" not in browser.text
    browser.submit("goto:1")
    assert "Question 2 of 10" in browser.text


def test_finishing_twice_changes_nothing(shared_stack, pupil, answers):
    browser = go_to_review(shared_stack.launch(QUIZ_LINK, pupil), answers.right)
    review = browser.path
    browser.submit("finish")
    before = traces(shared_stack, browser.attempt_id)

    browser.post(review, {"do": "finish"})

    assert browser.path.endswith("/result")
    assert traces(shared_stack, browser.attempt_id) == before


def test_finishing_on_two_devices_at_once_counts_once(shared_stack, pupil, answers):
    phone = go_to_review(shared_stack.launch(QUIZ_LINK, pupil), answers.right)
    laptop = go_to_review(shared_stack.launch(QUIZ_LINK, pupil))
    person_id = attempt(shared_stack, phone)["person_id"]

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda browser: browser.submit("finish").page.status_code, (phone, laptop)))

    assert ends == [200, 200]
    kept = traces(shared_stack, phone.attempt_id)
    assert [grade["wanted_version"] for grade in kept["grade"]] == [1]
    assert len(kept["evidence"]) == 10
    assert [event["name"] for event in kept["event"]].count("finished") == 1
    assert shared_stack.count("attempt", person_id=person_id) == 1


def test_finished_activity_opens_at_its_result(shared_stack, pupil):
    play(shared_stack.launch(QUIZ_LINK, pupil))

    assert shared_stack.launch(QUIZ_LINK, pupil).path.endswith("/result")


def test_second_try_asks_unseen_questions_and_the_best_is_delivered(shared_stack, pupil, answers):
    browser = play(shared_stack.launch(QUIZ_LINK, pupil), answers.right)
    first = attempt(shared_stack, browser)
    shared_stack.deliver_all()

    browser.post(f"{browser.visit}/begin/{first['placement_id']}")
    second = attempt(shared_stack, browser)
    play(browser, answers.wrong)
    shared_stack.deliver_all()

    assert second["number"] == 2
    assert not set(first["drawn"]) & set(second["drawn"])
    assert attempt(shared_stack, browser)["score_ratio"] < 1
    assert shared_stack.gradebook()[pupil, QUIZ_LINK]["score"] == 10
    assert "10 of 10 points" in browser.text
    assert "What counts: the best attempt." in browser.text


def test_better_second_try_raises_the_grade(shared_stack, pupil, answers):
    browser = play(shared_stack.launch(QUIZ_LINK, pupil))
    shared_stack.deliver_all()
    assert shared_stack.gradebook()[pupil, QUIZ_LINK]["score"] == 0

    browser.post(f"{browser.visit}/begin/{attempt(shared_stack, browser)['placement_id']}")
    play(browser, answers.right)
    shared_stack.deliver_all()

    assert shared_stack.gradebook()[pupil, QUIZ_LINK]["score"] == 10


def test_beginning_again_goes_on_with_the_open_try(shared_stack, pupil):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    first = attempt(shared_stack, browser)

    browser.post(f"{browser.visit}/begin/{first['placement_id']}")

    assert browser.attempt_id == str(first["id"])


def test_quiz_by_itself_is_questions_only(shared_stack, pupil):
    browser = shared_stack.launch(QUIZ_LINK, pupil)

    assert "Question 1 of 10" in browser.text
    assert attempt(shared_stack, browser)["score_ratio"] is None


@pytest.fixture
def link_without_column(shared_stack):
    course = shared_stack.lms.district.find_course("grade-7")
    link = Link(
        id=BLANK_LINK,
        resource_link_id="practice-link",
        course_id=course.id,
        kind="assignment",
        title="Practice",
        target_url=f"{shared_stack.tool_url}/lti/launch",
        custom={"content": "quiz:leave-the-page"},
    )
    shared_stack.lms.state.add_link(link, None)
    return link


def test_link_without_a_column_is_played_and_sends_nothing(shared_stack, pupil, link_without_column, answers):
    browser = play(shared_stack.launch(BLANK_LINK, pupil), answers.right)
    done = attempt(shared_stack, browser)

    assert done["score_ratio"] == 1
    assert "This activity has no grade in your course" in browser.text
    assert shared_stack.count("grade", placement_id=done["placement_id"]) == 0
    assert shared_stack.count("mastery_evidence", attempt_id=done["id"]) == 10


def test_teacher_preview_reaches_no_grade_no_mastery_and_no_list(shared_stack, answers):
    browser = shared_stack.launch(MODULE_LINK, TEACHER)
    placement_id = browser.path.split("/")[-1]
    browser.post(f"{browser.visit}/begin/{placement_id}")
    assert "not graded" in browser.text
    play(browser, answers.right)

    done = attempt(shared_stack, browser)
    kept = traces(shared_stack, done["id"])
    assert (done["is_preview"], done["score_ratio"]) == (True, 1)
    assert (kept["grade"], kept["evidence"], kept["rollup"]) == ([], [], [])
    assert "Preview: nothing was sent" in browser.text
    name = shared_stack.person(TEACHER).family_name
    assert f">{name}" not in browser.get(f"{browser.visit}/assignment/{placement_id}").text
    assert shared_stack.count("learner_state", person_id=done["person_id"]) == 0


def test_lesson_counts_activities_and_quiz_by_their_weights(shared_stack, pupil, answers):
    quiz = set(shared_stack.tool.library.banks["leave-the-page"].items)
    browser = play(
        shared_stack.launch(MODULE_LINK, pupil),
        lambda item_id: answers.right(item_id) if item_id in quiz else {},
    )

    assert attempt(shared_stack, browser)["score_ratio"] == pytest.approx(0.6)


def test_student_reads_what_they_can_do_and_nobody_else(shared_stack, pupil, answers):
    browser = play(shared_stack.launch(QUIZ_LINK, pupil), answers.right)
    visit = browser.path.split("/attempt/")[0]

    browser.get(f"{visit}/what-i-can-do")

    assert browser.page.status_code == 200
    assert "I can tell" in browser.text or "I can find" in browser.text
    assert "Not enough evidence" in browser.text or "Next step:" in browser.text
    assert "nobody is compared" in browser.text
