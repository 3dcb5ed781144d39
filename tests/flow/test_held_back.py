"""Answers that could not be sent when they were given: they come later, lose against newer ones, and outlive their visit."""

import re
from datetime import timedelta

import httpx
import pytest
from answering import items_on
from sqlalchemy import text
from stack import MODULE_LINK, QUIZ_LINK, form_fields

from lti_tool.people.sessions import hash_token

PAGE_A, PAGE_B = "a" * 16, "b" * 16
ITEM = "ltp-first-look"


@pytest.fixture
def other_pupil(shared_stack, pupil):
    people = shared_stack.lms.district.list_students("grade-7")
    return next(person.id for person in reversed(people) if person.id != pupil)


def end_visit(browser):
    """As two hours without use do it."""
    statement = text("UPDATE launch_session SET expires_at = used_at WHERE token_hash = :hash")
    with browser.stack.tool.sessions() as session, session.begin():
        session.execute(statement, {"hash": hash_token(browser.token)})


def saved(browser, item=ITEM):
    found = browser.stack.rows(
        "SELECT saved FROM response WHERE attempt_id = :a AND item_id = :i", a=browser.attempt_id, i=item
    )
    return found[0]["saved"] if found else None


def pick(option):
    return {f"{ITEM}.pick": [option]}


# ---- two pages at once


@pytest.mark.parametrize(("age_s", "stands"), [(3600, "charity"), (0, "nasa")])
def test_answer_held_back_gives_way_to_a_newer_one_from_elsewhere(shared_stack, pupil, age_s, stands):
    phone, laptop = shared_stack.launch(MODULE_LINK, pupil), shared_stack.launch(MODULE_LINK, pupil)
    laptop.save(pick("charity"), client=PAGE_B, seq=1)

    late = phone.save(pick("nasa"), client=PAGE_A, seq=1, ages={ITEM: age_s * 1000})

    assert late.status_code == 200
    assert late.json()["news"] == (stands == "nasa")
    assert saved(phone) == {"picked": [stands]}


def test_newer_of_two_answers_held_back_wins_whichever_comes_first(shared_stack, pupil):
    phone, laptop = shared_stack.launch(MODULE_LINK, pupil), shared_stack.launch(MODULE_LINK, pupil)

    laptop.save(pick("charity"), client=PAGE_B, seq=1, ages={ITEM: 60_000})
    phone.save(pick("nasa"), client=PAGE_A, seq=1, ages={ITEM: 600_000})

    assert saved(phone) == {"picked": ["charity"]}


def test_age_that_makes_no_sense_counts_as_none(shared_stack, pupil):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    ages = ["soon", -5, 1e300, None, True, [3], {}]

    for seq, age in enumerate(ages):
        browser.save(pick("charity"), client=PAGE_B, seq=seq)
        answer = browser.save(pick("nasa"), client=PAGE_A, seq=seq, ages={ITEM: age}, since=age)

        assert (answer.status_code, saved(browser)) == (200, {"picked": ["nasa"]}), age


def test_both_pages_are_told_of_each_other(shared_stack, pupil):
    phone, laptop = shared_stack.launch(MODULE_LINK, pupil), shared_stack.launch(MODULE_LINK, pupil)
    since = shared_stack.tool.clock().isoformat()
    phone.save(pick("nasa"), client=PAGE_A, seq=1, since=since)

    told = laptop.save(pick("charity"), client=PAGE_B, seq=1, since=since).json()
    asked = phone.save({}, client=PAGE_A, seq=2, since=since).json()
    later = (shared_stack.tool.clock() + timedelta(seconds=1)).isoformat()

    assert told["elsewhere"] == []  # its own answer is the newest now
    assert asked["elsewhere"] == [ITEM]
    assert phone.save({}, client=PAGE_A, seq=3, since=later).json()["elsewhere"] == []


def test_page_is_told_that_its_attempt_was_finished_elsewhere(shared_stack, pupil):
    phone, laptop = shared_stack.launch(QUIZ_LINK, pupil), shared_stack.launch(QUIZ_LINK, pupil)
    laptop.submit("finish")

    assert phone.save({}, client=PAGE_A, seq=1).json()["finished"]


def test_form_of_a_finished_attempt_leads_to_the_result(shared_stack, pupil):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    here = browser.path
    browser.submit("finish")

    browser.post(here, {"do": f"check:{items_on(browser) or ['x']}", f"{ITEM}.pick": "nasa"})
    late = httpx.post(shared_stack.tool_url + here, data={"do": "goto:1"})

    assert late.status_code in (303, 409)
    browser.get_link("Your result") if late.status_code == 409 else browser.get(late.headers["location"])
    assert browser.page.status_code == 200


