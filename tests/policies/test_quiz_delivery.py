"""A quiz is shown as its author set it: one question at a time or all on a page, forwards only or back and forth."""

import re
from dataclasses import replace

import pytest
from answer_fields import right
from answering import go_to_review, items_on
from stack import QUIZ_LINK

from lti_tool.content.model import QuizDraw, QuizSection
from lti_tool.content.served import Shelf

NEW = {"layout": "one", "back": True}


@pytest.fixture
def set_quiz(ruled):
    """Let the quiz be shown otherwise from now on: `set_quiz(back=False)`."""
    tool = ruled.stack.tool

    def change(**fields):
        quiz = tool.library.quizzes["leave-the-page"].model_copy(update=NEW | fields)
        library = replace(tool.library, quizzes={**tool.library.quizzes, quiz.id: quiz})
        ruled.stack.change(library=library, shelf=Shelf(library))

    yield change
    ruled.stack.change(library=tool.library, shelf=tool.shelf)


def step_of(student):
    return int(student.path.rsplit("/", 1)[1])


@pytest.mark.proves("rules-back")
def test_question_left_behind_is_kept_closed_by_the_server(ruled, set_quiz, pupil):
    set_quiz(back=False)
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    (first,) = items_on(student)
    assert "cannot come back" in student.text
    student.submit("next")
    assert 'value="back"' not in student.page.text
    kept = "SELECT item_id, saved FROM response WHERE attempt_id = :a"
    before = ruled.rows(kept, a=student.attempt_id)  # a kind may post what it shows, untouched

    assert step_of(student.at_step(0)) == 1
    student.post(f"{student.attempt}/0", {"do": "next", "client": "x1", **right(ruled.stack, first)})
    assert step_of(student) == 1
    assert student.save(right(ruled.stack, first), client="x2", seq=1).status_code == 200
    assert ruled.rows(kept, a=student.attempt_id) == before
    student.submit("goto:0")
    assert step_of(student) == 1


@pytest.mark.proves("rules-back")
def test_no_question_is_skipped_where_it_could_not_be_come_back_to(ruled, set_quiz, pupil):
    set_quiz(back=False)
    student = ruled.stack.launch(QUIZ_LINK, pupil)

    student.submit("goto:5")
    assert step_of(student) == 0
    assert step_of(student.at_step(7)) == 0

    go_to_review(student, lambda item: right(ruled.stack, item)).submit("finish")
    assert ruled.rows("SELECT score_ratio FROM attempt WHERE id = :a", a=student.attempt_id) == [
        {"score_ratio": 1}
    ]


@pytest.mark.proves("rules-layout")
def test_all_questions_stand_on_one_page_and_are_scored_alike(ruled, set_quiz, pupil):
    set_quiz(layout="page")
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    shown = items_on(student)
    assert len(shown) == 10

    fields = {name: value for item in shown[1:] for name, value in right(ruled.stack, item).items()}
    student.submit("next", **fields)

    assert "One question has no answer yet" in student.text
    assert f"#item-{shown[0]}-box" in student.page.text
    student.submit("finish")
    kept = ruled.rows("SELECT score_ratio FROM attempt WHERE id = :a", a=student.attempt_id)
    assert kept[0]["score_ratio"] == pytest.approx(0.9)


def test_snapshots_of_quizzes_shown_as_ever_keep_their_hash(ruled, set_quiz):
    before = ruled.stack.tool.shelf.get("quiz", "leave-the-page").hash

    set_quiz()
    assert ruled.stack.tool.shelf.get("quiz", "leave-the-page").hash == before
    set_quiz(back=False)
    assert ruled.stack.tool.shelf.get("quiz", "leave-the-page").hash != before


SECTIONS = (
    QuizSection(
        id="maker",
        title="Who made it?",
        about="Two sites you *do not* know.",
        draw=(QuizDraw(bank="leave-the-page", skill="find-the-maker", count=2),),
    ),
    QuizSection(
        id="rest",
        title="Everything else",
        draw=(QuizDraw(bank="leave-the-page", count=3),),
    ),
)


def headings(browser):
    return re.findall(r"Part (\d) of 2</p>\s*<h\d>([^<]+)</h\d>", browser.page.text)


@pytest.mark.proves("rules-sections")
def test_each_section_has_its_heading_and_its_questions(ruled, set_quiz, pupil):
    set_quiz(draw=(), items=(), sections=SECTIONS)
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    library, asked = ruled.stack.tool.library, []
    for index in range(5):
        asked += items_on(student.at_step(index))
        assert headings(student) == [("1", "Who made it?") if index < 2 else ("2", "Everything else")]
        assert ("<em>do not</em>" in student.page.text) == (index == 0), "what it is about is said once"

    assert [library.find_item(each).skill for each in asked[:2]] == ["find-the-maker"] * 2
    assert len(set(asked)) == 5
    go_to_review(student).submit("finish")
    assert headings(student) == [("1", "Who made it?"), ("2", "Everything else")]


@pytest.mark.proves("rules-sections")
def test_a_page_with_all_questions_shows_each_heading_once(ruled, set_quiz, pupil):
    set_quiz(draw=(), items=(), sections=SECTIONS, layout="page")
    student = ruled.stack.launch(QUIZ_LINK, pupil)

    assert headings(student) == [("1", "Who made it?"), ("2", "Everything else")]
    assert len(items_on(student)) == 5
    student.get(f"{student.attempt}/print")
    assert headings(student) == [("1", "Who made it?"), ("2", "Everything else")]


@pytest.mark.parametrize(
    ("word", "ratio"), [("lectura lateral", 1), ("Lateral reading", 1), ("lateral", 0.5), ("nada", 0)]
)
def test_words_of_any_language_of_the_question_count_and_are_shown_so(
    ruled, set_quiz, spanish_pupil, word, ratio
):
    set_quiz(draw=(), items=("ltp-q-word",))
    student = ruled.stack.launch(QUIZ_LINK, spanish_pupil)
    assert 'lang="es"' in student.page.text and "¿Cómo se llama" in student.text

    student.submit("next", **{"ltp-q-word.text": word}).submit("finish")

    (kept,) = ruled.rows("SELECT score_ratio FROM attempt WHERE id = :a", a=student.attempt_id)
    assert kept["score_ratio"] == ratio
    assert f"{round(100 * ratio)}" in student.text
    assert ('data-verdict="right"' in student.page.text) == (ratio == 1)


@pytest.fixture(scope="module")
def spanish_seats(shared_stack):
    people = shared_stack.lms.district.list_students("grade-7")
    return iter([person.id for person in people if person.locale == "es"])


@pytest.fixture
def spanish_pupil(spanish_seats):
    return next(spanish_seats)
