"""The analysis as teachers and specialists read it: words first, nobody's name, nothing about few, and only what is theirs."""

import re

import pytest
from sitting import Content, sit
from sqlalchemy import text
from stack import BOARD_LINK, OTHER_TEACHER, QUIZ_LINK, SPECIALIST, TEACHER

from lti_tool.db.connect import transaction
from lti_tool.reports.questions import judging


@pytest.fixture(scope="module")
def sat(shared_stack, tmp_path_factory):
    """A quiz that 36 students have taken."""
    Content(tmp_path_factory.mktemp("content")).serve(shared_stack)
    teacher = in_english(shared_stack.launch(QUIZ_LINK, TEACHER))
    shared_stack.placement_id = re.search(r"/assignment/([0-9a-f-]{36})", teacher.path)[1]
    sit(shared_stack, shared_stack.placement_id, students=9)
    shared_stack.few = (
        in_english(shared_stack.launch(QUIZ_LINK, TEACHER)).get_link("How the questions work").text
    )
    sit(shared_stack, shared_stack.placement_id, students=27, first=9)
    return shared_stack


def in_english(browser):
    browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})
    return browser


def test_teacher_reads_first_that_the_strong_chose_another_option(sat):
    page = in_english(sat.launch(QUIZ_LINK, TEACHER)).get_link("How the questions work")

    words = "Question 1: most strong students chose D, “Decide that it is false, because it sounds strange”; check the key."
    assert words in page.text and page.text.index(words) < page.text.index("<table")
    assert "36 students have finished a first attempt" in page.text and "tentative" in page.text
    assert 'class="chart questions"' in page.text and "Strongest third" in page.text
    assert "Sim 3" not in page.text


def test_nothing_is_said_of_nine_students(sat):
    assert (
        "too few to say anything" in sat.few
        and "<table" not in sat.few
        and "tells apart" not in sat.few.casefold()
    )


def test_specialist_finds_it_over_all_schools_and_one(sat):
    page = in_english(sat.launch(BOARD_LINK, SPECIALIST)).get_link("How the questions work")
    assert "Quiz: Leave the Page" in page.text

    page.get_link("Quiz: Leave the Page")
    assert "most strong students chose D" in page.text
    schools = re.findall(r'<option value="([0-9a-f-]{36})"', page.text)
    seen = [page.get(f"{page.path}?school={each}").text.count("most strong students") for each in schools]
    assert sorted(map(bool, seen))[-2:] != [True, True] and any(seen), (
        "only the school whose students took it"
    )
    assert page.get(f"{page.path}?school={sat.placement_id}").page.status_code == 404


def test_groups_are_compared_only_when_large(sat, monkeypatch):
    browser = in_english(sat.launch(BOARD_LINK, SPECIALIST))
    path = f"{browser.visit}/questions/quiz/leave-the-page?by=language"
    assert "There are not two groups of that size yet." in browser.get(path).text

    with transaction(sat.tool.sessions) as session:
        split = "UPDATE first_answer SET lang = CASE WHEN hashtext(attempt_id::text) % 2 = 0 THEN 'en' ELSE 'es' END"
        session.execute(text(split))
    monkeypatch.setattr("lti_tool.web.question_pages.FAIRNESS_SHOWN", 5)
    shown = browser.get(path).text
    assert "Questions and groups" in shown and "Español" in shown
    assert judging.FAIRNESS_SHOWN == 100


def test_another_teacher_has_no_analysis_of_this_class(sat):
    stranger = sat.launch("grade-8-leave-the-page", OTHER_TEACHER)

    stranger.get(f"{stranger.visit}/assignment/{sat.placement_id}/questions")

    assert stranger.page.status_code == 404
