"""A lesson that changes while somebody plays it: their attempt stays as it began, the next one is new."""

import shutil

import pytest
from answering import find_step, play
from stack import ANA, MODULE_LINK

from lti_tool.content.folder import load_library
from lti_tool.content.library import find_content
from lti_tool.content.served import Shelf


@pytest.fixture
def edit(stack, tmp_path):
    """`edit(file, old, new)` changes a file of the lessons and lets the tool run with them, as after a restart."""
    modules, quizzes = find_content(None)
    shutil.copytree(modules, tmp_path / "modules")
    shutil.copytree(quizzes, tmp_path / "quizzes")

    def change(name, old, new):
        path = tmp_path / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        library = load_library(tmp_path / "modules", quizzes=tmp_path / "quizzes")
        stack.change(library=library, shelf=Shelf(library))

    return change


def english(browser):
    return browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})


def test_corrected_words_of_a_page_appear_in_an_attempt_under_way_where_it_is(stack, edit):
    browser = english(stack.launch(MODULE_LINK, ANA))
    assert "The student council of Harbor View" in browser.text

    edit("modules/leave-the-page/pages/start.md", "Harbor View Middle School", "Lakeside Middle School")

    again = stack.launch(MODULE_LINK, ANA)
    assert "The student council of Lakeside" in again.text
    assert again.path.rpartition("/")[2] == browser.path.rpartition("/")[2]


def test_page_that_was_taken_out_is_missing_in_the_next_attempt_only(stack, edit):
    browser = english(stack.launch(MODULE_LINK, ANA))

    edit("modules/leave-the-page/module.yaml", "  - page: start\n", "")

    assert "The student council of Harbor View" in stack.launch(MODULE_LINK, ANA).text
    play(browser)
    placement = stack.rows("SELECT placement_id FROM attempt")[0]["placement_id"]
    browser.post(f"{browser.visit}/begin/{placement}")
    assert "The student council of Harbor View" not in browser.text


def test_changed_key_does_not_rescore_an_attempt_under_way(stack, edit):
    item = "ltp-first-look"
    browser = english(find_step(stack.launch(MODULE_LINK, ANA), item))
    browser.submit("next", **{f"{item}.pick": ["claim"]})

    edit(
        "modules/leave-the-page/items/lesson.yaml",
        '{id: claim, key: true, text: "Somebody wants',
        '{id: maybe, key: true, text: "Somebody wants',
    )
    play(browser)

    kept = stack.rows("SELECT best_ratio FROM response WHERE item_id = :i", i=item)
    assert kept == [{"best_ratio": 1}]


def test_result_of_an_old_attempt_is_told_in_the_old_words(stack, edit):
    browser = english(play(stack.launch(MODULE_LINK, ANA)))
    assert "What do you know" in browser.text

    edit("modules/leave-the-page/items/lesson.yaml", "What do you know **for sure** now?", "Sure of what?")

    assert "What do you know" in browser.get(browser.path).text


def test_new_version_of_a_question_has_its_own_statistics(stack, edit):
    item = "ltp-first-look"
    right = {f"{item}.pick": ["claim"]}
    browser = find_step(stack.launch(MODULE_LINK, ANA), item)
    browser.submit(f"check:{item}", **right)
    browser = play(browser)
    edit("modules/leave-the-page/items/lesson.yaml", "What do you know **for sure** now?", "Sure of what?")

    placement = stack.rows("SELECT placement_id FROM attempt")[0]["placement_id"]
    browser.post(f"{browser.visit}/begin/{placement}")
    find_step(browser, item).submit(f"check:{item}", **right)
    play(browser)

    versions = stack.rows("SELECT item_version, answers FROM item_state WHERE item_id = :i", i=item)
    assert [each["answers"] for each in versions] == [1, 1]


def test_lesson_that_is_gone_says_what_to_ask_for(stack, edit, tmp_path):
    shutil.rmtree(tmp_path / "modules" / "leave-the-page")
    edit("quizzes/leave-the-page.yaml", "schema: 1", "schema: 1")

    browser = stack.launch(MODULE_LINK, ANA)

    assert browser.page.status_code == 404
    assert "leave-the-page" in browser.text
