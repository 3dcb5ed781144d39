"""Which question of a newer file is which: what students read decides, so that no answer is scored by the key of another question."""

import io
import re
import zipfile

import pytest
from adding import Adding
from bringing_in import SITE, SVG, keep, package, play, replace, upload
from stack import ANA, BOARD_LINK, SPECIALIST

from lti_tool.corrections.rescoring import confirm_run, go_on, list_outdated, start_run
from lti_tool.facts.people import Access

HEAD = "id,prompt,option_1,option_2,answer\n"
SKY, SUN = "Is the sky blue?,Yes,No,1\n", "Is the sun cold?,Yes,No,2\n"
SAME = "Nothing: the questions are the same as before."


@pytest.fixture
def specialist(stack):
    return stack.launch(BOARD_LINK, SPECIALIST)


def me_of(stack):
    return Access(tenant_id=stack.tenant_id, person_id=None, is_district_specialist=True)


def keep_table(browser, rows, **fields):
    table = (HEAD + "".join(f"{number},{row}" for number, row in enumerate(rows, start=1))).encode()
    return keep(browser, table, name="t.csv", **fields)


def assigned(stack, bank_id):
    (link,) = Adding(stack).add(f"quiz:{bank_id}", points="10", title="Sky and sun")
    return link


def outdated(stack):
    return [each.content_id for each in list_outdated(stack.tool, me_of(stack))]


def test_rows_that_change_places_take_no_points(stack, specialist):
    bank_id = keep_table(specialist, [SKY, SUN])
    link = assigned(stack, bank_id)
    play(stack.launch(link, ANA), ["a", "b"])
    stack.deliver_all()

    keep_table(specialist, [SUN, SKY], bank=bank_id)
    run_id = start_run(stack.tool, me_of(stack), "quiz", bank_id)
    go_on(stack.tool, run_id)
    confirm_run(stack.tool, me_of(stack), run_id)
    go_on(stack.tool, run_id)
    stack.deliver_all()

    assert stack.gradebook()[ANA, link]["score"] == 10
    assert outdated(stack) == []


def test_another_question_in_a_rows_place_reaches_no_attempt_under_way(stack, specialist):
    bank_id = keep_table(specialist, [SKY, SUN])
    link = assigned(stack, bank_id)
    assert "Is the sky blue?" in stack.launch(link, ANA).text

    keep_table(specialist, ["Did dinosaurs bark?,Never,Always,1\n", SUN], bank=bank_id)

    again = stack.launch(link, ANA)
    assert "Is the sky blue?" in again.text and "dinosaurs" not in again.text


def test_mended_words_leave_a_question_itself(specialist):
    bank_id = keep_table(specialist, ["Is teh sky blue?,Yes,No,1\n", SUN])

    upload(specialist, f"{HEAD}1,{SKY}2,{SUN}".encode(), name="t.csv", bank=bank_id)

    assert "1 question is changed" in specialist.text
    assert "is new" not in specialist.text and "is gone" not in specialist.text


def test_a_row_beside_one_that_took_its_question_along_is_another_question(specialist):
    """Row 1 is now what row 2 was to the letter; row 2 is that with a slip: both are kept, under ids of their own."""
    bank_id = keep_table(specialist, [SKY, SUN])

    keep_table(specialist, [SUN, "Is teh sun cold?,Yes,No,2\n"], bank=bank_id)

    assert "Is teh sun cold?" in specialist.get(f"{specialist.visit}/library/quiz/{bank_id}").text


@pytest.mark.parametrize("name", ["csv", "qti12", "qti21", "qti3", "moodle"])
def test_what_was_given_out_comes_home_as_the_same_questions(specialist, name):
    bank_id = keep(specialist, package("Round trip"))
    page = specialist.get(f"{specialist.visit}/library/quiz/{bank_id}/export").page.text
    found = next(each for each in re.findall(r"/export/([a-z0-9_-]+)", page) if each.startswith(name))
    answer = specialist.get(f"{specialist.visit}/library/quiz/{bank_id}/export/{found}").page
    file = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"])[1]

    upload(specialist, answer.content, name=file, bank=bank_id)

    assert "is new" not in specialist.text and "are new" not in specialist.text
    assert "is gone" not in specialist.text and "are gone" not in specialist.text


def test_the_zip_comes_home_unchanged_and_a_key_mended_in_it_reaches_finished_work(stack, specialist):
    bank_id = keep(specialist, package("Owls"))
    play(stack.launch(assigned(stack, bank_id), ANA), ["yes", "yes"])
    raw = specialist.get(f"{specialist.visit}/library/own/{bank_id}/zip").page.content
    upload(specialist, raw, bank=bank_id)
    assert SAME in specialist.text

    mended = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(mended, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith(f"banks/{bank_id}.yaml"):
                body = with_the_other_key(body.decode()).encode()
            new.writestr(name, body)
    replace(specialist, bank_id, mended.getvalue())

    assert outdated(stack) == [bank_id]


def with_the_other_key(text):
    """The bank with the key of its first question at the other of two options."""
    first = text.index("key: true")
    after = text.index("text:", first)
    line = text.index("\n", after)
    indent = " " * (after - text.rindex("\n", 0, after) - 1)
    start = text.rindex("\n", 0, first)
    moved = text[:line] + f"\n{indent}key: true" + text[line:]
    return moved[:start] + moved[moved.index("\n", first) :]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("t.csv", HEAD[3:] + SKY.replace(",1\n", ",2\n"), HEAD[3:] + SKY),
        ("t.gift", "Is the sky blue? {~Yes =No}\n", "Is the sky blue? {=Yes ~No}\n"),
    ],
)
def test_a_key_mended_in_a_file_without_names_reaches_finished_work(stack, specialist, name, old, new):
    bank_id = keep(specialist, old.encode(), name=name)
    play(stack.launch(assigned(stack, bank_id), ANA), ["a"])

    keep(specialist, new.encode(), name=name, bank=bank_id)

    assert outdated(stack) == [bank_id]


