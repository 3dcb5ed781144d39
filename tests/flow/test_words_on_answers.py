"""A teacher reads a short answer otherwise than the program: their word counts everywhere, stands when the question is corrected, and is taken back without a trace."""

import re
import shutil

import pytest
from answer_fields import right, wrong
from answering import play
from stack import ANA, BEN, BOARD_LINK, MODULE_LINK, OTHER_TEACHER, SPECIALIST, TEACHER
from working import run_jobs

from lti_tool.content.folder import load_library
from lti_tool.content.library import find_content
from lti_tool.content.served import Shelf

ITEM = "ltp-who-pays"
GIVEN = {"steps": "3", "comment": "You meant the right company.", "reason": "Said it in class."}


@pytest.fixture(scope="module")
def bystander(shared_stack, seats):
    """Whose answer in the same words nobody reads otherwise."""
    return hand_in(shared_stack, next(seats))


@pytest.fixture
def row(shared_stack, bystander, pupil):
    """A student's attempt at the lesson."""
    return hand_in(shared_stack, pupil)


def hand_in(stack, person):
    """Everything right but for one short answer, in words that the program does not know."""
    browser = stack.launch(MODULE_LINK, person)
    attempt_id = browser.attempt_id
    play(browser, lambda item_id: answers(stack, item_id))
    stack.deliver_all()
    return attempt(stack, attempt_id) | {"login": person}


def attempt(stack, attempt_id):
    (row,) = stack.rows("SELECT * FROM attempt WHERE id = :a", a=attempt_id)
    return row


def answers(stack, item_id):
    return {f"{ITEM}.text": "The people with the flower pots"} if item_id == ITEM else right(stack, item_id)


@pytest.fixture
def teacher(shared_stack):
    return in_english(shared_stack.launch(MODULE_LINK, TEACHER))


def in_english(browser):
    return browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})


def address(browser, row):
    return f"{browser.visit}/assignment/{row['placement_id']}/answer/{row['id']}/{ITEM}"


def shown(browser, row):
    """What the answer's page says it shows."""
    found = re.search(r'name="shown" value="(\w+)"', browser.get(address(browser, row)).page.text)
    return found[1] if found else ""


def judge(browser, row, **changes):
    return browser.post(address(browser, row), GIVEN | {"shown": shown(browser, row)} | changes)


def actions(browser, row):
    return f"{browser.visit}/assignment/{row['placement_id']}/actions"


def reopen(browser, row):
    """Let the student go on with what they handed in."""
    form = {"do": "reopen", "person": str(row["person_id"]), "reason": "Too early."}
    assert browser.post(actions(browser, row), form).page.status_code == 200


def given(words):
    """The answer in these words; all else stays as it is."""
    return lambda item_id: {f"{ITEM}.text": words} if item_id == ITEM else {}


def undo(browser, row):
    browser.get(actions(browser, row))
    return browser.post(browser.path, {"do": re.search(r'value="(undo:\d+)"', browser.page.text)[1]})


def grade(stack, row):
    stack.deliver_all()
    return stack.gradebook()[stack.person(row["login"]).id, MODULE_LINK]["score"]


def worth(stack, row):
    (answer,) = stack.rows(
        "SELECT first_ratio, best_ratio FROM response WHERE attempt_id = :a AND item_id = :i",
        a=row["id"],
        i=ITEM,
    )
    return answer["first_ratio"], answer["best_ratio"]


def words_on(stack, row):
    return stack.rows("SELECT ratio, comment FROM marking WHERE attempt_id = :a", a=row["id"])


def everything(stack):
    """What a score moves, without what only says when."""
    return {
        "scores": stack.rows("SELECT id, score_ratio FROM attempt ORDER BY id"),
        "answers": stack.rows(
            "SELECT attempt_id, item_id, first_ratio, best_ratio FROM response ORDER BY 1, 2"
        ),
        "words": stack.rows("SELECT * FROM marking"),
        "grades": stack.rows("SELECT person_id, wanted_score FROM grade ORDER BY 1"),
        "evidence": stack.rows("SELECT person_id, item_id, ratio, moved FROM mastery_evidence ORDER BY 1, 2"),
        "levels": stack.rows("SELECT person_id, skill, level, mean FROM mastery_state ORDER BY 1, 2"),
        "sums": stack.rows("SELECT item_id, n, y FROM item_sums ORDER BY 1, 2, 3"),
    }


