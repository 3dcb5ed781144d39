"""The language of pages and lessons: the LMS's word first, the person's own choice from then on."""

import pytest
from answering import find_step, play
from stack import ANA, BEN, MODULE_LINK, QUIZ_LINK, TEACHER


def language(browser):
    return browser.page.text.split('<html lang="')[1][:2]


@pytest.fixture
def english(pupil):
    return pupil


def test_student_whose_lms_says_spanish_plays_in_spanish(shared_stack):
    browser = find_step(shared_stack.launch(MODULE_LINK, ANA), "ltp-first-look")

    assert shared_stack.person(ANA).locale == "es"
    assert language(browser) == "es"
    assert "¿Qué sabes con" in browser.text or "sabes" in browser.text
    assert "Check my answer" not in browser.text
    browser.submit("check:ltp-first-look", **{"ltp-first-look.pick": ["nasa"]})
    assert "The page names NASA" not in browser.text


def test_spanish_and_english_answers_are_scored_alike(shared_stack, answers):
    browser = play(shared_stack.launch(QUIZ_LINK, ANA), answers.right)

    done = shared_stack.rows("SELECT score_ratio FROM attempt WHERE id = :a", a=browser.attempt_id)
    assert done == [{"score_ratio": 1}]
    assert language(browser) == "es"


def test_chosen_language_stays_over_launches_and_devices(shared_stack, english):
    browser = shared_stack.launch(MODULE_LINK, english)
    assert language(browser) == "en"
    here = browser.path

    browser.post(f"{browser.visit}/language", {"locale": "es", "back": here})
    assert (browser.path, language(browser)) == (here, "es")

    assert language(shared_stack.launch(QUIZ_LINK, english)) == "es"


def test_language_of_one_person_is_nobody_elses(shared_stack, english):
    browser = shared_stack.launch(MODULE_LINK, english)
    browser.post(f"{browser.visit}/language", {"locale": "es", "back": browser.path})

    assert language(shared_stack.launch(MODULE_LINK, TEACHER)) == "en"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/at/{token}//evil.example",
        "/at/{token}/\\evil.example",
        "/at/other/",
        "javascript:alert(1)",
        "",
    ],
)
def test_language_switch_leads_to_pages_of_this_visit_only(shared_stack, back):
    browser = shared_stack.launch(MODULE_LINK, BEN)
    token = browser.token

    browser.post(f"{browser.visit}/language", {"locale": "en", "back": back.format(token=token)})

    assert browser.path == f"/at/{token}/"


def test_language_not_offered_is_refused(shared_stack):
    browser = shared_stack.launch(MODULE_LINK, BEN)

    browser.post(f"{browser.visit}/language", {"locale": "xx"})

    assert browser.page.status_code == 400


def test_refusal_is_told_in_the_persons_language(shared_stack):
    browser = shared_stack.launch(MODULE_LINK, ANA)

    browser.get(f"{browser.visit}/attempt/00000000-0000-4000-8000-000000000000")

    assert browser.page.status_code == 404
    assert language(browser) == "es"
    assert "There is no such page" not in browser.text
