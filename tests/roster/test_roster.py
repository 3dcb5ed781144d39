"""The class list over HTTP: who is in the class without having opened anything, who has left, and what a bad list must not do."""

import re

import pytest
from class_lists import MEMBERS, edited, refused, with_next
from stack import ANA, BEN, CLASS_LINK, MODULE_LINK, TEACHER
from working import run_jobs

from lti_tool.errors import DeliveryError, DeliveryRefusedError, DeliveryRetryError
from lti_tool.upkeep import platforms_with_rosters, sync_rosters


def finish(browser):
    for _ in range(40):
        if 'value="finish"' in browser.text:
            return browser.submit("finish")
        browser.submit("next")
    raise AssertionError("the look back never came")


def tiles(browser):
    """The counts of an assignment's page."""
    found = re.findall(r'tile-number">(\d+)</span><span class="tile-label">([^<]+)<', browser.text)
    return {label: int(number) for number, label in found}


def jobs(stack):
    return stack.count("procrastinate_jobs", task_name="sync_roster")


# When it is read


@pytest.mark.proves("roster-first-launch")
def test_first_teacher_has_the_list_read_by_the_worker(stack):
    stack.launch(MODULE_LINK, ANA)
    assert jobs(stack) == 0

    stack.launch(CLASS_LINK, TEACHER)
    assert jobs(stack) == 1
    run_jobs(stack)

    assert stack.count("enrollment") == MEMBERS
    stack.launch(CLASS_LINK, TEACHER)
    assert jobs(stack) == 0, "a list that was read is not asked for at every launch"


@pytest.mark.proves("roster-on-demand")
def test_button_reads_the_list_and_says_when(stack, class_list):
    teacher = class_list.open()
    assert "1 student" not in teacher.text
    assert "Not read from your LMS yet" in teacher.text

    teacher.post(f"{teacher.path}/roster")

    assert "25 students" in teacher.text
    assert "Read from your LMS on" in teacher.text


@pytest.mark.proves("roster-nightly")
def test_night_reads_every_list(stack, class_list):
    class_list.open()

    assert platforms_with_rosters(stack.tool) == [stack.platform_id]
    assert sync_rosters(stack.tool, stack.platform_id) == 1
    assert class_list.active() == MEMBERS

    stack.let_pass(days=200)
    assert platforms_with_rosters(stack.tool) == [], "a class that nobody opens any more is left alone"


def test_lms_without_a_list_says_so_on_the_page(class_list):
    teacher = class_list.open()
    class_list.forget_address()

    teacher.get(teacher.path)

    assert "does not give InfoLit the class list" in teacher.text
    assert "Update the class list" not in teacher.text


# What it changes


@pytest.mark.proves("roster-not-started", "roster-paging")
def test_page_shows_who_has_not_started(stack, class_list, wire):
    finish(stack.launch(MODULE_LINK, ANA))
    teacher = class_list.open()

    assert class_list.sync() == MEMBERS

    assert len(wire.asked) == 3, "ten a page"
    teacher.get(teacher.path).get_link("Leave the Page")
    assert tiles(teacher) == {"finished": 1, "working on it": 0, "not started": 24}
    assert stack.person(BEN).name in teacher.text


@pytest.mark.proves("roster-accept")
def test_list_is_asked_for_as_nothing_but_a_class_list(class_list, wire):
    class_list.open()

    class_list.sync()

    assert set(wire.accepted) == {"application/vnd.ims.lti-nrps.v2.membershipcontainer+json"}


def test_people_who_launched_before_are_the_same_people(stack, class_list):
    stack.launch(MODULE_LINK, ANA)
    class_list.open()
    before = stack.count("person")

    class_list.sync()
    class_list.sync()

    assert stack.count("person") == before + MEMBERS - 2
    assert stack.count("enrollment", source="roster") == MEMBERS
    stack.launch(MODULE_LINK, BEN)
    assert stack.count("person") == before + MEMBERS - 2


