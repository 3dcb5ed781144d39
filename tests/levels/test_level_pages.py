"""The pages of levels, over HTTP: setting a level and taking it back, what each answer did, the method, and terms that are over."""

import html
import re

import pytest
from playing import hand_in, hand_in_again
from stack import ANA, BEN, BOARD_LINK, OTHER_TEACHER, QUIZ_LINK, SPECIALIST, TEACHER
from working import run_jobs

from lti_tool.corrections.terms import freeze_due
from lti_tool.mastery.tables import FrozenLevel

REASON = "She explained it to the whole class."


@pytest.fixture(scope="module")
def played(shared_stack):
    """Ana has taken the quiz twice, all right; Ben twice, with nothing."""
    for login, right in ((ANA, True), (BEN, False)):
        browser = hand_in(shared_stack.launch(QUIZ_LINK, login), right=right)
        hand_in_again(browser, right=right)
    return shared_stack


def person_id(stack, login):
    return stack.rows("SELECT person_id FROM person_alias WHERE value = :v", v=stack.person(login).sub)[0][
        "person_id"
    ]


def skills_of(stack, login):
    rows = stack.rows(
        "SELECT * FROM mastery_state WHERE person_id = :p ORDER BY skill", p=person_id(stack, login)
    )
    return {row["skill"]: row for row in rows}


def on_the_board(stack, skill):
    (row,) = stack.rows("SELECT * FROM board_cell WHERE skill = :s", s=skill)
    return row


@pytest.fixture
def teacher(played):
    return played.launch(QUIZ_LINK, TEACHER)


@pytest.fixture
def ana(played, teacher):
    """The address of Ana's page, for the teacher."""
    return f"{teacher.visit}/student/{person_id(played, ANA)}"


def what_i_can_do(stack):
    """Ana's own page, in English."""
    own = stack.launch(QUIZ_LINK, ANA)
    own.post(f"{own.visit}/language", {"locale": "en", "back": own.path})
    return own.get(f"{own.visit}/what-i-can-do")


def shown_level(text):
    return re.search(r'<h2 id="now">.*?data-level="(\w+)"', text, re.S)[1]


def test_level_set_by_hand_stands_everywhere_until_it_is_taken_back(played, teacher, ana):
    skill, before = next(iter(skills_of(played, ANA).items()))
    cell = on_the_board(played, skill)
    page = teacher.get(f"{ana}/skill/{skill}")
    assert shown_level(page.text) == before["shown_level"] != "beginning"

    form = {"do": "set", "level": "beginning"}
    assert page.post(page.path, form).page.status_code == 400
    assert "Say why, in a few words" in page.text
    assert page.post(page.path, {**form, "reason": REASON}).page.status_code == 200

    assert shown_level(page.text) == "beginning" and "The evidence says:" in page.text and REASON in page.text
    after = skills_of(played, ANA)[skill]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"shown_level"}, "the engine's numbers and dates stay"
    assert on_the_board(played, skill)["beginning"] == cell["beginning"] + 1
    assert "set by hand" in teacher.get(ana).text
    own = what_i_can_do(played)
    assert "Set by your teacher on" in own.text and REASON not in own.text

    hand_in_again(played.launch(QUIZ_LINK, ANA), right=True)
    assert skills_of(played, ANA)[skill]["shown_level"] == "beginning", "it stays, whatever is answered"

    page = teacher.get(f"{ana}/skill/{skill}")
    entry = re.search(r'value="(undo:\d+)"', page.text)[1]
    page.post(page.path, {"do": entry})
    assert "Taken back." in page.text
    ended = skills_of(played, ANA)[skill]
    assert ended["shown_level"] == ended["method_level"] == ended["level"]
    assert ended["proficient_since"] == before["proficient_since"]
    assert page.post(page.path, {"do": entry}).page.status_code == 409
    assert on_the_board(played, skill)["beginning"] == cell["beginning"]


def test_what_was_set_is_written_down_with_both_levels(played, teacher, ana):
    skill = list(skills_of(played, ANA))[1]
    path = f"{ana}/skill/{skill}"
    for level in ("developing", "beginning"):
        teacher.post(path, {"do": "set", "level": level, "reason": f"Seen as {level}"})

    rows = played.rows("SELECT * FROM audit_entry WHERE action = 'set level' ORDER BY id DESC LIMIT 2")
    assert [row["after"]["level"] for row in rows] == ["beginning", "developing"]
    assert rows[0]["before"] == {"skill": skill, "level": "developing"}
    assert {row["person_id"] for row in rows} == {person_id(played, ANA)}
    assert "Replaced by a later one." in teacher.get(path).text
    assert teacher.post(path, {"do": f"undo:{rows[1]['id']}"}).page.status_code == 409
    assert skills_of(played, ANA)[skill]["shown_level"] == "beginning"
    assert teacher.post(path, {"do": f"undo:{rows[0]['id']}"}).page.status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"do": "set", "level": "needs_refresh", "reason": REASON},
        {"do": "set", "level": "", "reason": REASON},
        {"do": "set", "reason": REASON},
        {"do": "jump"},
        {},
        {"do": "undo:x"},
    ],
)
def test_form_that_cannot_be_read_changes_nothing(played, teacher, ana, form):
    skill = next(iter(skills_of(played, ANA)))
    before = played.count("audit_entry")

    answer = teacher.post(f"{ana}/skill/{skill}", form)

    assert answer.page.status_code == 400
    assert played.count("audit_entry") == before


