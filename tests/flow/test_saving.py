"""Answers are kept: on another device, by arrival, whatever is repeated or late, with and without scripts."""

import re

import httpx
from answering import find_step, items_on
from stack import MODULE_LINK, QUIZ_LINK

PAGE_A, PAGE_B = "a" * 16, "b" * 16


def saved(stack, browser, item_id):
    """The stored answer, or None."""
    found = stack.rows(
        "SELECT saved FROM response WHERE attempt_id = :attempt AND item_id = :item",
        attempt=browser.attempt_id,
        item=item_id,
    )
    return found[0]["saved"] if found else None


def first_question(browser):
    return items_on(browser)[0]


def test_answer_saved_on_one_device_is_on_the_page_of_another(shared_stack, pupil, answers):
    phone = shared_stack.launch(MODULE_LINK, pupil)
    find_step(phone, "ltp-first-look")
    assert phone.save(answers.right("ltp-first-look"), client=PAGE_A, seq=1).json()["news"] == 1

    laptop = shared_stack.launch(MODULE_LINK, pupil)

    assert laptop.path.split("/")[-2:] == phone.path.split("/")[-2:]
    assert 'value="claim" checked' in laptop.text


def test_newest_arrival_wins_over_devices(shared_stack, pupil, answers):
    phone = shared_stack.launch(QUIZ_LINK, pupil)
    laptop = shared_stack.launch(QUIZ_LINK, pupil)
    item = first_question(phone)

    phone.save(answers.right(item), client=PAGE_A, seq=9)
    laptop.save(answers.wrong(item), client=PAGE_B, seq=1)
    last = saved(shared_stack, phone, item)
    phone.save(answers.right(item), client=PAGE_A, seq=10)

    assert last != saved(shared_stack, phone, item)
    assert shared_stack.count("response", attempt_id=phone.attempt_id) == 1


def test_repeated_autosave_changes_nothing(shared_stack, pupil, answers):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    item = first_question(browser)
    browser.save(answers.right(item), client=PAGE_A, seq=4)
    before = shared_stack.rows("SELECT * FROM response WHERE attempt_id = :a", a=browser.attempt_id)

    again = browser.save(answers.right(item), client=PAGE_A, seq=4)

    told = {"saved": True, "news": 0, "seq": 4, "elsewhere": [], "finished": False, "ended": False}
    assert again.json() == told
    assert shared_stack.rows("SELECT * FROM response WHERE attempt_id = :a", a=browser.attempt_id) == before
    assert shared_stack.count("event", attempt_id=browser.attempt_id, name="saved") == 1


def test_late_older_message_of_a_page_is_ignored(shared_stack, pupil, answers):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    item = first_question(browser)
    browser.save(answers.right(item), client=PAGE_A, seq=5)
    newest = saved(shared_stack, browser, item)

    assert browser.save(answers.wrong(item), client=PAGE_A, seq=4).json()["news"] == 0

    assert saved(shared_stack, browser, item) == newest


def test_page_posted_without_scripts_keeps_all_its_answers(shared_stack, pupil, answers):
    browser = find_step(shared_stack.launch(MODULE_LINK, pupil), "ltp-copy-or-own")

    browser.submit("next", **answers.right("ltp-copy-or-own"))

    assert saved(shared_stack, browser, "ltp-copy-or-own")["placed"]["review"] == "own"


def test_unticking_every_box_without_scripts_empties_the_answer(shared_stack, pupil, answers):
    browser = find_step(shared_stack.launch(MODULE_LINK, pupil), "ltp-pick-results")
    here = browser.path
    browser.submit("next", **answers.right("ltp-pick-results"))
    assert saved(shared_stack, browser, "ltp-pick-results") == {"picked": ["entry", "news"]}
    browser.get(here)

    browser.submit("next", **{"ltp-pick-results.pick": []})

    assert saved(shared_stack, browser, "ltp-pick-results") == {}
    boxes = re.findall(r'<input[^>]*name="ltp-pick-results\.pick"[^>]*>', browser.get(here).page.text)
    assert len(boxes) > 1 and not [box for box in boxes if "checked" in box]


def test_page_left_without_an_answer_stores_none(shared_stack, pupil):
    browser = find_step(shared_stack.launch(MODULE_LINK, pupil), "ltp-pick-results")

    browser.submit("next")

    assert shared_stack.count("response", attempt_id=browser.attempt_id) == 0


def test_autosave_after_the_finish_says_so_and_changes_nothing(shared_stack, pupil, answers):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    item = first_question(browser)
    browser.submit("finish")

    late = browser.save(answers.right(item), client=PAGE_A, seq=1)

    assert late.status_code == 409
    assert not saved(shared_stack, browser, item)


def test_answer_to_a_question_of_another_attempt_is_refused(shared_stack, pupil, answers):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    drawn = shared_stack.rows("SELECT drawn FROM attempt WHERE id = :a", a=browser.attempt_id)[0]["drawn"]
    bank = shared_stack.tool.library.banks["leave-the-page"]
    foreign = next(item_id for item_id in bank.items if item_id not in drawn)

    answer = browser.save(answers.right(foreign), client=PAGE_A, seq=1)

    assert answer.status_code == 400
    assert shared_stack.count("response", attempt_id=browser.attempt_id) == 0


def test_script_is_told_in_json_that_its_visit_has_ended(shared_stack, pupil):
    browser = shared_stack.launch(QUIZ_LINK, pupil)
    address = f"{shared_stack.tool_url}/at/nobody/attempt/{browser.attempt_id}/save"

    answer = httpx.post(address, json={"fields": {}}, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert set(answer.json()) == {"error", "next_step", "reference"}