def test_teachers_word_counts_everywhere_until_it_is_taken_back(shared_stack, teacher, row, bystander):
    stack, before, earned = shared_stack, everything(shared_stack), grade(shared_stack, row)
    others = grade(stack, bystander)
    teacher.get(f"{teacher.visit}/assignment/{row['placement_id']}/student/{row['person_id']}")
    assert f'{address(teacher, row)}">Give this answer another score' in teacher.page.text
    page = teacher.get(address(teacher, row))
    assert "The people with the flower pots" in page.text and "The program’s score: 0%" in page.text

    page = judge(teacher, row)

    assert page.page.status_code == 200 and "Your score counts now." in page.text
    after = everything(stack)
    assert worth(stack, row) == (0.75, 0.75)
    assert attempt(stack, row["id"])["score_ratio"] > row["score_ratio"]
    assert grade(stack, row) > earned and grade(stack, bystander) == others
    moved = [each for each in after["evidence"] if each not in before["evidence"]]
    assert {each["person_id"] for each in moved} == {row["person_id"]}
    assert [each["ratio"] for each in moved if each["item_id"] == ITEM] == [0.75]
    assert after["levels"] != before["levels"] and after["sums"] != before["sums"]
    (entry,) = stack.rows("SELECT * FROM audit_entry WHERE action = 'judge' AND attempt_id = :a", a=row["id"])
    assert (entry["reason"], entry["item_id"]) == (GIVEN["reason"], ITEM)

    undo(teacher, row)

    assert everything(stack) == before and grade(stack, row) == earned
    assert "Undone." in teacher.text
    assert teacher.post(teacher.path, {"do": f"undo:{entry['id']}"}).page.status_code == 409


def test_student_reads_that_the_teacher_looked(shared_stack, teacher, row, bystander):
    judge(teacher, row)
    student = in_english(shared_stack.launch(MODULE_LINK, row["login"]))
    result = f"{student.visit}/attempt/{row['id']}/result"

    page = student.get(result)

    assert "Your teacher gave this answer 3 of 4." in page.text and GIVEN["comment"] in page.text
    assert GIVEN["reason"] not in page.text
    other = in_english(shared_stack.launch(MODULE_LINK, bystander["login"]))
    assert "Your teacher gave" not in other.get(f"{other.visit}/attempt/{bystander['id']}/result").text
    undo(teacher, row)
    assert "Your teacher gave" not in student.get(result).text


def test_second_word_takes_the_place_of_the_first_and_gives_it_back(shared_stack, teacher, row):
    judge(teacher, row)
    first = words_on(shared_stack, row)

    judge(teacher, row, steps="1", comment="")
    assert [each["ratio"] for each in words_on(shared_stack, row)] == [0.25]
    undo(teacher, row)

    assert words_on(shared_stack, row) == first and worth(shared_stack, row) == (0.75, 0.75)
    undo(teacher, row)
    assert words_on(shared_stack, row) == [] and worth(shared_stack, row) == (0, 0)


def test_pressed_twice_is_one_word(shared_stack, teacher, row):
    page = shown(teacher, row)
    for _ in range(2):
        assert judge(teacher, row, shown=page).page.status_code == 200

    undo(teacher, row)

    assert words_on(shared_stack, row) == [] and worth(shared_stack, row) == (0, 0)


def test_old_page_judges_no_other_answer_or_word(shared_stack, teacher, row):
    """A teacher read the first answer; a word was given, and the answer was given anew, before they pressed the button."""
    page = shown(teacher, row)
    judge(teacher, row, steps="1")
    late = judge(teacher, row, steps="4", shown=page)
    assert late.page.status_code == 409 and "changed since" in late.text
    undo(teacher, row)
    reopen(teacher, row)
    play(shared_stack.launch(MODULE_LINK, row["login"]), given("no idea"))

    assert judge(teacher, row, steps="4", shown=page).page.status_code == 409

    assert words_on(shared_stack, row) == [] and worth(shared_stack, row) == (0, 0)


def correct_the_key(stack, folder, to):
    """The question's key, as a specialist corrects it for everybody."""
    modules, quizzes = find_content(None)
    shutil.copytree(modules, folder / "modules")
    shutil.copytree(quizzes, folder / "quizzes")
    file = folder / "modules/leave-the-page/items/lesson.yaml"
    old = "accept: [Mossbury Growers, Mossbury]"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, f"accept: [Mossbury Growers, Mossbury, {to}]"))
    overlay = folder / "modules/leave-the-page/i18n/es/items.yaml"
    overlay.write_text(re.sub(r"(?m)^ltp-who-pays:\n(?:[ \n].*\n|\n)*", "", overlay.read_text()))
    library = load_library(folder / "modules", quizzes=folder / "quizzes")
    stack.change(library=library, shelf=Shelf(library))
    specialist = stack.launch(BOARD_LINK, SPECIALIST)
    specialist.post(f"{specialist.visit}/corrections/module/leave-the-page")
    run_jobs(stack)
    specialist.post(specialist.path)
    run_jobs(stack)


