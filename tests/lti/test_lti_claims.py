"""What a launch tells, in our words."""

import pytest
from lti_stand_in import MEMBERSHIP, PUBLIC_URL, TARGET, StandInLMS

from lti_tool.facts.launch import LaunchContext, LaunchLink, LaunchServices, Role
from lti_tool.lti import spec
from lti_tool.lti.claims import read_launch
from lti_tool.lti.roles import read_role
from lti_tool.lti.tables import Platform

LMS = StandInLMS()
SUB = "http://purl.imsglobal.org/vocab/lis/v2/membership/"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"


def read(**changes):
    platform = Platform(issuer=LMS.issuer, client_id="client-100")
    return read_launch(
        LMS.claims("n", **changes), platform=platform, public_url=PUBLIC_URL, browser_key="key"
    )


@pytest.mark.proves("launch-context-roles")
@pytest.mark.parametrize(
    ("names", "role"),
    [
        ([MEMBERSHIP + "Learner"], Role.LEARNER),
        (["Learner"], Role.LEARNER),
        (["Instructor"], Role.INSTRUCTOR),
        ([MEMBERSHIP + "Instructor"], Role.INSTRUCTOR),
        ([MEMBERSHIP + "Instructor", SUB + "Instructor#TeachingAssistant"], Role.ASSISTANT),
        ([SUB + "Instructor#TeachingAssistant"], Role.ASSISTANT),
        ([SUB + "Instructor#Grader", MEMBERSHIP + "Instructor"], Role.ASSISTANT),
        ([SUB + "Instructor#PrimaryInstructor"], Role.INSTRUCTOR),
        ([MEMBERSHIP + "Mentor"], Role.OBSERVER),
        ([MEMBERSHIP + "ContentDeveloper"], Role.DESIGNER),
        ([MEMBERSHIP + "Learner", INSTITUTION + "Instructor", SYSTEM + "Administrator"], Role.LEARNER),
        ([INSTITUTION + "Instructor"], Role.NONE),
        ([INSTITUTION + "Student"], Role.NONE),
        ([SYSTEM + "SysAdmin"], Role.NONE),
        (["http://purl.imsglobal.org/vocab/lis/v2/person#Instructor"], Role.NONE),
        (["http://lms.example/membership#Instructor"], Role.NONE),
        (["instructor"], Role.NONE),
        ([""], Role.NONE),
        ([], Role.NONE),
        ([MEMBERSHIP + "Learner", MEMBERSHIP + "Instructor"], Role.INSTRUCTOR),
        ([MEMBERSHIP + "Mentor", MEMBERSHIP + "Learner"], Role.LEARNER),
    ],
)
def test_roles_in_the_course_decide(names, role):
    assert read_role(names) is role


def test_test_student_is_told_apart_from_a_learner():
    test_user = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

    launch = read(**{spec.ROLES: [MEMBERSHIP + "Learner", test_user]})

    assert (launch.role, launch.person.is_test_student) == (Role.LEARNER, True)
    assert not read().person.is_test_student


def test_everything_an_lms_tells_arrives():
    launch = read(
        **{
            spec.LIS: {"person_sourcedid": "sis-7"},
            spec.AGS: {
                "scope": [spec.SCOPE_SCORE],
                "lineitem": "https://lms.example/i/7?type_id=1",
                "lineitems": "https://lms.example/i",
            },
            spec.NRPS: {"context_memberships_url": "https://lms.example/m"},
            spec.PRESENTATION: {
                "document_target": "iframe",
                "return_url": "https://lms.example/back",
                "locale": "es_MX",
            },
        }
    )

    assert (launch.person.subject, launch.person.name, launch.person.sourced_id) == (
        "learner-7",
        "Ana Morales",
        "sis-7",
    )
    assert launch.context == LaunchContext(context_id="course-1", label="7B", title="Grade 7 Library")
    assert launch.link == LaunchLink(resource_link_id="link-1", title="Leave the Page")
    assert launch.services == LaunchServices(
        line_item_url="https://lms.example/i/7?type_id=1",
        line_items_url="https://lms.example/i",
        scopes=frozenset({spec.SCOPE_SCORE}),
        memberships_url="https://lms.example/m",
    )
    assert (launch.return_url, launch.document_target, launch.locale) == (
        "https://lms.example/back",
        "iframe",
        "es-MX",
    )
    assert (launch.message, launch.target_link_uri, launch.browser_key) == ("resource_link", TARGET, "key")


@pytest.mark.proves("launch-custom-keys", "launch-literal-variables")
def test_custom_keys_are_lower_case_and_untold_values_left_out():
    launch = read(
        **{
            spec.CUSTOM: {
                "Module": "leave-the-page",
                "SIS": "$Canvas.user.sisSourceId",
                "empty": "",
                "points": 10,
                "price": "$5 off",
                "nothing": None,
                "nested": {"a": 1},
            }
        }
    )

    assert launch.custom == {"module": "leave-the-page", "points": "10", "price": "$5 off"}


@pytest.mark.proves("launch-literal-variables")
def test_unresolved_variables_are_nobodys_name_or_id():
    launch = read(
        name="$Person.name.full",
        given_name="$Person.name.given",
        email="$Person.email.primary",
        **{spec.LIS: {"person_sourcedid": "$Person.sourcedId"}},
    )

    assert (launch.person.name, launch.person.given_name, launch.person.email, launch.person.sourced_id) == (
        None,
        None,
        None,
        None,
    )


def test_texts_lose_what_a_database_cannot_hold_and_what_is_too_long():
    launch = read(name="Ana\x00\ud800Morales", **{spec.RESOURCE_LINK: {"id": "l", "title": "t" * 9000}})

    assert launch.person.name == "Ana Morales"
    assert launch.link.title == "t" * 255


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://lms.example/",
        "https://",
        "https://a b/",
        "//lms.example",
        7,
        None,
        {"a": 1},
    ],
)
def test_addresses_that_are_none_count_as_absent(address):
    launch = read(
        **{spec.PRESENTATION: {"return_url": address}, spec.AGS: {"lineitem": address, "scope": "all"}}
    )

    assert (launch.return_url, launch.services) == (None, LaunchServices())


def test_shortened_email_would_be_somebody_elses():
    assert read(email="a" * 250 + "@x.example").person.email is None