def test_form_carries_only_what_was_changed_on_its_page(shared_stack, pupil):
    phone, laptop = shared_stack.launch(MODULE_LINK, pupil), shared_stack.launch(MODULE_LINK, pupil)
    phone.save(pick("nasa"), client=PAGE_A, seq=1)

    laptop.submit("next", only="", **pick("charity"))
    unchanged = saved(phone)
    laptop.at_step(0).submit("next", only=ITEM, **pick("charity"))

    assert unchanged == {"picked": ["nasa"]}
    assert saved(phone) == {"picked": ["charity"]}


# ---- after the visit's end


def test_answers_of_an_ended_visit_are_taken_once_their_person_is_back(shared_stack, pupil):
    old = shared_stack.launch(MODULE_LINK, pupil)
    end_visit(old)
    assert old.save(pick("nasa"), client=PAGE_A, seq=2).status_code == 401

    shared_stack.launch(MODULE_LINK, pupil)
    answer = old.save(pick("nasa"), client=PAGE_A, seq=3)

    assert (answer.status_code, answer.json()["ended"]) == (200, True)
    assert saved(old) == {"picked": ["nasa"]}


def test_return_of_somebody_else_takes_nothing(shared_stack, pupil, other_pupil):
    old = shared_stack.launch(MODULE_LINK, pupil)
    end_visit(old)

    shared_stack.launch(MODULE_LINK, other_pupil)

    assert old.save(pick("nasa"), client=PAGE_A, seq=2).status_code == 401
    assert saved(old) is None


def test_return_in_another_kind_of_browser_takes_nothing(shared_stack, pupil):
    old = shared_stack.launch(MODULE_LINK, pupil)
    end_visit(old)
    elsewhere = shared_stack.browser()
    elsewhere.http.headers["User-Agent"] = "AnotherBrowser/1.0"

    elsewhere.launch(MODULE_LINK, pupil)

    assert old.save(pick("nasa"), client=PAGE_A, seq=2).status_code == 401


def test_return_that_has_ended_too_takes_nothing(shared_stack, pupil):
    old = shared_stack.launch(MODULE_LINK, pupil)
    end_visit(old)
    end_visit(shared_stack.launch(MODULE_LINK, pupil))

    assert old.save(pick("nasa"), client=PAGE_A, seq=2).status_code == 401


def test_ended_token_shows_and_finishes_nothing_even_then(shared_stack, pupil):
    old = shared_stack.launch(MODULE_LINK, pupil)
    here = old.path
    end_visit(old)
    shared_stack.launch(MODULE_LINK, pupil)

    pages = [old.get(here).page, old.get(f"{old.stack.tool_url}{here.rsplit('/', 1)[0]}").page]
    finished = httpx.post(shared_stack.tool_url + here, data={"do": "finish"})

    assert [page.status_code for page in pages] == [401, 401]
    assert "Your answers are saved" in finished.text
    (attempt,) = shared_stack.rows("SELECT finished_at FROM attempt WHERE id = :a", a=here.split("/")[4])
    assert attempt["finished_at"] is None


def test_answer_given_after_the_return_outlives_the_old_pages(shared_stack, pupil):
    old = shared_stack.launch(MODULE_LINK, pupil)
    end_visit(old)
    new = shared_stack.launch(MODULE_LINK, pupil)
    new.save(pick("charity"), client=PAGE_B, seq=1)

    old.save(pick("nasa"), client=PAGE_A, seq=2, ages={ITEM: 600_000})

    assert saved(new) == {"picked": ["charity"]}


def test_plain_form_of_an_ended_visit_waits_on_its_page_and_is_sent_after_the_return(shared_stack, pupil):
    old = shared_stack.launch(MODULE_LINK, pupil)
    here = old.path
    fields = form_fields(old.page.text) | pick("nasa") | {"do": "next"}
    end_visit(old)
    old.post(here, fields)
    assert old.page.status_code == 401
    assert "Your answers are kept on this page" in old.text
    held = hidden_fields(old.page.text)
    again = old.post(here, held).page
    assert (again.status_code, hidden_fields(again.text)["held_since"]) == (401, held["held_since"])

    shared_stack.launch(MODULE_LINK, pupil)
    old.post(here, held)

    assert old.page.status_code == 200
    assert "Your answers are saved" in old.text
    found = shared_stack.rows(
        "SELECT saved FROM response WHERE attempt_id = :a AND item_id = :i", a=here.split("/")[4], i=ITEM
    )
    assert found == [{"saved": {"picked": ["nasa"]}}]


def hidden_fields(page):
    tags = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    fields = {}
    for name, value in tags:
        fields.setdefault(name, []).append(value)
    return fields | {"do": "hand_in"}
