"""1EdTech's certification set for tools, posted at the front door: what is right opens a page, what is wrong gets one that helps.

The list: https://www.imsglobal.org/spec/lti/v1p3/cert, sections 5 (bad payloads) and 6 (valid launches for teachers and students).
"""

import re

import pytest
from lti_stand_in import DROP, MEMBERSHIP, NOW, TARGET, query_of
from test_lti_launch_battery import ACCEPTED_CLAIMS, INSTITUTION, REFUSED_CLAIMS, REFUSED_HEADERS

from lti_tool.lti import spec

AT = int(NOW.timestamp())
NO_NAMES = {"name": DROP, "given_name": DROP, "family_name": DROP}
SUB_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership/"

GOOD = {
    "normal": {},
    "many roles": {
        "more_roles": [INSTITUTION + "Guest", "http://purl.imsglobal.org/vocab/lis/v2/system/person#User"]
    },
    "short role": {"is_short": True},
    "unknown role": {spec.ROLES: ["http://lms.example/roles#Wizard"]},
    "no role": {spec.ROLES: []},
    "e-mail only": NO_NAMES,
    "names only": {"email": DROP},
    "no personal data": NO_NAMES | {"email": DROP},
    "e-mail without context": NO_NAMES | {spec.CONTEXT: DROP},
}
BAD = {
    "no kid": {"header": {"kid": DROP}},
    "wrong kid": {"header": {"kid": "no-such-key"}},
    "wrong LTI version": {spec.VERSION: "1.1.0"},
    "no LTI version": {spec.VERSION: DROP},
    "invalid LTI message": {spec.MESSAGE_TYPE: "LtiSurprise"},
    "missing LTI claims": dict.fromkeys(
        (spec.VERSION, spec.MESSAGE_TYPE, spec.ROLES, spec.RESOURCE_LINK), DROP
    ),
    "timestamps wrong": {"iat": AT - 7200, "exp": AT - 3600},
    "message_type missing": {spec.MESSAGE_TYPE: DROP},
    "roles missing": {spec.ROLES: DROP},
    "deployment_id missing": {spec.DEPLOYMENT_ID: DROP},
    "resource_link id missing": {spec.RESOURCE_LINK: {"title": "Leave the Page"}},
    "sub missing": {"sub": DROP},
}


def claims_of(case, role):
    """A case's claims for a teacher or a student."""
    case = dict(case)
    short, more = case.pop("is_short", False), case.pop("more_roles", [])
    return {spec.ROLES: [role if short else MEMBERSHIP + role, *more]} | case


@pytest.mark.proves("launch-certified-good")
@pytest.mark.parametrize("role", ["Instructor", "Learner"])
@pytest.mark.parametrize("name", GOOD)
def test_valid_launch_opens_a_page(door, name, role):
    browser = door.browser().launch(**claims_of(GOOD[name], role))

    assert browser.status == 200
    assert "<h1" in browser.page.text
    assert door.written()["launch_session"] == 1
    assert door.written()["section"] == (0 if name == "e-mail without context" else 1)


@pytest.mark.proves(
    "launch-certified-bad", "launch-refusal-helps", "launch-refusal-language", "launch-refusal-writes-nothing"
)
@pytest.mark.parametrize("name", BAD)
def test_bad_payload_gets_a_page_that_helps_in_the_users_language(door, name):
    refused = {language: door.browser(language).launch(**BAD[name]) for language in ("en-US", "es-MX")}

    english, spanish = refused["en-US"], refused["es-MX"]
    for browser in refused.values():
        assert browser.status in (400, 401)
        assert re.search(r"\b[0-9A-F]{8}\b", browser.text), "the reference number"
    assert "What to do next" in english.text
    assert '<html lang="es">' in spanish.text
    assert english.message != spanish.message
    assert english.next_step != spanish.next_step
    assert set(door.written().values()) == {0}


@pytest.mark.proves("launch-refusal-helps", "launch-refusal-language", "launch-refusal-writes-nothing")
@pytest.mark.parametrize("name", [*REFUSED_CLAIMS, *REFUSED_HEADERS])
def test_every_other_wrong_launch_gets_such_a_page_too(door, name):
    if name in REFUSED_HEADERS:
        browser = door.browser("es").launch(header=REFUSED_HEADERS[name])
    else:
        browser = door.browser("es").launch(**REFUSED_CLAIMS[name][0])

    assert browser.status in (400, 401)
    assert not re.search(r"\b(the|this|your|InfoLit could)\b", browser.message), browser.message
    assert set(door.written().values()) == {0}


@pytest.mark.parametrize("name", ACCEPTED_CLAIMS)
def test_every_launch_that_is_right_opens_a_page(door, name):
    assert (
        door.browser().launch(**{spec.ROLES: [MEMBERSHIP + "Instructor"]} | ACCEPTED_CLAIMS[name]).status
        == 200
    )


LOGIN = {
    "iss": "https://lms.example",
    "login_hint": "h",
    "target_link_uri": TARGET,
    "client_id": "client-100",
}


@pytest.mark.proves("launch-get-and-post-login")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_login_begins_by_either_method(door, method):
    values = {"query_string" if method == "GET" else "data": LOGIN}

    answer = door.app.test_client().open("/lti/login", method=method, **values)

    assert answer.status_code == 302
    assert query_of(answer.headers["Location"])["response_mode"] == "form_post"


@pytest.mark.proves("launch-post-only")
def test_token_in_an_address_is_not_taken(door):
    browser = door.browser()
    begun = browser.begin()
    form = {"state": begun["state"], "id_token": door.lms.sign(door.lms.claims(begun["nonce"]))}

    answer = browser.client.get("/lti/launch", query_string=form, headers=browser.headers)

    assert answer.status_code == 400
    assert set(door.written().values()) == {0}
