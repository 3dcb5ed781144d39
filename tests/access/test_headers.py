"""What every answer says to the browser: who may frame it, what it may load, that nothing is kept and nothing is told on."""

import httpx
import pytest
from stack import ANA, BOARD_LINK, CLASS_LINK, MODULE_LINK, SPECIALIST, TEACHER


def directives(answer):
    policy = answer.headers["content-security-policy"]
    return {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}


def assert_guarded(answer):
    policy = directives(answer)
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"]
    assert "*" not in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("link", "person", "pages"),
    [
        (MODULE_LINK, ANA, ["/", "/attempt/{attempt}/3"]),
        (CLASS_LINK, TEACHER, ["/"]),
        (BOARD_LINK, SPECIALIST, ["/board", "/board/leave-the-page/7"]),
    ],
    ids=["student", "teacher", "specialist"],
)
def test_page_may_be_framed_by_its_lms_only(shared_stack, link, person, pages):
    browser = shared_stack.launch(link, person)
    attempt = browser.attempt_id if link == MODULE_LINK else ""
    answers = [browser.page]
    answers += [browser.get(browser.visit + page.format(attempt=attempt)).page for page in pages]

    for answer in answers:
        assert answer.status_code == 200
        assert_guarded(answer)
        assert directives(answer)["frame-ancestors"] == ["'self'", shared_stack.lms_url]


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/admin/enter/x"])
def test_page_outside_of_a_visit_may_not_be_framed(shared_stack, path):
    answer = httpx.get(shared_stack.tool_url + path)

    assert_guarded(answer)
    assert directives(answer)["frame-ancestors"] == ["'self'"]


@pytest.mark.parametrize("path", ["/at/gone/", "/at/gone/class", "/lti/launch", "/lti/login"])
def test_page_that_says_what_went_wrong_is_seen_within_the_lms(shared_stack, path):
    answer = httpx.get(shared_stack.tool_url + path)

    assert answer.status_code in (400, 401)
    assert_guarded(answer)
    assert directives(answer)["frame-ancestors"] == ["'self'", shared_stack.lms_url]


@pytest.mark.parametrize("status", [301, 404, 405, 500])
def test_refusal_is_guarded_as_well(shared_stack, status, monkeypatch):
    browser = shared_stack.launch(MODULE_LINK, ANA)
    if status == 500:
        monkeypatch.setattr("lti_tool.web.home_pages.list_taught_sections", None)
    address = {
        301: browser.visit,
        404: f"{browser.visit}/nowhere",
        405: f"{browser.visit}/language",
        500: f"{browser.visit}/",
    }
    url = shared_stack.tool_url + address[status]

    answer = browser.http.get(url, headers=browser._tool_cookies(url))

    assert answer.status_code in (status, 308)
    assert_guarded(answer)


def test_only_cookie_is_the_browsers_key_and_it_is_partitioned(shared_stack):
    browser = shared_stack.browser()
    signed = browser.begin(MODULE_LINK, ANA)
    start = httpx.get(
        f"{shared_stack.tool_url}/lti/login",
        params={
            "iss": shared_stack.config.issuer,
            "login_hint": "x",
            "target_link_uri": shared_stack.config.launch_url,
            "client_id": shared_stack.config.client_id,
        },
    )

    (cookie,) = start.headers.get_list("set-cookie")
    assert cookie.startswith("infolit_browser=")
    for word in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert word in cookie
    url = signed["action"]
    answer = browser.http.post(url, data=signed["fields"], headers=browser._tool_cookies(url))
    assert (answer.status_code, answer.headers.get_list("set-cookie")) == (303, [])


@pytest.mark.parametrize(
    "path",
    [
        "/kinds/../__init__.py",
        "/kinds/choice/__init__.py",
        "/kinds/choice/examples.yaml",
        "/kinds/choice/template.html",
    ],
)
def test_kinds_folder_gives_styles_and_scripts_only(shared_stack, path):
    assert httpx.get(shared_stack.tool_url + path).status_code == 404
