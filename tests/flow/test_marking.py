"""A written answer: pending at the LMS until the teacher of the class has scored it by its rubric; nobody else may."""

import pytest
from answer_fields import wrong
from answering import play
from stack import ANA, BEN, MODULE_LINK, OTHER_TEACHER, TEACHER
from test_words_on_answers import years_of
from written_answer import ITEM, ask_in_writing

TEXT = "Mossbury pays. It sells plants."


@pytest.fixture(scope="module")
def written(shared_stack, tmp_path_factory):
    """The stack with a lesson in which one question is answered in writing."""
    ask_in_writing(shared_stack, tmp_path_factory.mktemp("content"))
    return shared_stack


def write(stack, person, text=TEXT):
    """Play the lesson with nothing but this text; the browser on its result."""
    browser = stack.launch(MODULE_LINK, person)
    browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})
    return play(browser, lambda item_id: {f"{ITEM}.text": [text]} if item_id == ITEM else {})


def score_in_lms(stack, person):
    stack.deliver_all()
    row = stack.gradebook()[stack.person(person).id, MODULE_LINK]
    return row["gradingProgress"], row["score"]


def teacher(stack, who=TEACHER):
    browser = stack.launch(MODULE_LINK, who)
    browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})
    return browser


def marking_path(stack, browser, person):
    (row,) = stack.rows(
        "SELECT a.id, a.placement_id FROM attempt a JOIN person_alias x ON x.person_id = a.person_id "
        "WHERE NOT a.is_preview AND x.value = :login AND a.finished_at IS NOT NULL",
        login=stack.person(person).sub,
    )
    return f"{browser.visit}/assignment/{row['placement_id']}/marking/{row['id']}/{ITEM}"


def test_written_answer_is_pending_then_fully_graded(written):
    student = write(written, ANA)
    assert "Handed in. Thank you!" in student.text and "Handed in. Your teacher will read it." in student.text
    assert score_in_lms(written, ANA) == ("PendingManual", 0)

    reader = teacher(written)
    assert "to be read and scored by you." in reader.text
    assert "Begin with the first" in reader.get_link("Read and score answers").text
    path = marking_path(written, reader, ANA)
    assert TEXT in reader.get(path).text and "Mossbury Growers sells plants" in reader.text

    half = {"level.who": "named", "comment": "Think of the company."}
    assert reader.post(path, {**half, "do": "give"}).page.status_code == 400
    assert 'href="#criterion-why">Says why it matters</a>' in reader.text
    assert 'id="criterion-why"' in reader.text and "Think of the company." in reader.text
    reader.post(path, {**half, "do": "draft"})
    assert "Kept as a draft." in reader.text
    assert "Think of the company." not in student.get(student.path).text
    assert score_in_lms(written, ANA) == ("PendingManual", 0)

    reader.post(path, {**half, "level.why": "begun", "do": "next"})
    assert "All answers are scored." in reader.text or "Here is the next answer." in reader.text
    assert "Think of the company." in student.get(student.path).text
    assert "Your teacher chose this." in student.text and "Partly right" in student.text
    progress, points = score_in_lms(written, ANA)
    assert progress == "FullyGraded" and points > 0

    reader.post(path, {**half, "level.why": "full", "do": "give"})
    assert score_in_lms(written, ANA)[1] > points
    assert reader.post(path, {**half, "do": "draft"}).page.status_code == 400

    events = written.rows("SELECT data FROM event WHERE name = 'marked' ORDER BY id")
    assert [event["data"].get("ratio") for event in events] == [None, 0.5, 1]
    assert len({event["data"]["by"] for event in events}) == 1
    evidence = written.rows("SELECT ratio FROM mastery_evidence WHERE item_id = :i", i=ITEM)
    assert evidence == [{"ratio": 1.0}], "one piece of evidence, as it was marked last"


def test_only_the_teacher_of_the_class_may_read_and_score(written):
    write(written, BEN)
    reader = teacher(written)
    path = marking_path(written, reader, BEN)
    assert reader.get(path).page.status_code == 200
    marked = written.count("marking", item_id=ITEM)
    queue = path.rsplit("/", 2)[0]

    for who in (OTHER_TEACHER, BEN):
        stranger = written.launch(MODULE_LINK if who == BEN else "grade-8-leave-the-page", who)
        for address in (path, queue):
            own = stranger.visit + address.removeprefix(reader.visit)
            assert stranger.get(own).page.status_code in (403, 404)
            assert TEXT not in stranger.text
        marks = {"level.who": "named", "level.why": "full", "do": "give"}
        assert stranger.post(stranger.visit + path.removeprefix(reader.visit), marks).page.status_code in (
            403,
            404,
        )
    assert written.count("marking", item_id=ITEM) == marked, "nothing new"
    assert reader.get(path.replace(ITEM, "ltp-first-look")).page.status_code == 404


def test_blank_answer_waits_for_nobody(written):
    person = written.lms.district.list_students("grade-7")[5].id
    student = play(written.launch(MODULE_LINK, person))

    assert written.rows("SELECT is_pending FROM attempt WHERE id = :id", id=student.path.split("/")[4]) == [
        {"is_pending": False}
    ]
    assert score_in_lms(written, person)[0] == "FullyGraded"


@pytest.mark.parametrize("is_marked_in_time", [True, False])
def test_marks_on_last_years_work_leave_last_years_record(stack, tmp_path, is_marked_in_time):
    """On a stack of its own, where a year passes: what is known now stands in this year's record, whether marks are given anew or come late."""
    ask_in_writing(stack, tmp_path)
    write(stack, ANA)
    reader = teacher(stack)
    place = marking_path(stack, reader, ANA).removeprefix(reader.visit)
    marks = {"level.who": "named", "level.why": "begun", "do": "give"}
    if is_marked_in_time:
        reader.post(reader.visit + place, marks)
    stack.let_pass(days=370)
    student = stack.launch(MODULE_LINK, ANA)
    (row,) = stack.rows("SELECT placement_id, person_id FROM attempt")
    student.post(f"{student.visit}/begin/{row['placement_id']}")
    play(student, lambda item_id: {} if item_id == ITEM else wrong(stack, item_id))
    *last, this = years_of(stack, row)
    assert len(last) == is_marked_in_time

    reader = teacher(stack)
    assert reader.post(reader.visit + place, marks | {"level.why": "full"}).page.status_code == 200

    known = stack.rows("SELECT skill, expected FROM mastery_state WHERE person_id = :p", p=row["person_id"])
    last_after, this_after = years_of(stack, row)
    assert this_after != this
    if is_marked_in_time:
        assert [last_after] == last
    else:
        assert len(last_after) == 1, "counted in the year of the work, as a skill of its own"
    assert this_after == pytest.approx({each["skill"]: each["expected"] for each in known})
