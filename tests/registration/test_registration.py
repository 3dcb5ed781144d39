"""An LMS registers itself: the link works once, what it says is kept, what it refuses is explained, and then launches come in."""

import html
import re
from dataclasses import replace
from threading import Barrier, Thread
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from stack import ANA, MODULE_LINK

from lti_tool.lti import spec
from lti_tool.lti.deployments import approve_deployment


@pytest.mark.proves("reg-exchange")
def test_registered_lms_is_kept_for_the_inviting_district(registering, shared_stack):
    answer = registering.register(registering.invite(name="Lakeside LMS"))

    assert answer.status_code == 200
    assert "Lakeside LMS" in answer.text
    new = registering.new()[-1]
    assert new["tenant_id"] == shared_stack.tenant_id
    assert (new["issuer"], new["name"], new["product"]) == (shared_stack.lms_url, "Lakeside LMS", "demo")
    assert new["client_id"].startswith("registered-")
    assert new["client_id"] in answer.text
    assert new["token_url"] == f"{shared_stack.lms_url}/token"
    assert shared_stack.count("deployment", platform_id=new["id"]) == 0


@pytest.mark.proves("deployment-waits", "reg-deployment-later")
def test_first_launch_shows_the_deployment_and_after_approval_a_grade_arrives(registering, shared_stack):
    registering.register()
    new = registering.new()[-1]

    assert shared_stack.launch(MODULE_LINK, ANA).page.status_code == 400
    (deployment,) = shared_stack.rows("SELECT * FROM deployment WHERE platform_id = :id", id=new["id"])
    assert deployment["status"] == "waiting"

    with shared_stack.tool.sessions.begin() as session:
        approve_deployment(session, new["id"], deployment["deployment_id"], now=shared_stack.tool.clock())
    student = shared_stack.launch(MODULE_LINK, ANA)
    for _ in range(60):
        if 'value="finish"' in student.text:
            break
        student.submit("next")
    student.submit("finish")
    assert shared_stack.deliver_all() == 1


@pytest.mark.proves("deployment-auto")
def test_setting_lets_the_first_launch_in(registering, shared_stack):
    open_settings = shared_stack.tool.settings.model_copy(update={"auto_approve_deployments": True})
    shared_stack.change(settings=open_settings)

    registering.register()

    assert shared_stack.launch(MODULE_LINK, ANA).page.status_code == 200


@pytest.mark.proves("reg-scopes-reduced")
def test_permissions_the_lms_keeps_back_are_explained(registering, shared_stack):
    shared_stack.lms.config = replace(shared_stack.lms.config, scopes=(spec.SCOPE_SCORE,))

    answer = registering.register()

    assert answer.status_code == 200
    assert "Class lists cannot be read" in html.unescape(answer.text)
    assert "Grades cannot be sent" not in answer.text
    assert registering.new()[-1]["granted_scopes"] == spec.SCOPE_SCORE


@pytest.mark.proves("reg-close")
def test_confirmation_tells_the_lms_to_close_the_page(registering, shared_stack):
    page = registering.register().text

    (script,) = re.findall(r'src="(/static/js/registered[^"]*)"', page)
    code = httpx.get(shared_stack.tool_url + script).text
    assert 'postMessage({ subject: "org.imsglobal.lti.close" }' in code
    assert "window.opener || window.parent" in code
    assert 'id="close"' in page


@pytest.mark.proves("reg-one-time")
def test_link_works_once(registering):
    link = registering.invite()
    registering.register(link)

    again = registering.press(link, openid_configuration="http://localhost/x", registration_token="t")

    assert again.status_code == 403
    assert "used already" in again.text
    assert len(registering.new()) == 1


@pytest.mark.proves("reg-one-time")
def test_two_at_once_register_one(registering):
    link = registering.invite()
    forms = [parse_qs(urlsplit(registering.start(link)).query) for _ in range(2)]
    barrier, answers = Barrier(2), []

    def press(form):
        barrier.wait()
        answers.append(registering.press(link, **{name: value[0] for name, value in form.items()}))

    threads = [Thread(target=press, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [200, 403]
    assert len(registering.new()) == 1


@pytest.mark.proves("reg-one-time")
def test_link_lapses_after_a_day(registering, shared_stack):
    address = registering.start(registering.invite())

    shared_stack.let_pass(hours=25)

    assert httpx.get(address).status_code == 403


@pytest.mark.proves("reg-one-time")
def test_looking_at_the_page_spends_nothing(registering):
    link = registering.invite()

    for _ in range(3):
        assert httpx.get(registering.start(link)).status_code == 200

    assert registering.register(link).status_code == 200


@pytest.mark.proves("reg-one-time")
@pytest.mark.parametrize("path", ["/lti/register", "/lti/register/made-up"])
def test_nobody_registers_without_an_invitation(registering, shared_stack, path):
    opened = httpx.get(shared_stack.tool_url + path, params={"openid_configuration": "https://lms.example/c"})

    assert opened.status_code == 403
    if path.endswith("up"):
        assert registering.press(shared_stack.tool_url + path).status_code == 403


@pytest.mark.proves("reg-exchange")
def test_failure_saves_nothing_and_leaves_the_link_usable(registering, shared_stack):
    link = registering.invite()
    form = {name: value[0] for name, value in parse_qs(urlsplit(registering.start(link)).query).items()}

    refused = registering.press(link, **form | {"registration_token": "made-up"})

    assert refused.status_code == 400
    assert "refused the registration" in refused.text
    assert registering.new() == []
    assert registering.register(link).status_code == 200


def test_page_may_be_framed_by_an_lms_nobody_knows_yet(registering, shared_stack):
    registering.forbid_loopback()
    answer = httpx.get(registering.invite(), params={"openid_configuration": "https://lms.example/c"})

    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self' https:")
    assert "lms.example" in answer.text


@pytest.mark.proves("canvas-json")
def test_canvas_reads_a_developer_key(shared_stack):
    key = httpx.get(f"{shared_stack.tool_url}/lti/canvas.json").json()

    (extension,) = key["extensions"]
    placements = {each["placement"]: each["message_type"] for each in extension["settings"]["placements"]}
    assert placements == {
        "assignment_selection": "LtiDeepLinkingRequest",
        "link_selection": "LtiDeepLinkingRequest",
        "course_navigation": "LtiResourceLinkRequest",
    }
    assert key["oidc_initiation_url"] == f"{shared_stack.tool_url}/lti/login"
    assert key["target_link_uri"] == f"{shared_stack.tool_url}/lti/launch"
    assert key["public_jwk_url"] == f"{shared_stack.tool_url}/lti/jwks.json"
    assert extension["privacy_level"] == "public"
    assert key["scopes"] == [*spec.OUR_SCOPES, spec.SCOPE_NOTICES]
    assert key["custom_fields"]["points"] == "$Canvas.assignment.pointsPossible"
