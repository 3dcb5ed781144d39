"""Every page of the tool, one after the other, for the tests that look at all of them."""

from __future__ import annotations

import re
import uuid

from bringing_in import OWL, SITE, package
from playwright.sync_api import expect
from stack import BOARD_LINK, CLASS_LINK, MODULE_LINK

from lti_tool.db.connect import transaction
from lti_tool.people.sessions import make_ticket
from lti_tool.rosters.tables import RosterProblem, RosterRun, RosterUpload
from lti_tool.rosters.upload_work import NOT_UNDERSTOOD


def lesson_pages(screen):
    """The lesson as one student sees it: each page, with a wrong and a hint, then right; the questions; look back; result."""
    screen.open_window(MODULE_LINK)
    seen = set()
    while not screen.find("[value=finish]").count():
        checks = screen.find("[value^='check:']").count()
        kinds = screen.find(".activity").evaluate_all("all => all.map(one => one.dataset.kind).join()")
        if checks or kinds not in seen:
            yield f"step {screen.step}"
        if checks:
            yield from activity_states(screen)
        elif kinds and kinds not in seen:
            seen.add(kinds)
            screen.answer(screen.items[0], screen.right_answer(screen.items[0]))
            screen.expect_state("saved")
            yield f"step {screen.step} answered"
        screen.next()
    yield "look back"
    screen.press("finish")
    yield "result"


def activity_states(screen):
    """The first activity of a page: wrong, with a hint, then right."""
    item_id = screen.items[0]
    screen.answer(item_id, screen.wrong_answer(item_id))
    screen.press("check")
    if screen.find("[value^='hint:']").count():
        screen.press("hint")
    yield f"step {screen.step} wrong"


def staff_pages(teacher, pupil):
    """What a teacher sees, after this student has finished."""
    teacher.open_window(CLASS_LINK)
    yield "class"
    follow(teacher, "Leave the Page")
    yield "assignment"
    follow(teacher, pupil.name)
    yield "student's answers"
    teacher.page.go_back()
    teacher.page.go_back()
    follow(teacher, "Leave the Page")
    follow(teacher, "How the questions work")
    yield "analysis of questions"
    teacher.page.go_back()
    teacher.page.go_back()
    follow(teacher, "Skills of this class")
    yield "class skills"
    follow(teacher, pupil.name)
    yield "student's evidence"
    with teacher.page.expect_navigation():
        teacher.page.locator("tbody th a").first.click()
    yield "student's skill"
    teacher.page.get_by_label("Level", exact=True).select_option("developing")
    teacher.page.get_by_label("Reason").fill("Told me how, step by step.")
    with teacher.page.expect_navigation():
        teacher.page.get_by_role("button", name="Set this level").click()
    yield "student's skill, level set by hand"
    yield from assignment_pages(teacher, pupil)
    yield from library_pages(teacher)


def assignment_pages(teacher, pupil):
    """What a teacher changes at an assignment and gives a student, with one of each in force."""
    placement_id = teacher.stack.rows("SELECT id FROM placement WHERE content_kind = 'module'")[0]["id"]
    ids = "SELECT person_id FROM person_alias WHERE value = :sub"
    person_id = teacher.stack.rows(ids, sub=pupil.sub)[0]["person_id"]
    assignment = f"assignment/{placement_id}"
    go_to(teacher, f"{assignment}/settings")
    yield "rules of an assignment"
    go_to(teacher, f"{assignment}/extend?whom={person_id}")
    teacher.page.get_by_label("Extra attempts").fill("1")
    fill_reason_and_press(teacher, "Was ill.", "Make this exception")
    go_to(teacher, f"{assignment}/extend")
    yield "exceptions"
    go_to(teacher, f"student/{person_id}/given")
    yield "given in every quiz"
    go_to(teacher, f"{assignment}/actions")
    teacher.page.locator("#person").select_option(str(person_id))
    teacher.page.locator("#points").fill("7")
    fill_reason_and_press(teacher, "Explained it to me.", "Set this grade")
    expect(teacher.page.get_by_text("grade set to 7")).to_be_visible()
    yield "corrections of an assignment"
    go_to(teacher, f"{assignment}/marking")
    yield "answers to mark"
    yield from answer_pages(teacher, assignment, person_id)