def test_correction_of_the_question_leaves_the_teachers_word(stack, tmp_path):
    """On a stack of its own, whose content changes."""
    row, other = hand_in(stack, ANA), hand_in(stack, BEN)
    teacher = in_english(stack.launch(MODULE_LINK, TEACHER))
    judge(teacher, row)

    correct_the_key(stack, tmp_path, "The people with the flower pots")

    assert worth(stack, row) == (0.75, 0.75) and worth(stack, other) == (1, 1)
    undo(teacher, row)
    assert worth(stack, row) == (1, 1), "taken back, the answer is worth what the corrected question says"


def test_word_on_last_years_work_leaves_last_years_record(stack):
    """On a stack of its own, where a year passes: this year's record shows what is known now, last year's what was known then."""
    row = hand_in(stack, ANA)
    stack.let_pass(days=370)
    student = stack.launch(MODULE_LINK, ANA)
    student.post(f"{student.visit}/begin/{row['placement_id']}")
    play(student, lambda item_id: wrong(stack, item_id))
    last, this = years_of(stack, row)

    judge(in_english(stack.launch(MODULE_LINK, TEACHER)), row, steps="4")

    known = stack.rows("SELECT skill, expected FROM mastery_state WHERE person_id = :p", p=row["person_id"])
    after = years_of(stack, row)
    assert after[0] == last and after[1] != this
    assert after[1] == pytest.approx({each["skill"]: each["expected"] for each in known})


def years_of(stack, row):
    """What the record expects of a student by skill, in each school year."""
    found = {}
    for each in stack.rows(
        "SELECT school_year, skill, expected FROM person_skill_year WHERE person_id = :p ORDER BY 1",
        p=row["person_id"],
    ):
        found.setdefault(each["school_year"], {})[each["skill"]] = each["expected"]
    return list(found.values())


def test_dropping_a_question_and_undoing_that_leaves_the_teachers_word(shared_stack, teacher, row):
    judge(teacher, row)

    teacher.post(
        actions(teacher, row), {"do": "drop", "item": "ltp-copy-or-own", "reason": "Not talked about."}
    )
    undo(teacher, row)

    assert [each["ratio"] for each in words_on(shared_stack, row)] == [0.75]
    assert worth(shared_stack, row) == (0.75, 0.75)


def test_answer_given_anew_after_reopening_is_the_programs_again(shared_stack, teacher, row):
    judge(teacher, row)
    reopen(teacher, row)

    play(shared_stack.launch(MODULE_LINK, row["login"]), given("Mossbury"))

    assert worth(shared_stack, row)[1] == 1 and words_on(shared_stack, row) == []
    (entry,) = shared_stack.rows(
        "SELECT id FROM audit_entry WHERE action = 'judge' AND attempt_id = :a", a=row["id"]
    )
    late = teacher.post(actions(teacher, row), {"do": f"undo:{entry['id']}"})
    assert late.page.status_code == 409 and "given anew since" in late.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": ""}, "Choose what the answer is worth."),
        ({"steps": "5"}, "Choose what the answer is worth."),
        ({"steps": "-1"}, "Choose what the answer is worth."),
        ({"reason": " "}, "Say why, in a few words"),
        ({"comment": "x" * 2001}, "longer than 2000 characters"),
    ],
)
def test_what_cannot_be_comes_back_with_the_form_as_it_was(
    shared_stack, teacher, bystander, changes, sentence
):
    before = everything(shared_stack)

    page = judge(teacher, bystander, **changes)

    assert page.page.status_code == 400 and sentence in page.text
    assert (GIVEN | changes)["comment"] in page.text and (GIVEN | changes)["reason"].strip() in page.text
    assert everything(shared_stack) == before and words_on(shared_stack, bystander) == []


def test_only_answers_that_a_program_advises_on_can_be_judged(shared_stack, teacher, bystander):
    for item in ("ltp-copy-or-own", "nothing"):
        path = address(teacher, bystander).replace(ITEM, item)
        assert teacher.get(path).page.status_code == 404
        assert teacher.post(path, GIVEN).page.status_code == 404
    assert words_on(shared_stack, bystander) == []


def test_others_may_not(shared_stack, bystander, row):
    before = everything(shared_stack)
    links = {
        OTHER_TEACHER: "grade-8-leave-the-page",
        SPECIALIST: BOARD_LINK,
        bystander["login"]: MODULE_LINK,
        row["login"]: MODULE_LINK,
    }

    for login, link in links.items():
        browser = shared_stack.launch(link, login)
        for answer in (browser.get(address(browser, row)), judge(browser, row)):
            assert answer.page.status_code in (403, 404)
    assert everything(shared_stack) == before