@pytest.mark.proves("roster-status")
def test_student_who_left_is_not_counted_and_stays_readable(stack, class_list):
    finish(stack.launch(MODULE_LINK, ANA))
    name = stack.person(ANA).name
    teacher = class_list.open()
    class_list.sync()
    stack.let_pass(seconds=5)

    class_list.remove(ANA)
    class_list.sync()

    teacher.get(teacher.path).get_link("Leave the Page")
    assert tiles(teacher) == {"finished": 0, "working on it": 0, "not started": 24}
    assert "No longer in this class" in teacher.text
    teacher.get_link(name)
    assert "Finished" in teacher.text


def test_student_who_left_and_opens_it_again_is_back(stack, class_list):
    class_list.open()
    class_list.sync()
    stack.let_pass(seconds=5)
    with stack.tool.sessions.begin() as session:
        session.connection().exec_driver_sql(
            "UPDATE enrollment SET status = 'inactive' WHERE role = 'learner'"
        )

    stack.launch(MODULE_LINK, ANA)

    assert stack.count("enrollment", status="active", role="learner") == 1


def test_teacher_who_left_loses_the_class(stack, class_list):
    teacher = class_list.open()
    class_list.sync()
    assert teacher.get(teacher.path).page.status_code == 200
    stack.let_pass(seconds=5)

    class_list.remove(TEACHER)
    class_list.sync()

    assert teacher.get(teacher.path).page.status_code == 403


@pytest.mark.proves("roster-roles")
def test_role_follows_the_list(stack, class_list, wire):
    class_list.open()
    class_list.sync()

    def promote(body):
        body["members"][1]["roles"] = [
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
        ]

    wire.asked.clear()
    wire.answers[1] = edited(promote)
    class_list.sync()

    assert stack.count("enrollment", role="assistant") == 1
    assert stack.count("enrollment", role="learner") == MEMBERS - 2


@pytest.mark.proves("roster-roles")
def test_institution_role_in_the_list_makes_no_teacher(stack, class_list, wire):
    def decorate(body):
        body["members"][1]["roles"].append(
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"
        )

    wire.answers[1] = edited(decorate)
    class_list.open()
    class_list.sync()

    assert stack.count("enrollment", role="instructor") == 1


@pytest.mark.proves("roster-status")
def test_member_marked_inactive_is_not_counted(stack, class_list, wire):
    class_list.open()
    wire.answers[1] = edited(lambda body: body["members"][1].update(status="Inactive"))

    class_list.sync()

    assert class_list.active() == MEMBERS - 1


@pytest.mark.proves("roster-member-messages")
def test_sis_id_comes_from_the_launch_message_where_the_list_has_none(stack, class_list, wire):
    def strip(body):
        for member in body["members"]:
            member.pop("lis_person_sourcedid", None)

    class_list.open()
    before = stack.count("person_alias", kind="sis")
    wire.answers = {number: edited(strip) for number in range(1, 7)}
    class_list.sync()

    assert stack.count("person_alias", kind="sis") == before + MEMBERS - 1, "the teacher's was known"
    assert "rlid=" in wire.asked[3]


@pytest.mark.proves("roster-unresolved")
def test_unresolved_variable_is_no_sis_id(stack, class_list, wire):
    def leave_unresolved(body):
        for member in body["members"]:
            member["lis_person_sourcedid"] = "$Person.sourcedId"
            for message in member.get("message", ()):
                message.pop("https://purl.imsglobal.org/spec/lti/claim/lis", None)

    class_list.open()
    before = stack.count("person_alias", kind="sis")
    wire.answers = {number: edited(leave_unresolved) for number in range(1, 7)}
    class_list.sync()

    assert stack.count("person_alias", kind="sis") == before


# What must change nothing