def answer_pages(teacher, assignment, person_id):
    """An answer that the teacher reads otherwise than the program."""
    (attempt,) = teacher.stack.rows("SELECT id FROM attempt WHERE person_id = :p", p=person_id)
    go_to(teacher, f"{assignment}/answer/{attempt['id']}/ltp-who-pays")
    yield "another score for an answer"
    teacher.page.locator("#steps").select_option("3")
    teacher.page.get_by_label("Words to the student").fill("I see what you mean: they sell the plants.")
    fill_reason_and_press(teacher, "Said it in class.", "Let this score count")
    expect(teacher.page.get_by_text("A teacher gave this answer 3 of 4.")).to_be_visible()
    yield "another score given"
    go_to(teacher, f"{assignment}/student/{person_id}")
    yield "student's answers with a teacher's word"
    go_to(teacher, f"{assignment}/actions")
    yield "corrections with a teacher's word"


def library_pages(teacher):
    """The library, and questions that go out and come in."""
    for path, name in (
        ("library", "library"),
        ("library/quiz/search-smarter", "preview of a quiz"),
        ("library/quiz/search-smarter/export", "questions go out"),
    ):
        go_to(teacher, path)
        yield name


def board_pages(specialist):
    specialist.open_window(BOARD_LINK)
    yield "board"
    specialist.page.locator("table a").first.click()
    yield "board cell"
    follow(specialist, "Levels")
    yield "how levels are worked out"
    specialist.page.get_by_label("Method", exact=True).select_option("latest")
    with specialist.page.expect_navigation():
        specialist.page.get_by_role("button", name="See what would change").click()
    yield "what would change by another method"
    for path, name in (
        ("questions", "questions of the district"),
        ("corrections", "corrected questions"),
        ("people", "who is who"),
        ("library/bring-in", "questions come in"),
    ):
        go_to(specialist, path)
        yield name


def own_pages(specialist):
    """Questions that are brought in: the report, kept, the list, a newer file in their place, and words from a file that has none."""
    specialist.open_window(BOARD_LINK)
    go_to(specialist, "library/own")
    yield "no own questions yet"
    follow(specialist, "Bring in questions")
    choose(specialist, package("The Great Big Unit on Owls and Websites, third edition"))
    yield "report"
    press(specialist, "Keep in our library")
    yield "own questions kept"
    follow(specialist, "Look inside")
    yield "own quiz"
    specialist.page.go_back()
    go_to(specialist, "library")
    expect(specialist.page.get_by_text("Our district's").first).to_be_visible()
    yield "library with own questions"
    go_to(specialist, "library/own")
    yield "own questions"
    follow(specialist, "The Great Big Unit")
    follow(specialist, "Replace by a newer file")
    yield "a newer file"
    choose(specialist, package(keys=("no", "yes", "no"), texts=(OWL, SITE, "Is it new?")))
    yield "what would change"
    press(specialist, "Replace the questions")
    press(specialist, "Withdraw")
    yield "own questions withdrawn"
    follow(specialist, "Our own questions")
    follow(specialist, "Bring in questions")
    choose(specialist, b"prompt,answer,option_1\nNo key?,9,x\n", name="x.csv")
    expect(specialist.page.get_by_text("No question could be taken over.")).to_be_visible()
    yield "nothing to take"


def choose(screen, raw, name="quiz.zip"):
    screen.page.get_by_label("File").set_input_files([{"name": name, "mimeType": "", "buffer": raw}])
    press(screen, "Show the report")


def press(screen, words):
    with screen.page.expect_navigation():
        screen.page.get_by_role("button", name=words, exact=True).click()


def go_to(screen, path):
    """A page of the visit that the screen is in."""
    base = re.match(r"https?://[^/]+/at/[^/]+", screen.page.url)[0]
    screen.page.goto(f"{base}/{path}")
    expect(screen.page.locator("h1")).to_be_visible()


def fill_reason_and_press(screen, reason, button):
    form = screen.page.locator("form").filter(has=screen.page.get_by_role("button", name=button)).first
    form.locator("[name=reason]").fill(reason)
    with screen.page.expect_navigation():
        form.get_by_role("button", name=button).click()


