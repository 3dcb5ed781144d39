"""How a launch is shown to come back to the browser that began it: the cookie, the LMS's storage, a window of its own."""

import html
import re

import httpx
import pytest
from stack import ANA, BEN, MODULE_LINK

HERE = {"Accept": "application/json"}


def begin(stack, *, headers=None, cookies="", **changes):
    """The tool's answer to the LMS's call."""
    fields = login_fields(stack) | changes
    fields = {name: value for name, value in fields.items() if value is not None}
    return httpx.post(
        f"{stack.tool_url}/lti/login", data=fields, headers={"Cookie": cookies} | (headers or {})
    )


def login_fields(stack, person=ANA):
    start = httpx.get(
        f"{stack.lms_url}/launch/{MODULE_LINK}",
        params={"as": person},
        headers={"Accept": "application/json"},
    )
    return start.json()["fields"]


def told(page):
    """What the page that begins a launch gives its script."""
    tag = re.search(r'<div id="begin"[^>]*>', page).group(0)
    return {name: html.unescape(value) for name, value in re.findall(r'data-([a-z]+)="([^"]*)"', tag)}


def signed(stack, page):
    """The LMS's signed answer for it."""
    return httpx.get(told(page)["next"], headers={"Accept": "application/json"}).json()["fields"]


def enter(stack, fields, *, origin=None, **kept):
    headers = HERE | ({"Origin": origin or stack.tool_url} if origin != "" else {})
    return httpx.post(f"{stack.tool_url}/lti/launch/kept", data=fields | kept, headers=headers)


def kept_by(page):
    return {"stored_state": told(page)["state"], "stored_nonce": told(page)["nonce"]}


@pytest.fixture
def page(shared_stack):
    """The page that begins a launch of Ana's in a browser without our cookie."""
    answer = begin(shared_stack)
    assert answer.status_code == 200
    return answer.text


def test_login_puts_state_and_nonce_where_the_lms_says_and_nowhere_else(shared_stack, page):
    values = told(page)

    assert (values["target"], values["origin"]) == ("_parent", shared_stack.lms_url)
    assert f"state={values['state']}" in values["next"]
    assert f"nonce={values['nonce']}" in values["next"]
    assert values["key"] not in (values["state"], values["nonce"])


def test_login_page_has_a_way_on_without_scripts(page):
    assert re.search(r'<a class="button" href="([^"]+)"', page).group(1).startswith("http://localhost")
    assert page.count("Open in a new window") == 2  # within <noscript>, and for the script to show


@pytest.mark.parametrize(
    ("changes", "headers", "cookies"),
    [
        ({"lti_storage_target": None}, {}, "infolit_browser=" + "k" * 43),
        ({"lti_storage_target": None}, {"Sec-Fetch-Dest": "document"}, ""),
    ],
)
def test_login_goes_straight_on_where_the_cookie_is_sure(shared_stack, changes, headers, cookies):
    answer = begin(shared_stack, headers=headers, cookies=cookies, **changes)

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{shared_stack.lms_url}/auth?")


def test_cookie_is_told_to_be_kept_only_when_it_came(shared_stack):
    address = f"{shared_stack.tool_url}/lti/cookie"

    with_it = httpx.get(address, headers={"Cookie": "infolit_browser=" + "k" * 43})

    assert (httpx.get(address).json(), with_it.json()) == ({"kept": False}, {"kept": True})