@pytest.fixture
def known(stack, class_list, wire):
    """A class whose list was read once, and whose LMS has changed since."""
    class_list.open()
    class_list.sync()
    stack.let_pass(seconds=5)
    class_list.remove("student-080", "student-090")
    wire.asked.clear()
    return class_list


BAD = {
    "page 2 answers 500": refused(500),
    "page 2 asks to wait": refused(429, **{"Retry-After": "7"}),
    "page 2 is spent": refused(403, **{"X-Rate-Limit-Remaining": "0"}),
    "page 2 is forbidden": refused(403),
    "page 2 is gone": refused(404),
    "page 2 moved": refused(302, Location="https://elsewhere.example/"),
    "page 2 is no list": edited(lambda body: body.pop("members")),
    "page 2 has a nameless member": edited(lambda body: body["members"][0].pop("user_id")),
    "page 2 has no roles": edited(lambda body: body["members"][0].pop("roles")),
    "rest is elsewhere": with_next("https://elsewhere.example/memberships"),
    "rest is on another port": with_next("http://localhost:1/memberships"),
}


@pytest.mark.proves("roster-complete-only", "roster-same-origin")
def test_list_that_breaks_off_deactivates_nobody(known, wire):
    for name, becomes in BAD.items():
        wire.asked.clear()
        wire.answers = {2: becomes}

        with pytest.raises(DeliveryError) as problem:
            known.sync()

        assert known.active() == MEMBERS, name
        assert known.section()["roster_error"] == problem.value.message, name
        assert len(wire.asked) <= 2, name


@pytest.mark.proves("roster-loop-guard")
def test_list_that_goes_round_in_circles_is_given_up(known, wire):
    wire.answers = {number: with_next(known.section()["memberships_url"]) for number in range(1, 9)}

    with pytest.raises(DeliveryRefusedError, match="does not end"):
        known.sync()
    assert known.active() == MEMBERS
    assert len(wire.asked) == 1


@pytest.mark.proves("roster-complete-only")
def test_empty_list_is_not_believed(known, wire):
    wire.answers = {number: edited(lambda body: body.update(members=[])) for number in range(1, 4)}

    with pytest.raises(DeliveryRefusedError, match="empty class list"):
        known.sync()
    assert known.active() == MEMBERS


def test_reason_stands_on_the_page_until_a_list_comes(stack, known, wire):
    teacher = stack.launch(CLASS_LINK, TEACHER)
    known._set("memberships_url = memberships_url || '?limit=10'")
    wire.answers[2] = refused(500)

    teacher.post(f"{teacher.path}/roster")
    assert teacher.page.status_code == 200
    assert "The class list could not be read." in teacher.text
    assert "Try again in a few minutes" in teacher.text

    teacher.post(f"{teacher.path}/roster")
    assert "could not be read" not in teacher.text
    assert "23 students" in teacher.text


@pytest.mark.proves("roster-complete-only")
def test_who_comes_while_the_list_is_read_stays(stack, known, wire):
    """The list was made before they were in; they launched before it was applied."""

    def meanwhile(response):
        stack.launch(MODULE_LINK, ANA)
        return response

    ana = stack.person(ANA).sub
    wire.answers[1] = edited(
        lambda body: body.update(members=[each for each in body["members"] if each["user_id"] != ana])
    )
    wire.answers[3] = meanwhile
    known.sync()

    assert known.active() == MEMBERS - 2


def test_other_classes_stay_as_they_are(stack, known):
    stack.launch("grade-8-class", "teacher-5")

    known.sync()

    assert known.active() == MEMBERS - 2 + 1


@pytest.mark.proves("roster-nightly")
def test_lms_that_is_down_is_asked_once_a_night(stack, known, wire):
    wire.answers = {number: refused(503) for number in range(1, 9)}

    assert sync_rosters(stack.tool, stack.platform_id) == 0
    assert len(wire.asked) == 1
    with pytest.raises(DeliveryRetryError):
        known.sync()