def test_unknown_skill_or_entry_is_not_found(teacher, ana):
    for path, form in (
        ("no-such-skill", {"do": "set", "level": "proficient", "reason": REASON}),
        ("x", {"do": "undo:999"}),
    ):
        assert teacher.post(f"{ana}/skill/{path}", form).page.status_code == 404
    assert teacher.get(f"{ana}/skill/no-such-skill").page.status_code == 404


def test_teacher_of_another_class_sets_nothing(played, ana):
    other = played.launch("grade-8-leave-the-page", OTHER_TEACHER)
    skill = next(iter(skills_of(played, ANA)))
    before = played.count("level_decision")

    path = f"{other.visit}/student/{person_id(played, ANA)}/skill/{skill}"
    assert other.get(path).page.status_code == 404
    answer = other.post(path, {"do": "set", "level": "proficient", "reason": REASON})

    assert answer.page.status_code == 404
    assert played.count("level_decision") == before


def test_each_answer_and_its_move_is_told_in_words_and_in_the_pictures_label(played, teacher, ana):
    skill = next(iter(skills_of(played, ANA)))
    rows = played.rows(
        "SELECT * FROM mastery_evidence WHERE person_id = :p AND skill = :s ORDER BY answered_at DESC, id DESC",
        p=person_id(played, ANA),
        s=skill,
    )

    page = teacher.get(f"{ana}/skill/{skill}").text

    told = re.findall(r'<td[^>]*>([^<]+) <span class="muted">([+-]\d\.\d\d)</span></td>', page)
    assert [moved for _, moved in told] == [f"{row['moved']:+.2f}" for row in rows]
    assert {words.split()[0] for words, _ in told} <= {"up", "hardly"}
    label = re.search(r'<svg class="chart moves"[^>]*role="img" aria-label="([^"]+)"', page)[1]
    up = sum(row["moved"] >= 0.02 for row in rows)
    assert f"{len(rows)} answers, the oldest first: {up} moved the estimate up, 0 down." in html.unescape(
        label
    )
    assert page.count('data-move="up"') == len(rows)


def test_district_sees_what_would_change_before_it_chooses(played):
    specialist = played.launch(BOARD_LINK, SPECIALIST)
    page = specialist.get_link("Levels")
    assert "Mastery engine" in page.text and "Decaying average" in page.text
    before = {login: skills_of(played, login) for login in (ANA, BEN)}

    page.get(f"{specialist.visit}/levels?method=latest&number=&min_results=2&proficient=75&developing=50")

    told = int(re.search(r"By “Latest score”, (\d+) of \d+ levels would be others than now", page.text)[1])
    assert {login: skills_of(played, login) for login in (ANA, BEN)} == before
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    page.post(f"{specialist.visit}/levels", {**form, "reason": ""})
    assert page.page.status_code == 400 and "Say why" in page.text
    page.post(f"{specialist.visit}/levels", {**form, "reason": "Board policy 12"})
    assert "Levels are being worked out by it now" in page.text and "Board policy 12" in page.text
    run_jobs(played)

    after = {login: skills_of(played, login) for login in (ANA, BEN)}
    moved = sum(
        row["shown_level"] != before[login][skill]["shown_level"]
        for login, rows in after.items()
        for skill, row in rows.items()
    )
    assert moved == told
    teacher = played.launch(QUIZ_LINK, TEACHER)
    skill = next(iter(after[ANA]))
    shown = teacher.get(f"{teacher.visit}/student/{person_id(played, ANA)}/skill/{skill}").text
    assert "Method of the district: Latest score." in shown and "Results that the method reads" in shown
    page.get(f"{specialist.visit}/levels?method=latest&number=&min_results=2&proficient=75&developing=50")
    assert "nothing would change" in page.text
    page.post(f"{specialist.visit}/levels", {"method": "engine", "reason": "Back again"})
    run_jobs(played)
    assert played.count("procrastinate_jobs", task_name="apply_method") == 0
    assert {login: skills_of(played, login) for login in (ANA, BEN)} == before


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("method=best", "Choose one of the ways offered."),
        ("method=decaying_average&number=0", "between 1 and 99"),
        ("method=decaying_average&number=x", "between 1 and 99"),
        ("method=n_mastery&number=6", "between 1 and 5"),
        ("method=average&min_results=1", "between 2 and 10"),
        ("method=average&proficient=101", "between 2 and 100"),
        ("method=average&proficient=50&developing=50", "Developing has to begin below proficient."),
        ("method=average&developing=%C2%B2", "between 1 and 99"),
    ],
)
def test_numbers_of_a_method_are_asked_for_again(played, query, told):
    specialist = played.launch(BOARD_LINK, SPECIALIST)

    page = specialist.get(f"{specialist.visit}/levels?{query}")

    assert page.page.status_code == 400 and told in page.text
    assert "What would change</h2>" not in page.text


def test_end_of_term_is_told_to_the_student_and_the_teacher(stack):
    hand_in_again(hand_in(stack.launch(QUIZ_LINK, ANA), right=True), right=True)
    stack.let_pass(days=400)
    (frozen,) = freeze_due(stack.tool, stack.tenant_id)
    assert frozen.levels == stack.count(FrozenLevel.__tablename__) > 0

    own = what_i_can_do(stack)

    assert own.text.count(f"End of {frozen.name}:") == frozen.levels
    teacher = stack.launch(QUIZ_LINK, TEACHER)
    shown = teacher.get(f"{teacher.visit}/student/{person_id(stack, ANA)}").text
    assert f"End of {frozen.name}" in shown
