"""Who sees a district's own questions: a teacher their own, specialists all, every teacher what is shared, another district nothing."""

import re

import pytest
from adding import Adding, items_of
from bringing_in import OWL, act, keep, package, titles, upload
from sqlalchemy import text
from stack import ANA, MODULE_LINK, OTHER_TEACHER, TEACHER

from lti_tool.demo_lms import claims as lms_claims

PAGES = (
    "library/quiz/{bank}",
    "library/quiz/{bank}/print",
    "library/quiz/{bank}/export",
    "library/quiz/{bank}/export/csv",
    "library/own/{bank}",
    "library/own/{bank}/zip",
    "library/bring-in?bank={bank}",
)


@pytest.fixture(scope="module")
def of_a_teacher(teacher):
    return keep(teacher, package("A teacher's own"))


@pytest.fixture(scope="module")
def of_the_district(specialist):
    return keep(specialist, package("Everybody's"))


def statuses(browser, bank_id):
    return {
        page: browser.get(f"{browser.visit}/{page.format(bank=bank_id)}").page.status_code for page in PAGES
    }


@pytest.mark.proves("own-of-a-teacher")
def test_a_teachers_questions_are_theirs_and_the_specialists_until_shared(
    of_a_teacher, teacher, colleague, specialist
):
    assert ("quiz", of_a_teacher) in titles(teacher) and "Yours" in teacher.text
    assert ("quiz", of_a_teacher) in titles(specialist) and "A teacher's" in specialist.text
    assert ("quiz", of_a_teacher) not in titles(colleague)
    assert set(statuses(teacher, of_a_teacher).values()) == {200}
    assert set(statuses(specialist, of_a_teacher).values()) == {200}
    assert set(statuses(colleague, of_a_teacher).values()) == {404}
    assert "A teacher's own" not in colleague.get(f"{colleague.visit}/library/own").text

    assert act(teacher, of_a_teacher, "share").page.status_code == 403
    act(specialist, of_a_teacher, "share")

    assert ("quiz", of_a_teacher) in titles(colleague) and "Our district's" in colleague.text
    assert act(teacher, of_a_teacher, "withdraw").page.status_code == 403, "it is everybody's now"
    act(specialist, of_a_teacher, "unshare")
    assert ("quiz", of_a_teacher) not in titles(colleague)


def test_a_teacher_takes_back_no_withdrawal_of_a_specialist(shared_stack, of_a_teacher, teacher, specialist):
    act(teacher, of_a_teacher, "withdraw")
    act(teacher, of_a_teacher, "offer")
    assert ("quiz", of_a_teacher) in titles(teacher), "their own withdrawal is theirs to take back"
    act(specialist, of_a_teacher, "withdraw")
    (entry, *_) = shared_stack.rows(
        "SELECT id FROM audit_entry WHERE item_id = :b AND action = 'own_withdraw' ORDER BY id DESC",
        b=of_a_teacher,
    )

    crowd = text(
        "INSERT INTO audit_entry (tenant_id, at, action, by_person_id, item_id, reason, before, after) SELECT tenant_id, at, 'own_replace', "
        "by_person_id, item_id, '', after, after || '{\"edition\": 99}' FROM audit_entry, generate_series(1, 100) WHERE id = :e"
    )
    with shared_stack.tool.sessions.begin() as session:  # a hundred newer files since, each withdrawn as well
        session.execute(crowd, {"e": entry["id"]})

    assert act(teacher, of_a_teacher, "offer").page.status_code == 403
    page = teacher.post(f"{teacher.visit}/library/own/{of_a_teacher}/undo/{entry['id']}")
    assert page.page.status_code == 403 and "A specialist withdrew these questions" in page.text
    assert not re.search(r'value="offer"|action="[^"]*/undo/', page.page.text), (
        "nothing to press that is refused"
    )
    back = re.search(r'name="back" value="([^"]*)"', page.page.text)[1]
    page.post(f"{teacher.visit}/language", {"locale": "es", "back": back})
    assert page.path == f"{teacher.visit}/library/own/{of_a_teacher}", "the page stays, in the other language"
    page.post(f"{teacher.visit}/language", {"locale": "en", "back": page.path})
    assert ("quiz", of_a_teacher) not in titles(teacher)
    act(specialist, of_a_teacher, "offer")
    assert ("quiz", of_a_teacher) in titles(teacher)


def test_a_teacher_looks_at_what_is_shared_and_changes_nothing(of_the_district, colleague):
    found = statuses(colleague, of_the_district)

    assert found.pop("library/bring-in?bank={bank}") == 403
    assert set(found.values()) == {200}
    for deed in ("share", "unshare", "withdraw", "offer"):
        assert act(colleague, of_the_district, deed).page.status_code == 403
    assert upload(colleague, package(), bank=of_the_district).page.status_code == 403


@pytest.mark.proves("own-of-a-teacher")
def test_a_colleague_cannot_add_a_teachers_questions_to_a_course(shared_stack, of_a_teacher):
    browser = shared_stack.launch("grade-8/add-content", OTHER_TEACHER)
    assert of_a_teacher not in browser.page.text

    answer = Adding(shared_stack).send(browser, f"quiz:{of_a_teacher}")

    assert answer.page.status_code == 400
    assert "is not in the library any more" in browser.text
    owner = Adding(shared_stack).open(TEACHER)
    Adding(shared_stack).send(owner, f"quiz:{of_a_teacher}")
    assert items_of(owner.page.text)[0]["custom"]["content"] == f"quiz:{of_a_teacher}"


