"""The library: filters, ticks that a new search keeps, and the whole content with its key for those who teach."""

import pytest
from adding import MODULE, QUIZ
from stack import CLASS_LINK, SPECIALIST, TEACHER


def titles(browser):
    return browser.page.text.count('class="row library-title"')


@pytest.fixture
def teacher(shared_stack):
    browser = shared_stack.launch(CLASS_LINK, TEACHER)
    return browser.get_link("Library")


@pytest.mark.proves("dl-library")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 10),
        ("grades=3-5", 2),
        ("grades=6-8&minutes=10", 2),
        ("minutes=10", 4),
        ("skill=leave-the-page&grades=9-12", 2),
        ("language=es", 10),
        ("language=fr", 0),
        ("q=WOMBATS", 1),
        ("grades=made-up&minutes=1e9", 10),
    ],
)
def test_filters(teacher, query, found):
    teacher.get(f"{teacher.path}?{query}")

    assert titles(teacher) == found


def test_nothing_can_be_ticked_without_a_request(teacher):
    assert 'name="pick"' not in teacher.page.text
    assert "adding" not in teacher.page.text


def test_specialist_may_browse(shared_stack):
    browser = shared_stack.launch("board", SPECIALIST)

    assert titles(browser.get(f"{browser.visit}/library")) == 10


def test_ticks_survive_a_search_that_hides_them(adding):
    teacher = adding.open()

    teacher.get(f"{teacher.path}?pick={QUIZ}&pick=quiz:made-up&grades=3-5")

    assert "Chosen before" in teacher.text
    assert f'value="{QUIZ}" id="pick-quiz-leave-the-page" checked' in teacher.page.text


def test_going_on_without_a_tick_says_what_to_do(adding):
    teacher = adding.open()

    teacher.get(f"{teacher.visit}/library/settings")

    assert teacher.page.status_code == 400
    assert "Tick what you would like to add first." in teacher.text


@pytest.mark.proves("dl-preview")
@pytest.mark.parametrize("content", [MODULE, QUIZ])
def test_preview_shows_everything_with_the_key(shared_stack, teacher, content):
    kind, _, name = content.partition(":")
    snapshot = shared_stack.tool.shelf.get(kind, name)

    teacher.get(f"{teacher.visit}/library/{kind}/{name}")

    for item_id in snapshot.item_ids:
        assert f'id="item-{item_id}-box"' in teacher.page.text
    assert teacher.text.count("Answer:") == len(snapshot.item_ids)
    for page in snapshot.pages():
        assert page.title in teacher.text


def test_pictures_of_a_preview_are_served(shared_stack, teacher):
    teacher.get(f"{teacher.visit}/library/module/leave-the-page")
    picture = (
        teacher.page.text.split("<img alt=")[1] if "<img alt=" in teacher.page.text else teacher.page.text
    )
    source = next(part for part in picture.split('src="')[1:] if "/media/" in part).split('"')[0]

    assert teacher.get(source).page.status_code == 200


def test_unknown_content_is_not_found(teacher):
    assert teacher.get(f"{teacher.visit}/library/quiz/made-up").page.status_code == 404
