"""Registering an LMS by page."""

import pytest
from stack import ANA, MODULE_LINK

from lti_tool.db.connect import transaction
from lti_tool.people.sessions import make_ticket


@pytest.fixture
def administrator(stack):
    """A browser in the administrator's pages."""
    with transaction(stack.tool.sessions) as session:
        ticket = make_ticket(session, stack.tenant_id, now=stack.tool.clock())
    return stack.browser().post(f"/admin/enter/{ticket}")


def entries(**changes):
    return {
        "name": "Canvas of Lakeside",
        "issuer": "https://canvas.instructure.com",
        "client_id": "10000000000042",
        "auth_url": "https://sso.canvaslms.example/api/lti/authorize_redirect",
        "token_url": "https://sso.canvaslms.example/login/oauth2/token",
        "jwks_url": "https://sso.canvaslms.example/api/lti/security/jwks",
        "product": "canvas",
        "deployment_id": "",
    } | changes


def test_registered_lms_shows_with_the_values_to_copy(administrator, stack):
    administrator.post(administrator.path, entries(deployment_id="1:abc"))

    assert administrator.page.status_code == 200
    assert "Canvas of Lakeside" in administrator.text
    assert "1:abc" in administrator.text
    assert f"{stack.tool_url}/lti/launch" in administrator.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("jwks_url", "http://sso.canvaslms.example/jwks", "https://"),
        ("token_url", "not an address", "not a web address"),
        ("client_id", "", "Client id"),
        ("product", "blackbeard", "Product"),
    ],
)
def test_mistake_brings_the_form_back_filled_in_with_the_reason(administrator, field, value, words):
    administrator.post(administrator.path, entries(**{field: value}))

    assert administrator.page.status_code == 400
    assert words in administrator.text
    assert 'value="Canvas of Lakeside"' in administrator.text


def test_link_preview_does_not_spend_the_ticket(stack):
    with transaction(stack.tool.sessions) as session:
        ticket = make_ticket(session, stack.tenant_id, now=stack.tool.clock())
    browser = stack.browser()

    for _ in range(3):
        assert browser.get(f"/admin/enter/{ticket}").page.status_code == 200

    assert browser.post(f"/admin/enter/{ticket}").page.status_code == 200


@pytest.mark.proves("console-test")
def test_connection_test_shows_each_check(administrator):
    administrator.get_link("Demo LMS")

    administrator.post(f"{administrator.path}/test")

    assert administrator.page.status_code == 200
    assert "✓" in administrator.text
    assert "✗" not in administrator.text


@pytest.mark.proves("deployment-waits")
def test_refused_deployment_cannot_launch_any_more(administrator, stack):
    administrator.get_link("Demo LMS")
    administrator.post(
        f"{administrator.path}/deployment",
        {"deployment_id": stack.config.deployment_id, "decision": "refuse"},
    )

    student = stack.launch(MODULE_LINK, ANA)

    assert student.page.status_code == 400
    assert "turned off" in student.text


def test_administrator_without_an_lms_may_change_the_language(administrator):
    path = administrator.path

    administrator.post(f"/at/{administrator.token}/language", {"locale": "es", "back": path})

    assert administrator.page.status_code == 200
    assert administrator.path == path
    assert '<html lang="es">' in administrator.page.text
