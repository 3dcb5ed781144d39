"""Whatever is posted at the front door, a page comes back that says what to do: never an internal error, before the launch or after it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lti_stand_in import DROP, MEMBERSHIP, TARGET, StandInLMS
from test_lti_launch_fuzz import CLAIMS, headers, text, values

from lti_tool.lti import spec

pytestmark = pytest.mark.proves("launch-never-500")
a_few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LMS = StandInLMS()
ROLES = st.lists(
    st.sampled_from([MEMBERSHIP + "Learner", "Instructor", "Mentor", MEMBERSHIP + "ContentDeveloper"]),
    max_size=2,
)
CUSTOM = st.dictionaries(
    st.sampled_from(
        ["content", "offer", "view", "points", "grade", "school", "context_history", "link_history"]
    ),
    values
    | st.sampled_from(
        ["module:leave-the-page", "quiz:leave-the-page", "module:../x", "1e999", "-1", "nan", "board"]
    ),
    max_size=4,
)
fields = st.sampled_from(
    [
        "iss",
        "client_id",
        "login_hint",
        "lti_message_hint",
        "target_link_uri",
        "lti_deployment_id",
        "state",
        "id_token",
        "error",
        "error_description",
        "lti_storage_target",
    ]
)


@given(
    changes=st.dictionaries(st.sampled_from(CLAIMS), values | st.just(DROP), max_size=3),
    roles=ROLES,
    custom=CUSTOM,
    is_deep_linking=st.booleans(),
)
@a_few
def test_mutated_launch_opens_a_page_or_is_refused(door, changes, roles, custom, is_deep_linking):
    told = {spec.ROLES: roles, spec.CUSTOM: custom}
    if is_deep_linking:
        told |= {
            spec.MESSAGE_TYPE: "LtiDeepLinkingRequest",
            spec.DEEP_LINKING: {"deep_link_return_url": "https://lms.example/return"},
        }

    browser = door.browser().launch(**told | changes)

    assert browser.status < 500, browser.text
    assert "<h1" in browser.page.text


@given(header=headers, payload=st.binary(max_size=60) | st.none())
@a_few
def test_mutated_token_is_refused_or_opens_a_page(door, header, payload):
    browser = door.browser()
    begun = browser.begin()
    claims = payload if payload is not None else door.lms.claims(begun["nonce"])

    browser.arrive({"state": begun["state"], "id_token": door.lms.sign(claims, header=header)})

    assert browser.status < 500, browser.text
    assert "<h1" in browser.page.text


@given(
    form=st.dictionaries(
        fields, text | st.text(max_size=200) | st.sampled_from([LMS.issuer, TARGET, "client-100"]), max_size=6
    ),
    path=st.sampled_from(["/lti/login", "/lti/launch"]),
    is_get=st.booleans(),
)
@a_few
def test_any_form_at_either_address_is_answered(door, form, path, is_get):
    client = door.app.test_client()
    form = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}

    answer = client.get(path, query_string=form) if is_get else client.post(path, data=form)

    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"a=%ff&state=%00", b"id_token=" + b"x" * 2_000_000, b"{}"]
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "x"]
)
def test_body_that_is_no_form_is_refused(door, body, kind):
    for path in ("/lti/login", "/lti/launch"):
        answer = door.app.test_client().post(path, data=body, content_type=kind)

        assert 400 <= answer.status_code < 500