def follow(screen, words):
    with screen.page.expect_navigation():
        screen.page.get_by_role("link", name=words).first.click()
    expect(screen.page.locator("h1")).to_be_visible()


def plain_pages(screen):
    """Pages without a visit: the welcome, refusals, and the administrator's."""
    stack, page = screen.stack, screen.page
    page.goto(stack.tool_url)
    yield "welcome"
    page.goto(f"{stack.tool_url}/lti/launch")
    screen.expect_complaint("status of 400")
    yield "refused launch"
    page.goto(f"{stack.tool_url}/nothing/here")
    screen.expect_complaint("status of 404")
    yield "not found"
    with transaction(stack.tool.sessions) as session:
        ticket = make_ticket(session, stack.tenant_id, now=stack.tool.clock())
    page.goto(f"{stack.tool_url}/admin/enter/{ticket}")
    yield "administrator's door"
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Platforms")).to_be_visible()
    yield "platforms"
    follow(screen, "Demo LMS")
    yield "platform"
    page.get_by_role("button", name="Test now").click()
    expect(page.get_by_text("✓").first).to_be_visible()
    yield "platform tested"
    with transaction(stack.tool.sessions) as session:
        for row in roster_run(stack):
            session.add(row)
            session.flush()
    page.get_by_role("link", name="Platforms").first.click()
    follow(screen, "Rosters")
    yield "rosters"
    page.get_by_role("table", name="Imports").locator("a").first.click()
    expect(page.get_by_role("heading", name="What was done")).to_be_visible()
    yield "roster"
    yield from upload_pages(screen)


def upload_pages(screen):
    """A roster file in every state: tried out, waiting for a word, stopped, and one that cannot be used."""
    page = screen.page
    for upload in given_files(screen.stack):
        with transaction(screen.stack.tool.sessions) as session:
            session.add(upload)
        go_to(screen, f"rosters/upload/{upload.id}")
        yield f"roster file, {upload.state}"
    go_to(screen, "rosters")
    page.locator("#file").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": b" "})
    with page.expect_navigation():
        page.get_by_role("button", name="See what it would do").click()
    screen.expect_complaint("status of 400")
    yield "rosters, file refused"


def given_files(stack):
    run, problem = roster_run(stack)
    told = {name: getattr(problem, name) for name in ("file", "line", "sentence", "remedy")}
    seen = {"counts": run.counts, "problems": 318, "findings": [told], "fingerprint": "f"}
    under_way = {"part": "applying", "done": 3, "total": 7}
    for state, more in (
        ("checking", under_way),
        ("checked", seen),
        ("importing", seen | under_way),
        ("stopped", seen | {"error": NOT_UNDERSTOOD}),
        ("refused", {"error": "table.csv has no rows below its header. Export it again."}),
    ):
        yield RosterUpload(
            id=uuid.uuid4(),
            tenant_id=stack.tenant_id,
            source=f"sis-{state}",
            sis_field="sourcedId",
            file_name="harbor-oneroster-2026-11-27-whole-district.zip",
            sealed=None if state == "refused" else b"sealed",
            state=state,
            created_at=stack.tool.clock(),
            **more,
        )


def roster_run(stack):
    """An import with numbers of every sort and a problem with long words."""
    now = stack.tool.clock()
    counts = {
        "people": {"new": 99_000, "passed": 1200, "double": 3},
        "enrolments": {"new": 600_000, "no_class": 4},
        "cases": {"name": 12, "sis_taken": 1},
        "years": {"told": 95_000},
        "missing": {"enrolments": 318},
    }
    run = RosterRun(
        id=uuid.uuid4(),
        tenant_id=stack.tenant_id,
        source="sis",
        kind="oneroster",
        fingerprint="f",
        state="failed",
        position={},
        counts=counts,
        problems=318,
        began_at=now,
        seen_at=now,
        error="The database did not answer in time, or is busy. Run the command again: it goes on where it stopped.",
    )
    yield run
    yield RosterProblem(
        tenant_id=stack.tenant_id,
        run_id=run.id,
        file="enrollments.csv",
        line=123_456,
        sentence="The enrolment's class “2026-HARBOR-MIDDLE-ENGLISH-0007-SECTION-04” is neither in classes.csv nor known here, so it was passed over.",
        remedy="Export classes.csv and enrollments.csv together.",
    )
