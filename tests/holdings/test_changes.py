"""Changes of a district's own questions: noticed everywhere, undone, pressed twice, at the same time, and refused with a sentence."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as other

import pytest
from bringing_in import OWL, SITE, act, keep, package, replace, titles, upload

from lti_tool.db.connect import transaction
from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.facts.people import Access
from lti_tool.holdings.banks import get_line, list_deeds, undo
from lti_tool.holdings.bringing import MOST_WAITING, WAITS, forget_waiting, hold
from lti_tool.holdings.bringing import keep as keep_edition
from lti_tool.holdings.held import Holdings
from lti_tool.interchange.bank import Plan
from lti_tool.interchange.reading import import_questions


def access(stack, **changes):
    return Access(
        **{"tenant_id": stack.tenant_id, "person_id": None, "is_district_specialist": True} | changes
    )


@pytest.mark.proves("own-noticed")
def test_another_process_notices_each_change(shared_stack, specialist):
    """A second tool on the same database, as another process has one: it is asked before each change and after."""
    second = other(shared_stack.tool, holdings=Holdings())

    def held():
        with transaction(second.sessions) as session:
            return second.held(session, shared_stack.tenant_id)

    everybody = access(shared_stack)
    before = held()
    bank_id = keep(specialist)
    kept = held()
    replace(specialist, bank_id, package(texts=(OWL, SITE, "New?"), keys=("yes",) * 3))
    replaced = held()
    act(specialist, bank_id, "withdraw")

    assert not before.has("quiz", bank_id) and kept.offers(everybody, "quiz", bank_id)
    assert kept.library.quizzes[bank_id].question_count == 2
    assert replaced.library.quizzes[bank_id].question_count == 3
    assert replaced.has("quiz", bank_id) and not held().offers(everybody, "quiz", bank_id)
    assert held() is held(), "nothing is read again while nothing changes"


@pytest.mark.proves("own-undone")
def test_each_deed_is_noted_and_undone(shared_stack, specialist):
    bank_id = keep(specialist)
    replace(specialist, bank_id, package(texts=(OWL, "Other?")))
    for deed in ("unshare", "withdraw"):
        act(specialist, bank_id, deed)
    assert ("quiz", bank_id) not in titles(specialist)
    me = access(shared_stack)

    page = f"{specialist.visit}/library/own/{bank_id}"
    for action in ("own_withdraw", "own_unshare", "own_replace"):
        with transaction(shared_stack.tool.sessions) as session:
            open_deeds = [
                each
                for each in list_deeds(session, me, bank_id)
                if each.undone_by_id is None and each.action != "own_undo"
            ]
        assert open_deeds[0].action == action and open_deeds[0].by_person_id is not None
        assert specialist.get(page).page.text.count(">Undo<") == 1
        specialist.post(f"{page}/undo/{open_deeds[0].id}")
        assert specialist.page.status_code == 200

    assert ("quiz", bank_id) in titles(specialist)
    assert (
        "Does the site name its maker?" in specialist.get(f"{specialist.visit}/library/quiz/{bank_id}").text
    )
    with transaction(shared_stack.tool.sessions) as session:
        line = get_line(session, me, bank_id)
    assert (line.bank.edition, line.bank.is_shared, line.bank.withdrawn_at) == (1, True, None)


def test_what_has_changed_since_is_not_undone(shared_stack, specialist):
    bank_id = keep(specialist)
    act(specialist, bank_id, "withdraw")
    (entry,) = shared_stack.rows(
        "SELECT id FROM audit_entry WHERE item_id = :b AND action = 'own_withdraw'", b=bank_id
    )
    act(specialist, bank_id, "unshare")

    specialist.post(f"{specialist.visit}/library/own/{bank_id}/undo/{entry['id']}")

    assert specialist.page.status_code == 409 and "This has changed since." in specialist.text
    with pytest.raises(NotFoundError), transaction(shared_stack.tool.sessions) as session:
        undo(session, access(shared_stack), "nothing", entry["id"], now=shared_stack.tool.clock())


def test_keeping_pressed_twice_keeps_once(shared_stack, teacher):
    upload(teacher, package("Twice"))
    page = teacher.path

    for _ in range(2):
        teacher.post(f"{page}/keep")
        assert teacher.page.status_code == 200 and "/library/own/twice-" in teacher.path

    assert shared_stack.count("own_edition", title="Twice", number=1) == 1
    assert shared_stack.count("audit_entry", item_id=teacher.path.rsplit("/", 1)[1]) == 1
    assert teacher.get(page).path.startswith(f"{teacher.visit}/library/own/twice-")


@pytest.mark.proves("own-noticed")
def test_two_at_once_by_one_name_are_both_kept(shared_stack):
    """Imports and replacements at the same moment, in one district: each is kept, and revisions are counted one by one."""
    tool, me = shared_stack.tool, access(shared_stack)
    before = shared_stack.rows(
        "SELECT revision FROM own_revision WHERE tenant_id = :t", t=shared_stack.tenant_id
    )

    def bring(bank_id):
        plan = Plan(bank_id=bank_id, title="Same name", skill="leave-the-page")
        imported = import_questions(package("Same name"), "quiz.zip", plan)
        with transaction(tool.sessions) as session:
            waiting = hold(session, me, imported, now=tool.clock())
        with transaction(tool.sessions) as session:
            return keep_edition(session, me, waiting.id, tool.library, now=tool.clock()).number

    with ThreadPoolExecutor(MOST_WAITING) as threads:  # of one person no more wait side by side
        new = list(threads.map(bring, [f"same-name-0000000{number}" for number in range(4)]))
        newer = list(threads.map(bring, ["same-name-00000000"] * 4))

    after = shared_stack.rows(
        "SELECT revision FROM own_revision WHERE tenant_id = :t", t=shared_stack.tenant_id
    )
    assert new == [1, 1, 1, 1] and sorted(newer) == [2, 3, 4, 5]
    assert after[0]["revision"] - (before[0]["revision"] if before else 0) >= 8


def test_a_report_waits_a_day_and_the_newest_few_of_each_person(shared_stack, teacher):
    paths = []
    for number in range(MOST_WAITING + 1):
        upload(teacher, package(f"Waiting {number}"))
        paths.append(teacher.path)

    assert teacher.get(paths[0]).page.status_code == 404
    assert "it waits for a day" in teacher.text
    assert [teacher.get(path).page.status_code for path in paths[1:]] == [200] * MOST_WAITING
    tool, later = shared_stack.tool, shared_stack.tool.clock() + WAITS * 1.1
    with transaction(tool.sessions) as session:
        assert forget_waiting(session, now=later) >= MOST_WAITING
    assert teacher.get(paths[-1]).page.status_code == 404


def test_a_title_that_is_there_already_leads_to_replacing(teacher):
    bank_id = keep(teacher, package("Known Title"))

    upload(teacher, package("known title"))

    assert "You have questions of this title already." in teacher.text
    assert f"library/bring-in?bank={bank_id}" in teacher.page.text


def test_the_form_for_a_newer_file_begins_with_what_the_bank_was_made_with(teacher):
    bank_id = keep(teacher, package("Begins"), skill="spot-the-purpose", grades="3-5", language="es")

    page = teacher.get(f"{teacher.visit}/library/bring-in?bank={bank_id}").page.text

    assert 'value="spot-the-purpose" selected' in page and 'value="3-5" selected' in page
    assert 'value="es" lang="es" selected' in page and 'value="Begins"' in page


def test_a_newer_file_says_what_is_new_changed_and_gone(teacher):
    bank_id = keep(teacher, package("Compared", texts=(OWL, SITE, "Gone?"), keys=("yes",) * 3))

    upload(teacher, package("Compared", texts=(OWL, "Another question?"), keys=("no", "yes")), bank=bank_id)

    assert "1 question is changed" in teacher.text and "1 question is new" in teacher.text
    assert "2 questions are gone" in teacher.text and "Gone?" in teacher.text
    upload(teacher, package("Compared", texts=(OWL, SITE, "Gone?"), keys=("yes",) * 3), bank=bank_id)
    assert "Nothing: the questions are the same as before." in teacher.text


def test_questions_that_cannot_be_asked_are_not_kept(shared_stack, teacher):
    """A picture without words makes its question a draft; a file of drafts makes no quiz."""
    upload(teacher, package("Drafts", texts=("<img src='owl.svg'> What is it?",), keys=("yes",)))
    assert "0 questions can be asked" in teacher.text and "Keep in our library" not in teacher.text

    teacher.post(f"{teacher.path}/keep")

    assert teacher.page.status_code == 400 and "These questions cannot be asked as they are." in teacher.text
    assert shared_stack.count("own_edition", title="Drafts", number=1) == 0


@pytest.mark.parametrize("deed", ["", "delete", "own_keep"])
def test_an_unknown_deed_gets_a_sentence(teacher, deed):
    bank_id = keep(teacher)

    assert act(teacher, bank_id, deed).page.status_code == 400
    assert "Choose what to do with these questions." in teacher.text


def test_more_text_than_a_bank_holds_is_refused_with_a_sentence(teacher):
    upload(teacher, package(texts=("Why? " * 1500,) * 80, keys=("yes",) * 80))

    assert teacher.page.status_code == 400
    assert "more text than one bank holds" in teacher.text and 'value="6-8" selected' in teacher.page.text


def test_more_pictures_than_a_bank_holds_are_refused_with_a_sentence(teacher, monkeypatch):
    monkeypatch.setattr("lti_tool.holdings.bringing.MOST_PACKED", 50)

    upload(teacher, package())

    assert teacher.page.status_code == 400 and "The pictures are more than one bank holds" in teacher.text


def test_a_zip_that_was_downloaded_comes_back_as_it_was(teacher):
    """The files of a content folder are read, too: so whoever writes YAML needs no access to the server."""
    bank_id = keep(teacher, package("There and back"))
    raw = teacher.get(f"{teacher.visit}/library/own/{bank_id}/zip").page.content
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        names = packed.namelist()

    upload(teacher, raw, bank=bank_id)

    assert f"quizzes/banks/{bank_id}.yaml" in names and any("media/owl-" in name for name in names)
    assert "2 taken over, 0 changed, 0 refused." in teacher.text


def test_a_full_district_is_told_what_to_do(shared_stack, teacher, monkeypatch):
    monkeypatch.setattr("lti_tool.holdings.bringing.MOST_BANKS", 0)
    upload(teacher, package("One too many"))

    teacher.post(f"{teacher.path}/keep")

    assert teacher.page.status_code == ConflictError.status
    assert "Withdraw one, or replace one of them by the new file." in teacher.text


def test_what_is_withdrawn_makes_room(shared_stack, specialist, teacher, monkeypatch):
    most = shared_stack.rows("SELECT count(*) AS n FROM own_bank WHERE withdrawn_at IS NULL")[0]["n"] + 1
    monkeypatch.setattr("lti_tool.holdings.bringing.MOST_BANKS", most)
    bank_id = keep(teacher, package("Fills it"))
    upload(specialist, package("No room yet"))
    path = specialist.path
    assert specialist.post(f"{path}/keep").page.status_code == 409

    act(teacher, bank_id, "withdraw")

    assert specialist.post(f"{path}/keep").page.status_code == 200


def test_one_teacher_fills_no_district(teacher, colleague, monkeypatch):
    monkeypatch.setattr("lti_tool.holdings.bringing.MOST_OF_ONE", 0)
    upload(teacher, package("Too many of mine"))

    assert teacher.post(f"{teacher.path}/keep").page.status_code == 409
    assert "You have 0 banks of questions" in teacher.text


def of_the_page(page, name):
    """A hidden field of its form."""
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


def test_an_old_page_does_nothing_to_questions_it_does_not_show(shared_stack, specialist, teacher):
    bank_id = keep(teacher, package("Two hands"))
    specialist.get(f"{specialist.visit}/library/own/{bank_id}")
    seen = of_the_page(specialist.page.text, "edition")
    upload(teacher, package("Two hands", keys=("no", "yes")), bank=bank_id)
    report, compared = teacher.path, of_the_page(teacher.page.text, "edition")
    replace(specialist, bank_id, package("Two hands", texts=(OWL, SITE, "New?"), keys=("yes",) * 3))

    kept = teacher.post(f"{report}/keep", {"edition": compared})
    shared = specialist.post(f"{specialist.visit}/library/own/{bank_id}", {"do": "share", "edition": seen})

    assert (kept.page.status_code, shared.page.status_code) == (409, 409)
    assert "Somebody has replaced these questions since." in teacher.text
    (row,) = shared_stack.rows("SELECT edition, is_shared FROM own_bank WHERE bank_id = :b", b=bank_id)
    assert row == {"edition": 2, "is_shared": False}
    again = teacher.post(f"{report}/keep", {"edition": of_the_page(teacher.page.text, "edition")})
    assert again.page.status_code == 200


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("library/own/{bank}/undo/99999999999999999999", {}),
        ("library/own/a%00b", {"do": "withdraw"}),
        ("library/own/{bank}", {"do": "share", "edition": "99999999999999999999"}),
    ],
)
def test_odd_addresses_and_numbers_are_refused_in_words(teacher, path, form):
    bank_id = keep(teacher, package("Odd"))

    answer = teacher.post(f"{teacher.visit}/{path.format(bank=bank_id)}", form)

    assert answer.page.status_code in (400, 404, 409) and "<h1" in answer.page.text
