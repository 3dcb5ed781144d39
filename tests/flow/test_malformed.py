"""Whatever a browser, a script or a stranger sends: a page with a next step, never a failure of ours."""

import json
import uuid
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stack import MODULE_LINK, TEACHER

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = {"Content-Type": "application/json"}
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=30), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["ltp-first-look.pick", "ltp-who-pays.text", "ltp-order-watch.place.notice"])
bodies = any_json | st.fixed_dictionaries(
    {"client": any_json, "seq": any_json, "fields": st.dictionaries(names | st.text(), any_json, max_size=3)}
)


@pytest.fixture(scope="module")
def player(shared_stack):
    people = shared_stack.lms.district.list_students("grade-7")
    return shared_stack.launch(MODULE_LINK, people[-1].id)


def send(browser, path, body=None, headers=None):
    url = browser.stack.tool_url + path
    return browser.http.post(url, content=body, headers={**browser._tool_cookies(url), **(headers or {})})


def assert_helpful(answer):
    """A refusal in plain words, with a next step and a reference."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:200])
    assert "What to do next" in answer.text or "Qué hacer" in answer.text or "next_step" in answer.text


@FEW
@given(body=bodies)
def test_any_autosave_body_is_answered(player, body):
    answer = send(player, f"{player.attempt}/save", json.dumps(body).encode(), JSON)

    if answer.status_code != 200:
        assert_helpful(answer)


@FEW
@given(body=st.binary(max_size=200))
def test_any_bytes_as_autosave_are_refused_with_a_next_step(player, body):
    assert_helpful(send(player, f"{player.attempt}/save", body, JSON))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"fields": ' + b'{"a": ' * 50_000,
        b'{"seq": ' + b"9" * 10_000 + b', "fields": {}}',
        b'{"fields": {"ltp-who-pays.text": ["\\ud800"]}, "client": "\\ud800"}',
        b'{"fields": {"ltp-who-pays.text": ["a\\u0000b"]}, "client": "\\u0000"}',
        b'{"fields": {"ltp-who-pays.text": [1]}}',
        b'{"fields": {"ltp-who-pays.text": "x"}}',
        b'{"fields": []}',
        b"{}",
        b"",
        b'{"fields": {"": []}}',
        b'{"fields": {"ltp-who-pays": ["x"]}, "seq": "\\u0663"}',
        b'{"fields": {}, "filler": "' + b"x" * 300_000 + b'"}',
        b'{"fields": {}, "filler": "' + b"x" * 1_200_000 + b'"}',
    ],
    ids=range(14),
)
def test_hostile_autosave_is_answered(player, body):
    answer = send(player, f"{player.attempt}/save", body, JSON)

    if answer.status_code != 200:
        assert_helpful(answer)


@FEW
@given(do=st.sampled_from(["goto:", "check:", "hint:", ""]).flatmap(lambda verb: st.text().map(verb.__add__)))
def test_any_button_is_answered(player, do):
    if do.partition(":")[0] == "finish":
        return
    answer = send(player, f"{player.attempt}/0", f"do={quote(do, errors='replace')}".encode(), FORM)

    if answer.status_code != 303:
        assert_helpful(answer)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "do", ["goto:99", "goto:-1", "goto:" + "9" * 5000, "goto:²", "goto:", "fly", "%00", "check"]
)
def test_button_that_leads_nowhere_is_refused_or_harmless(player, do):
    answer = send(player, f"{player.attempt}/0", f"do={do}".encode(), FORM)

    if answer.status_code != 303:
        assert_helpful(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"ltp-who-pays.text=%00%ff&do=next",
        b"ltp-who-pays.text=%ed%a0%80&do=next",
        b"&".join(b"f%d=1" % number for number in range(2000)),
        b"client=%00&seq=%00&do=next",
        b"client=server&seq=999999999999999&do=next",
        b"ltp-who-pays.text=" + b"x" * 600_000,
        b"do=next&do=finish&%00=1",
    ],
    ids=range(7),
)
@pytest.mark.parametrize("step", [0, 5])
def test_hostile_form_is_answered(player, body, step):
    answer = send(player, f"{player.attempt}/{step}", body, FORM)

    if answer.status_code != 303:
        assert_helpful(answer)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("index", ["99", "9" * 12, "9" * 5000, "-1", "1.5", "x", "%00"])
def test_step_that_does_not_exist_is_not_found(player, method, index):
    url = f"{player.stack.tool_url}{player.attempt}/{index}"
    answer = player.http.request(method, url, headers=player._tool_cookies(url))

    assert answer.status_code in (404, 405)
    assert_helpful(answer)


@FEW
@given(token=st.text(min_size=1, max_size=80))
def test_any_token_but_a_real_one_has_ended(player, token):
    path = f"/at/{quote(token, safe='', errors='replace')}/attempt/{uuid.uuid4()}"
    answer = player.http.get(player.stack.tool_url + path)

    assert answer.status_code in (308, 401, 404)  # 308: slashes within are merged first
    if answer.status_code != 308:
        assert_helpful(answer)


@pytest.mark.parametrize("address", ["%00", "x" * 64, "%ff", "0" * 64, "../x"])
@pytest.mark.parametrize(
    "name", ["tabs.svg", "%00.svg", "..%2f..%2fetc%2fpasswd", "tabs.exe", "x/../tabs.svg"]
)
def test_picture_that_does_not_exist_is_not_found(player, address, name):
    url = f"{player.stack.tool_url}{player.visit}/media/{address}/{name}"

    assert player.http.get(url, headers=player._tool_cookies(url)).status_code in (404, 308)


@pytest.fixture(scope="module")
def picture(player):
    """The address of a picture of the lesson, as a page names it."""
    snapshot = player.stack.tool.shelf.get("module", "leave-the-page")
    return f"{player.stack.tool_url}{player.visit}/media/{snapshot.hash}/tabs.svg"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=10-19", 10, 19), ("bytes=-10", -10, None), ("bytes=5-", 5, None)],
)
def test_file_comes_in_the_part_a_player_asks_for(player, picture, asked, first, last):
    cookies = player._tool_cookies(picture)
    whole = player.http.get(picture, headers=cookies)
    start = first if first >= 0 else len(whole.content) + first
    end = last if last is not None else len(whole.content) - 1

    part = player.http.get(picture, headers={**cookies, "Range": asked})

    assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes {start}-{end}/{len(whole.content)}"
    assert part.content == whole.content[start : end + 1]


def test_part_beyond_the_end_is_refused_and_an_unchanged_file_not_sent_again(player, picture):
    cookies = player._tool_cookies(picture)
    whole = player.http.get(picture, headers=cookies)

    beyond = player.http.get(picture, headers={**cookies, "Range": "bytes=99999999-"})
    again = player.http.get(picture, headers={**cookies, "If-None-Match": whole.headers["ETag"]})

    assert beyond.status_code == 416
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("query", ["year=" + "9" * 5000, "year=x", "year=-1", "year=٣", "year=9999"])
def test_board_with_a_strange_year_shows_the_newest(shared_stack, query):
    browser = shared_stack.launch("board", "specialist-1")

    assert browser.get(f"{browser.visit}/board?{query}").page.status_code == 200


@pytest.mark.parametrize("school", ["x", "%00", "00000000-0000-4000-8000-000000000000", "{}", "urn:uuid:"])
def test_board_of_a_strange_school_shows_nothing_of_others(shared_stack, school):
    browser = shared_stack.launch("board", "specialist-1")

    assert browser.get(f"{browser.visit}/board?school={school}").page.status_code in (200, 403, 404)


@pytest.mark.parametrize("grade", ["13", "9" * 5000, "-1", "K"])
def test_cell_of_a_strange_grade_is_not_found(shared_stack, grade):
    browser = shared_stack.launch("board", "specialist-1")

    assert browser.get(f"{browser.visit}/board/leave-the-page/{grade}").page.status_code == 404


def test_address_that_expects_a_form_says_so_when_visited(shared_stack):
    browser = shared_stack.launch(MODULE_LINK, TEACHER)

    browser.get(f"{browser.visit}/language")

    assert browser.page.status_code == 405
    assert "probably reloaded" in browser.text
