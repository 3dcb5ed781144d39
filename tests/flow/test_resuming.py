"""Coming back: to the very activity that was left, with the time that its author says is left."""

import pytest
from answering import find_step
from stack import MODULE_LINK

from lti_tool.content.snapshot import load_snapshot, snapshot_module
from lti_tool.player.steps import list_steps, minutes_left


def two_activities(browser, stack):
    """Go to a page with at least two activities; gives their ids."""
    page = next(
        page for page in stack.tool.shelf.get("module", "leave-the-page").pages() if len(page.item_ids) > 1
    )
    find_step(browser, page.item_ids[0])
    return page.item_ids


def back_at(stack, pupil, attempt):
    """Where a new launch on another device leads, fragment and all."""
    browser = stack.launch(MODULE_LINK, pupil)
    answer = browser._send("GET", f"{stack.tool_url}{browser.attempt}")
    return answer.headers["location"]


def test_launch_leads_to_the_activity_that_was_left(shared_stack, pupil, answers):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    first, second, *_ = two_activities(browser, shared_stack)
    step = browser.path.rsplit("/", 1)[-1]

    browser.save(answers.wrong(second), client="a" * 16, seq=1)

    assert back_at(shared_stack, pupil, browser).endswith(f"/{step}#item-{second}-box")
    browser.save(answers.wrong(first), client="a" * 16, seq=2)
    assert back_at(shared_stack, pupil, browser).endswith(f"/{step}#item-{first}-box")


def test_activity_that_is_done_leads_to_the_next_one(shared_stack, pupil, answers):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    first, second, *_ = two_activities(browser, shared_stack)

    browser.submit(f"check:{first}", **answers.right(first))

    assert back_at(shared_stack, pupil, browser).endswith(f"#item-{second}-box")


def test_untouched_page_is_opened_at_its_top(shared_stack, pupil):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    browser.submit("next")

    assert back_at(shared_stack, pupil, browser).endswith("/1")


def test_contents_list_every_page_and_lead_there(shared_stack, pupil):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    titles = [page.title for page in shared_stack.tool.shelf.get("module", "leave-the-page").pages()]
    assert all(f">{title}</button>" in browser.text for title in titles)

    browser.submit("goto:4")

    assert browser.path.endswith("/4")
    assert f"<h1>{titles[4]}</h1>" in browser.text


@pytest.fixture
def snapshot(shared_stack):
    return snapshot_module(shared_stack.tool.library, "leave-the-page")


def test_time_left_is_what_the_author_says(snapshot):
    steps = list_steps(snapshot, snapshot.draw_quiz(1))
    pages = sum(page.minutes for page in snapshot.pages())

    assert abs(minutes_left(steps, 0) - (pages + snapshot.quiz_minutes + 0.5)) <= 0.51
    assert minutes_left(steps, len(steps) - 1) == 1
    lefts = [minutes_left(steps, index) for index in range(len(steps))]
    assert lefts == sorted(lefts, reverse=True)


def test_page_without_minutes_gets_its_share_of_the_lessons(snapshot):
    document = dict(snapshot.document)
    document["pages"] = [
        {lang: {**page, "minutes": None} for lang, page in versions.items()} for versions in document["pages"]
    ]
    steps = list_steps(load_snapshot(document), ())

    assert {step.minutes for step in steps if step.kind == "page"} == {
        snapshot.minutes / len(document["pages"])
    }