@pytest.mark.proves("own-of-a-teacher")
def test_a_link_that_names_a_teachers_questions_opens_them_in_that_teachers_classes_alone(
    shared_stack, teacher, monkeypatch
):
    """Nobody chose them in the library for such a link (it came by hand, or with a cartridge): only where their teacher teaches they open."""
    bank_id = keep(teacher, package("By hand"))
    name_by_the_link(monkeypatch, f"quiz:{bank_id}")

    refused = shared_stack.launch("grade-8-leave-the-page-quiz", OTHER_TEACHER)
    student = shared_stack.launch("grade-7-leave-the-page-quiz", ANA)
    opened = shared_stack.launch("grade-7-leave-the-page-quiz", TEACHER)

    assert refused.page.status_code == 404 and "which this server does not have" in refused.text
    assert "Is the owl asleep?" in student.text, "also when a student comes first"
    assert opened.page.status_code == 200
    assert shared_stack.count("placement", content_id=bank_id) == 1


@pytest.mark.proves("own-apart")
def test_another_district_reaches_no_page_of_a_bank(stranger, of_a_teacher, of_the_district):
    for bank_id in (of_a_teacher, of_the_district):
        assert ("quiz", bank_id) not in titles(stranger)
        assert set(statuses(stranger, bank_id).values()) == {404}
        for deed in ("share", "unshare", "withdraw", "offer"):
            assert act(stranger, bank_id, deed).page.status_code == 404
        assert upload(stranger, package(), bank=bank_id).page.status_code == 404
        assert stranger.post(f"{stranger.visit}/corrections/quiz/{bank_id}").page.status_code == 404
    assert "Everybody's" not in stranger.get(f"{stranger.visit}/library/own").text


@pytest.mark.proves("own-apart")
def test_another_district_adds_and_opens_nothing_of_it(
    other_district, stranger, of_the_district, monkeypatch
):
    browser = Adding(other_district).open(TEACHER)
    assert of_the_district not in browser.page.text
    assert Adding(other_district).send(browser, f"quiz:{of_the_district}").page.status_code == 400

    name_by_the_link(monkeypatch, f"quiz:{of_the_district}")
    opened = other_district.launch(MODULE_LINK, ANA)

    assert opened.page.status_code == 404
    assert "which this server does not have" in opened.text and "owl" not in opened.text
    assert other_district.count("placement", content_id=of_the_district) == 0


def name_by_the_link(monkeypatch, content):
    """The LMS's links name content by their custom parameter, as somebody who knows an id might write it."""
    original = lms_claims.custom_parameters
    monkeypatch.setattr(
        lms_claims,
        "custom_parameters",
        lambda *args, **kwargs: original(*args, **kwargs) | {"content": content},
    )


@pytest.mark.proves("own-apart")
def test_another_district_sees_no_picture_of_it(stranger, teacher, of_the_district):
    page = teacher.get(f"{teacher.visit}/library/quiz/{of_the_district}").page.text
    picture = re.search(r"/at/[^/]+(/media/[0-9a-f]{64}/owl-[^\"]+\.svg)", page)[1]
    assert teacher.get(f"{teacher.visit}{picture}").page.status_code == 200

    assert stranger.get(f"{stranger.visit}{picture}").page.status_code == 404


@pytest.mark.proves("own-apart")
def test_a_report_is_for_whoever_brought_the_file(teacher, colleague, specialist, stranger):
    upload(teacher, package("Waiting"))
    page = teacher.path.removeprefix(teacher.visit)

    for browser in (colleague, specialist, stranger):
        for path in (page, f"{page}/zip"):
            assert browser.get(f"{browser.visit}{path}").page.status_code == 404
        assert browser.post(f"{browser.visit}{page}/keep").page.status_code == 404
    assert teacher.get(f"{teacher.visit}{page}/zip").page.status_code == 200


def test_a_student_reaches_nothing(shared_stack, of_the_district):
    student = shared_stack.launch(MODULE_LINK, ANA)

    assert set(statuses(student, of_the_district).values()) == {403}
    assert student.get(f"{student.visit}/library/own").page.status_code == 403
    assert act(student, of_the_district, "withdraw").page.status_code == 403


def test_ids_carry_the_district_and_are_never_the_same(specialist, teacher, stranger, shared_stack):
    kept = [keep(browser, package("Leave the Page")) for browser in (specialist, teacher, stranger)]

    ids = {row["bank_id"] for row in shared_stack.rows("SELECT bank_id FROM own_bank")}
    assert len(set(kept)) == 3 and set(kept) <= ids
    assert not ids & set(shared_stack.tool.library.quizzes) and all(
        bank.startswith("leave-the-page-") for bank in kept
    )
    items = [
        re.findall(r"^  - id: (\S+)", row["bank_yaml"], re.M)
        for row in shared_stack.rows("SELECT bank_yaml FROM own_edition WHERE bank_id = ANY(:k)", k=kept)
    ]
    assert len({item for each in items for item in each}) == 6


def test_a_picture_of_two_banks_by_one_name_stays_each_ones_own(specialist):
    """Names carry the picture's hash; were they alike, each bank would still show its own."""
    other = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><circle r="1"/></svg>'
    first, second = keep(specialist), keep(specialist, package(texts=(OWL, "Other?"), picture=other))

    shown = []
    for bank_id in (first, second):
        page = specialist.get(f"{specialist.visit}/library/quiz/{bank_id}").page.text
        shown.append(specialist.get(re.search(r'src="(/at/[^"]+\.svg)"', page)[1]).page.content)

    assert b"<rect" in shown[0] and b"<circle" in shown[1]
