"""From a Canvas export to a grade: brought in, kept, added to a course by its teacher, played with its picture; then corrected by a newer file."""

import re
from dataclasses import replace as other

import pytest
from adding import Adding
from bringing_in import OWL, SITE, SVG, act, keep, package, play, replace, titles, upload
from sqlalchemy import text
from stack import ANA, BEN, BOARD_LINK, SPECIALIST, TEACHER

from lti_tool.app.assemble import NO_CONTENT
from lti_tool.content.served import Shelf
from lti_tool.corrections.rescoring import go_on
from lti_tool.holdings.held import Holdings


@pytest.mark.proves("own-kept", "own-corrected")
def test_questions_are_kept_assigned_played_graded_and_corrected(stack):
    specialist = stack.launch(BOARD_LINK, SPECIALIST)
    upload(specialist, package(keys=("no", "yes")))
    assert "0 taken over, 2 changed, 0 refused." in specialist.text
    assert stack.count("own_bank") == 0, "nothing is kept before somebody says so"
    specialist.post(f"{specialist.path}/keep")
    assert "Kept. You find it in the library" in specialist.text
    bank_id = specialist.path.rsplit("/", 1)[1]
    adding = Adding(stack)
    picking = adding.open(TEACHER)
    assert f"quiz:{bank_id}" in picking.page.text and "Our district's" in picking.text
    (link,) = adding.add(f"quiz:{bank_id}", points="10", title="Owls")

    student = stack.launch(link, ANA)
    first, second = play(student, ["yes", "yes"])
    stack.deliver_all()

    picture = re.search(r'src="(/at/[^"]+/media/[^"]+/owl-[^"]+\.svg)"', first)[1]
    assert "Is the owl asleep?" in first and SITE in second
    assert student.get(picture).page.content == SVG
    assert stack.gradebook()[ANA, link]["score"] == 5

    # The key of the first was wrong: a newer file says so, and finished work follows.
    upload(specialist, package(keys=("yes", "yes")), bank=bank_id)
    assert "1 question is changed" in specialist.text and "1 stays as it is." in specialist.text
    assert "work that is finished can then be scored anew" in specialist.text
    specialist.post(f"{specialist.path}/keep")
    specialist.get_link("Score anew after a correction")
    assert (
        "Unit 3" in specialist.text and "1 finished attempt was scored by older content." in specialist.text
    )
    specialist.post(f"{specialist.visit}/corrections/quiz/{bank_id}")
    run_id = specialist.path.rsplit("/", 1)[1]
    # The worker, which knows no content at all, does it by what was published.
    worker = other(stack.tool, library=NO_CONTENT, shelf=Shelf(NO_CONTENT), holdings=Holdings())
    assert go_on(worker, run_id) == "ready"
    specialist.post(f"{specialist.visit}/corrections/{run_id}")
    assert go_on(worker, run_id) == "done"
    stack.deliver_all()
    assert stack.gradebook()[ANA, link]["score"] == 10


@pytest.mark.proves("own-goes-on")
def test_what_is_assigned_goes_on_whatever_happens_to_the_bank(stack):
    specialist, adding = stack.launch(BOARD_LINK, SPECIALIST), Adding(stack)
    bank_id = keep(specialist)
    (opened, unopened) = (adding.add(f"quiz:{bank_id}")[0] for _ in range(2))
    play(stack.launch(opened, ANA), ["yes", "yes"])
    act(specialist, bank_id, "withdraw")
    assert ("quiz", bank_id) not in titles(specialist)

    # Opened before or not: a link that a teacher was given while it was offered works.
    assert "Is the owl asleep?" in stack.launch(opened, BEN).text
    assert "Is the owl asleep?" in stack.launch(unopened, BEN).text

    # Even where its text cannot be read any more, new attempts get it as it was last.
    break_bank(stack, bank_id)
    again = stack.launch(unopened, ANA)
    assert "Is the owl asleep?" in again.text and "/attempt/" in again.path


def break_bank(stack, bank_id):
    """What a new version without some skill does to a stored bank: it is read anew, after a restart, and no longer fits."""
    change = "UPDATE own_edition SET bank_yaml = replace(bank_yaml, 'leave-the-page', 'gone-skill') WHERE bank_id = :b"
    with stack.tool.sessions.begin() as session:
        session.execute(text(change), {"b": bank_id})
    stack.change(holdings=Holdings())


def test_a_broken_bank_is_left_out_and_says_why(stack):
    specialist = stack.launch(BOARD_LINK, SPECIALIST)
    bank_id, whole = keep(specialist), keep(specialist, package("Unit 4", texts=(OWL, "Another?")))
    break_bank(stack, bank_id)

    offered = titles(specialist)
    page = specialist.get(f"{specialist.visit}/library/own/{bank_id}")

    assert ("quiz", whole) in offered and ("quiz", bank_id) not in offered
    assert page.page.status_code == 200 and "There is no skill “gone-skill”." in page.text
    assert "Cannot be used as it is" in specialist.get(f"{specialist.visit}/library/own").text
    assert specialist.get(f"{specialist.visit}/library/quiz/{bank_id}").page.status_code == 404
    # Replaced by a good file it is back.
    replace(specialist, bank_id, package())
    assert ("quiz", bank_id) in titles(specialist)
