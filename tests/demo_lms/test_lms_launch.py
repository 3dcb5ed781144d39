import html.parser

import pytest

from lti_tool.demo_lms import spec

LTI = spec.LTI_CLAIM


class FormReader(html.parser.HTMLParser):
    """Reads the action and the hidden fields of the one form on a page."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self.scripts = None, {}, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.action = attrs["action"]
        if tag == "input":
            self.fields[attrs["name"]] = attrs["value"]
        if tag == "script":
            self.scripts.append(attrs)


def test_click_posts_the_login_to_the_tool(tool):
    page = tool.http.get("/launch/grade-7-leave-the-page?as=student-076")

    form = FormReader(page.text)
    assert form.action == f"{tool.config.tool_url}/lti/login"
    assert form.fields["iss"] == "http://localhost:8401"
    assert form.fields["login_hint"] == tool.sub()
    assert form.fields["target_link_uri"] == f"{tool.config.tool_url}/lti/launch"
    assert form.fields["lti_deployment_id"] == "demo-1"
    assert form.fields["lti_storage_target"] == "_parent"
    assert f"'nonce-{form.scripts[0]['nonce']}'" in page.headers["Content-Security-Policy"]


def test_login_can_also_travel_in_the_address(tool):
    answer = tool.http.get("/launch/grade-7-leave-the-page?as=student-076&via=get")

    assert answer.status_code == 302
    assert answer.location.startswith(f"{tool.config.tool_url}/lti/login?iss=")


def test_student_launch_says_who_where_and_how_to_grade(tool):
    claims = tool.launch()

    assert claims["iss"] == "http://localhost:8401"
    assert claims["aud"] == claims["azp"] == "infolit-demo"
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["name"] == "Ana Morales"
    assert claims["locale"] == "es"
    assert claims[f"{LTI}lis"] == {"person_sourcedid": "S100076"}
    assert claims[f"{LTI}message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{LTI}version"] == "1.3.0"
    assert claims[f"{LTI}deployment_id"] == "demo-1"
    assert claims[f"{LTI}target_link_uri"] == f"{tool.config.tool_url}/lti/launch"
    assert f"{spec.MEMBERSHIP_ROLE}Learner" in claims[f"{LTI}roles"]
    assert claims[f"{LTI}context"]["id"] == tool.context_id()
    assert claims[f"{LTI}resource_link"]["title"] == "Leave the Page"
    assert claims[f"{LTI}custom"] == {
        "content": "module:leave-the-page",
        "school": "Harbor Middle & High",
        "school_id": "harbor",
        "grade": "7",
        "sis_user_id": "$Canvas.user.sisSourceId",
        "points": "20",
        "context_history": "",
        "link_history": "",
    }
    assert claims[f"{LTI}launch_presentation"]["document_target"] == "iframe"
    assert claims[spec.AGS_CLAIM]["lineitem"].endswith(tool.line_item_path())
    assert set(claims[spec.AGS_CLAIM]["scope"]) == set(spec.AGS_SCOPES)
    assert claims[spec.NRPS_CLAIM]["context_memberships_url"].endswith("/memberships")


def test_class_page_has_the_course_as_its_link_and_no_line_item(tool):
    claims = tool.launch("grade-7-class", "teacher-4")

    assert claims[f"{LTI}resource_link"]["id"] == tool.context_id()
    assert claims[f"{LTI}custom"]["view"] == "class"
    assert "lineitem" not in claims[spec.AGS_CLAIM]
    assert f"{spec.MEMBERSHIP_ROLE}Instructor" in claims[f"{LTI}roles"]


def test_board_launch_has_no_course(tool):
    claims = tool.launch("board", "specialist-1")

    assert claims[f"{LTI}resource_link"]["id"] == claims[f"{LTI}tool_platform"]["guid"]
    assert claims[f"{LTI}custom"] == {"view": "board"}
    assert claims[f"{LTI}roles"] == [f"{spec.INSTITUTION_ROLE}Staff"]
    assert {f"{LTI}context", spec.AGS_CLAIM, spec.NRPS_CLAIM}.isdisjoint(claims)


def test_id_token_is_signed_by_the_active_one_of_two_published_keys(tool):
    answer = tool.authorize(tool.start())

    header = tool.read(answer.json["fields"]["id_token"]).header
    kids = [key["kid"] for key in tool.http.get("/.well-known/jwks.json").json["keys"]]
    assert (header["alg"], header["kid"]) == ("RS256", kids[0])
    assert len(set(kids)) == 2


def test_published_keys_hold_nothing_private(tool):
    for key in tool.http.get("/.well-known/jwks.json").json["keys"]:
        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


def test_rotated_key_signs_and_the_key_before_stays_published(tool):
    before = [key["kid"] for key in tool.http.get("/.well-known/jwks.json").json["keys"]]

    kid = tool.http.post("/api/rotate-keys").json["kid"]

    after = [key["kid"] for key in tool.http.get("/.well-known/jwks.json").json["keys"]]
    assert after == [kid, before[0]]
    assert tool.read(tool.authorize(tool.start()).json["fields"]["id_token"]).header["kid"] == kid


def test_nonce_and_state_come_back(tool):
    answer = tool.authorize(tool.start(), nonce="n-1", state="s-1").json["fields"]

    assert answer["state"] == "s-1"
    assert tool.read(answer["id_token"]).claims["nonce"] == "n-1"


def test_auth_request_may_be_posted(tool):
    values = tool.auth_values(tool.start())

    answer = tool.http.post("/auth", data=values)

    assert "id_token" in FormReader(answer.text).fields


def test_hint_is_good_for_one_launch(tool):
    login = tool.start()
    tool.authorize(login)

    again = tool.authorize(login).json

    assert again["action"] == tool.config.launch_url
    assert again["fields"]["error"] == "launch_no_longer_valid"
    assert again["fields"]["state"] == "the-state"


def test_hint_expires_after_five_minutes(tool, clock):
    login = tool.start()
    clock.ahead_s = 301

    assert tool.authorize(login).json["fields"]["error"] == "launch_no_longer_valid"


def test_login_hint_of_somebody_else_is_refused(tool):
    answer = tool.authorize(tool.start(), login_hint=tool.sub("student-077"))

    assert answer.json["fields"]["error"] == "login_required"


def test_switching_the_person_in_the_browser_ends_the_launch(tool):
    tool.http.set_cookie("demo_user", "student-076")
    page = tool.http.get("/launch/grade-7-leave-the-page", headers={"Accept": "application/json"})
    tool.http.set_cookie("demo_user", "student-077")

    answer = tool.authorize(page.json["fields"])

    assert answer.json["fields"]["error"] == "login_required"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "someone-else"}, "unauthorized_client"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "code"}, "invalid_request"),
        ({"response_mode": None}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"login_hint": None}, "invalid_request"),
        ({"lti_message_hint": None}, "invalid_request"),
    ],
)
def test_faulty_auth_request_is_reported_to_the_tool(tool, changes, error):
    fields = tool.authorize(tool.start(), **changes).json["fields"]

    assert fields["error"] == error
    assert fields["error_description"]
    assert "id_token" not in fields


@pytest.mark.parametrize("uri", ["http://evil.example/lti/launch", None, "EXTRA"])
def test_unknown_redirect_uri_gets_a_page_and_nothing_is_posted(tool, uri):
    wrong = f"{tool.config.launch_url}?x=1" if uri == "EXTRA" else uri

    answer = tool.http.get("/auth", query_string=tool.auth_values(tool.start(), redirect_uri=wrong))

    assert answer.status_code == 400
    assert "id_token" not in answer.text
    assert "redirect_uri must be exactly" in answer.text


@pytest.mark.parametrize(
    ("link", "person", "status"),
    [
        ("grade-8-leave-the-page", "student-076", 403),
        ("board", "teacher-4", 403),
        ("grade-7-leave-the-page", "specialist-1", 403),
        ("no-such-link", "student-076", 404),
        ("grade-7-leave-the-page", "nobody", 404),
    ],
)
def test_launch_is_for_members_only(tool, link, person, status):
    assert tool.http.get(f"/launch/{link}?as={person}").status_code == status


def test_launch_without_a_person_asks_to_pick_one(tool):
    assert tool.http.get("/launch/grade-7-leave-the-page").status_code == 401


def test_own_window_is_told_to_the_tool(tool):
    tool.http.set_cookie("demo_user", "student-076")
    page = tool.http.get("/launch/grade-7-leave-the-page?window=1", headers={"Accept": "application/json"})

    id_token = tool.authorize(page.json["fields"]).json["fields"]["id_token"]

    assert tool.read(id_token).claims[f"{LTI}launch_presentation"]["document_target"] == "window"


def test_openid_configuration_names_the_endpoints(tool):
    document = tool.http.get("/.well-known/openid-configuration").json

    assert document["issuer"] == tool.config.issuer
    assert document["token_endpoint"] == f"{tool.config.base_url}/token"
    assert document["jwks_uri"].endswith("/.well-known/jwks.json")
    assert document["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