def test_a_run_by_a_key_that_was_taken_back_is_not_done(stack, specialist):
    bank_id = keep(specialist, package(keys=("yes", "yes")))
    link = assigned(stack, bank_id)
    play(stack.launch(link, ANA), ["yes", "yes"])
    stack.deliver_all()
    replace(specialist, bank_id, package(keys=("no", "yes")))
    run_id = start_run(stack.tool, me_of(stack), "quiz", bank_id)
    assert go_on(stack.tool, run_id) == "ready"
    query = "SELECT id FROM audit_entry WHERE item_id = :b AND action = 'own_replace'"
    (entry,) = stack.rows(query, b=bank_id)
    specialist.post(f"{specialist.visit}/library/own/{bank_id}/undo/{entry['id']}")

    specialist.post(f"{specialist.visit}/corrections/{run_id}")

    assert specialist.page.status_code == 409
    assert "The questions have changed since this was worked out." in specialist.text
    go_on(stack.tool, run_id)
    stack.deliver_all()
    assert stack.gradebook()[ANA, link]["score"] == 10


def test_answers_to_questions_that_went_keep_their_words_on_the_pages_of_evidence(stack, specialist):
    bank_id = keep(specialist)
    play(stack.launch(assigned(stack, bank_id), ANA), ["yes", "yes"])
    replace(specialist, bank_id, package(texts=("Only this?",), keys=("yes",)))
    (row,) = stack.rows("SELECT DISTINCT person_id FROM attempt WHERE finished_at IS NOT NULL")

    page = specialist.get(f"{specialist.visit}/student/{row['person_id']}")

    assert SITE in page.text and f"{bank_id}-" not in page.text
    skill = specialist.get(re.search(r'href="([^"]+/student/[^"]+/skill/[^"]+)"', page.page.text)[1])
    assert SITE in skill.text and f"{bank_id}-" not in skill.text


@pytest.mark.parametrize(
    "told", ["What does &amp;lt;b&amp;gt; do?", "The tag &amp;lt;title&amp;gt; names what?"]
)
def test_a_question_about_a_tag_comes_in_as_it_is_meant(specialist, told):
    bank_id = keep(specialist, package("Tags", texts=(told, SITE)))

    page = specialist.get(f"{specialist.visit}/library/quiz/{bank_id}")

    assert told.split(";")[0].split("&")[0].strip() in page.text and "&lt;" in page.page.text


def test_one_question_that_cannot_be_written_so_keeps_no_other_out(specialist):
    good = YAML.replace("Is it?", "A tag: <br>?", 1)

    upload(specialist, good.encode(), name="t.yaml", title="One bad")

    assert "1 taken over, 0 changed, 1 refused." in specialist.text
    assert "HTML is not allowed: <br>" in specialist.text
    specialist.post(f"{specialist.path}/keep")
    assert specialist.page.status_code == 200


YAML = """schema: 1
id: x
title: Some
items:
""" + "".join(
    f"""  - id: q{number}
    kind: choice
    skill: leave-the-page
    difficulty: easy
    prompt: "{prompt}"
    options:
      - {{id: a, text: "Yes", key: true, feedback: Right you are.}}
      - {{id: b, text: "No", feedback: Not so.}}
    feedback: {{correct: "That is so.", incorrect: "Look again."}}
"""
    for number, prompt in enumerate(("Is it?", "Is the other one?"), start=1)
)


@pytest.mark.parametrize("sign", ["\\0", "\\uD800"])
def test_signs_that_no_text_holds_are_left_out(specialist, sign):
    odd = YAML.replace("Is it?", f"Is{sign} it?").replace("title: Some", f'title: "So{sign}me"')

    bank_id = keep(specialist, odd.encode(), name="t.yaml")

    assert "Is it?" in specialist.get(f"{specialist.visit}/library/quiz/{bank_id}").text


@pytest.mark.parametrize("title", ["a\x00b", "\x00"])
def test_an_odd_title_is_kept_without_its_signs(specialist, title):
    upload(specialist, package("x", picture=SVG), title=title)

    assert specialist.page.status_code == 200 and "Report:" in specialist.text


def test_a_skill_that_is_not_here_is_said_to_be_changed(specialist):
    upload(specialist, YAML.replace("leave-the-page", "no-such-skill", 1).encode(), name="t.yaml")

    assert "1 taken over, 1 changed, 0 refused." in specialist.text
    assert "There is no skill “no-such-skill” here" in specialist.text
