"""What somebody sees who comes in a role: only what they are in the course counts, and each role has a page that works."""

import re

import pytest
from lti_stand_in import DROP, MEMBERSHIP, register
from sqlalchemy import text
from test_lti_launch_battery import INSTITUTION

from lti_tool.db.connect import transaction
from lti_tool.lti import spec
from lti_tool.people.tables import Tenant

LESSON = {spec.CUSTOM: {"content": "module:leave-the-page"}}
SUB_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership/"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def come(door, *roles, sub="somebody", **changes):
    return door.browser().launch(**{spec.ROLES: list(roles), "sub": sub, "name": "Kim"} | changes)


def student_worked(door):
    """A learner of the course has opened the lesson."""
    browser = door.browser().launch(**LESSON | {"name": "Ana Morales", "sub": "ana"})
    assert "/attempt/" in browser.page.request.path
    return browser


def count(door, statement):
    with door.engine.connect() as connection:
        return connection.execute(text(statement)).scalar()


@pytest.mark.proves("launch-context-roles")
@pytest.mark.parametrize(
    "roles",
    [
        (MEMBERSHIP + "Learner", INSTITUTION + "Instructor"),
        ("Learner", INSTITUTION + "Administrator", SYSTEM + "SysAdmin"),
        (INSTITUTION + "Faculty", MEMBERSHIP + "Learner"),
    ],
)
def test_learner_who_is_staff_elsewhere_works_as_a_learner(door, roles):
    browser = come(door, *roles, **LESSON)

    assert "/attempt/" in browser.page.request.path
    assert count(door, "SELECT role FROM enrollment") == "learner"
    token = browser.page.request.path.split("/")[2]
    assert browser.client.get(f"/at/{token}/class", headers=browser.headers).status_code == 403


@pytest.mark.proves("launch-context-roles", "launch-no-role")
@pytest.mark.parametrize(
    "roles",
    [(), (INSTITUTION + "Instructor",), (SYSTEM + "Administrator",), ("http://lms.example/roles#Wizard",)],
)
def test_no_role_in_the_course_is_told_with_what_to_do(door, roles):
    student_worked(door)

    browser = come(door, *roles, **LESSON)

    assert browser.status == 200
    assert "no role for you in this course" in browser.text
    assert "ask your LMS administrator" in browser.text
    assert "Ana Morales" not in browser.text
    assert count(door, "SELECT count(*) FROM attempt") == 1


@pytest.mark.proves("launch-assistant")
@pytest.mark.parametrize(
    "roles", [(MEMBERSHIP + "Instructor", SUB_ROLE + "Instructor#TeachingAssistant"), ("TeachingAssistant",)]
)
def test_assistant_sees_the_class(door, roles):
    student_worked(door)

    browser = come(door, *roles, **LESSON)

    assert "/assignment/" in browser.page.request.path
    assert "Ana Morales" in browser.text


@pytest.mark.proves("launch-designer")
def test_designer_looks_at_the_content_and_sees_no_student(door):
    student_worked(door)

    browser = come(door, MEMBERSHIP + "ContentDeveloper", **LESSON)

    assert "/attempt/" in browser.page.request.path
    assert "preview" in browser.text.lower()
    token = browser.page.request.path.split("/")[2]
    assert browser.client.get(f"/at/{token}/class", headers=browser.headers).status_code == 403
    home = browser.client.get(f"/at/{token}/", headers=browser.headers)
    assert "You design this course" in home.text
    assert "Ana Morales" not in home.text
    assert count(door, "SELECT count(*) FROM attempt WHERE NOT is_preview") == 1


@pytest.mark.proves("launch-observer")
@pytest.mark.parametrize("role", [MEMBERSHIP + "Mentor", "Mentor"])
def test_observer_is_told_what_they_may_see(door, role):
    student_worked(door)

    browser = come(door, role, INSTITUTION + "Observer", **LESSON)

    assert browser.status == 200
    assert "here as an observer" in browser.text
    assert "Ana Morales" not in browser.text
    assert count(door, "SELECT count(*) FROM attempt") == 1


@pytest.mark.proves("launch-test-student")
def test_test_student_works_and_is_nobodys_classmate(door):
    browser = come(door, MEMBERSHIP + "Learner", TEST_USER, sub="test-student", name="Test Student", **LESSON)

    assert "/attempt/" in browser.page.request.path
    teacher = come(door, MEMBERSHIP + "Instructor", sub="teacher", **LESSON)
    assert "Test Student" not in teacher.text


@pytest.mark.proves("launch-bare")
@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("Instructor", "Your LMS did not say which course you come from"),
        ("Learner", "Go back to your course"),
        ("Mentor", "here as an observer"),
        ("ContentDeveloper", "You design this course"),
    ],
)
def test_menu_that_names_neither_link_nor_course_opens_a_page_that_helps(
    door, sessions, tenant_id, lms, role, words
):
    be_schoology(door)

    browser = come(door, MEMBERSHIP + role, **{spec.RESOURCE_LINK: DROP, spec.CONTEXT: DROP})

    assert browser.status == 200
    assert words in browser.text


def be_schoology(door):
    with door.engine.begin() as connection:
        connection.execute(text("UPDATE platform SET product = 'schoology'"))


@pytest.mark.proves("launch-bare")
def test_from_such_a_menu_everybody_goes_on_to_what_is_theirs(door):
    be_schoology(door)
    student_worked(door)
    come(door, "Instructor", sub="teacher", **LESSON)
    bare = {spec.RESOURCE_LINK: DROP, spec.CONTEXT: DROP}

    student = door.browser().launch(**bare | {"sub": "ana"})
    teacher = come(door, "Instructor", sub="teacher", **bare)

    assert follow(student, "Leave the Page").status == 200
    assert "/attempt/" in student.page.request.path
    assert "Ana Morales" in follow(follow(teacher, "Grade 7 Library"), "Leave the Page").text


def follow(browser, words):
    """Click the link with these words."""
    target = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}</a>', browser.page.text).group(1)
    browser.page = browser.client.get(target, headers=browser.headers)
    return browser


@pytest.mark.proves("launch-one-issuer-two-districts")
def test_two_districts_of_one_issuer_share_nobody(door, sessions, tenant_id, lms):
    student_worked(door)
    with transaction(sessions) as session:
        harbor = Tenant(slug="harbor", name="Harbor Schools")
        session.add(harbor)
    register(sessions, harbor.id, lms, client_id="client-200")

    teacher = door.browser()
    begun = teacher.begin(client_id="client-200")
    claims = lms.claims(
        begun["nonce"], **LESSON | {"aud": "client-200", "sub": "teacher", spec.ROLES: ["Instructor"]}
    )
    teacher.arrive({"state": begun["state"], "id_token": lms.sign(claims)})

    assert "/assignment/" in teacher.page.request.path
    assert "Ana Morales" not in teacher.text
    assert count(door, "SELECT count(*) FROM section") == 2