def test_launch_without_cookie_asks_the_storage_of_this_lms_and_uses_nothing_up(shared_stack, page):
    fields = signed(shared_stack, page)

    answers = [httpx.post(f"{shared_stack.tool_url}/lti/launch", data=fields) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 200
        assert f'data-target="_parent" data-origin="{shared_stack.lms_url}"' in answer.text
        assert "Morales" not in answer.text
    assert enter(shared_stack, fields, **kept_by(page)).status_code == 200


def test_what_the_storage_kept_opens_the_activity_once(shared_stack, page):
    fields = signed(shared_stack, page)

    answer = enter(shared_stack, fields, **kept_by(page))

    assert answer.status_code == 200
    opened = httpx.get(shared_stack.tool_url + answer.json()["address"], follow_redirects=True)
    assert 'id="step"' in opened.text
    again = enter(shared_stack, fields, **kept_by(page))
    assert again.status_code == 400
    assert set(again.json()) == {"error", "next_step", "reference"}


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example"])
def test_values_posted_by_another_page_prove_nothing(shared_stack, page, origin):
    """Whoever began a login knows them; a stranger's page could make a student's browser post them."""
    answer = enter(shared_stack, signed(shared_stack, page), origin=origin, **kept_by(page))

    assert answer.status_code == 400
    assert "address" not in answer.json()


@pytest.mark.parametrize("kept", [{}, {"stored_state": "x", "stored_nonce": "y"}])
def test_storage_that_kept_nothing_or_something_else_opens_nothing(shared_stack, page, kept):
    answer = enter(shared_stack, signed(shared_stack, page), **kept)

    assert answer.status_code == 400
    assert answer.json()["reference"]


def test_values_of_another_launch_open_nothing(shared_stack, page):
    other = begin(shared_stack, login_hint=shared_stack.person(BEN).sub).text

    assert enter(shared_stack, signed(shared_stack, page), **kept_by(other)).status_code == 400


def test_lms_without_storage_and_a_browser_without_cookie_get_a_page_that_helps(shared_stack):
    page = begin(shared_stack, headers={"Sec-Fetch-Dest": "iframe"}, lti_storage_target=None).text
    answer = httpx.post(f"{shared_stack.tool_url}/lti/launch", data=signed(shared_stack, page))

    assert answer.status_code == 400
    assert "let your browser keep cookies" in answer.text


REFUSALS = {
    "login_required": (401, "no longer signed in", "Sign in to your LMS again"),
    "interaction_required": (401, "do something first", "Sign in to your LMS again"),
    "launch_no_longer_valid": (400, "let this launch lapse", "each launch works once"),
    "unauthorized_client": (403, "not turned on", "administrator can turn InfoLit on"),
    "access_denied": (403, "does not let you", "Ask your teacher"),
    "temporarily_unavailable": (400, "busy just now", "Open the activity again"),
    "some_new_code": (400, "no reason that InfoLit knows", "Open the activity again"),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_refusal_of_the_lms_becomes_a_page_that_helps(shared_stack, page, code):
    status, reason, next_step = REFUSALS[code]
    fields = {"error": code, "error_description": "Ana Morales is out", "state": told(page)["state"]}

    answer = httpx.post(f"{shared_stack.tool_url}/lti/launch", data=fields)

    assert answer.status_code == status
    assert reason in answer.text
    assert next_step in answer.text
    assert re.search(r"give this reference: [0-9A-F]{8}", answer.text)
    assert "Morales" not in answer.text


@pytest.mark.parametrize("code", REFUSALS)
def test_refusal_is_told_in_the_language_of_the_browser(shared_stack, code):
    answer = httpx.post(
        f"{shared_stack.tool_url}/lti/launch", data={"error": code}, headers={"Accept-Language": "es-MX"}
    )

    assert '<html lang="es">' in answer.text
    english = [line for line in REFUSALS[code][1:] if line in answer.text]
    assert english == []


def test_refusal_is_noted_with_the_lms_it_came_from(shared_stack, page):
    before = shared_stack.count("message_log", reason="SignInNeededError")

    for state in (told(page)["state"], "unknown"):
        fields = {"error": "login_required", "state": state}
        httpx.post(f"{shared_stack.tool_url}/lti/launch", data=fields)

    assert shared_stack.count("message_log", reason="SignInNeededError") == before + 1


def test_launch_through_storage_is_noted_once_and_as_a_success(shared_stack, page):
    before = (
        shared_stack.count("message_log", outcome="refused"),
        shared_stack.count("message_log", outcome="ok"),
    )
    fields = signed(shared_stack, page)

    httpx.post(f"{shared_stack.tool_url}/lti/launch", data=fields)
    enter(shared_stack, fields, **kept_by(page))

    after = (
        shared_stack.count("message_log", outcome="refused"),
        shared_stack.count("message_log", outcome="ok"),
    )
    assert after == (before[0], before[1] + 1)
