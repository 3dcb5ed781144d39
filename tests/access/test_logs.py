"""Nothing personal is logged: no name, no address, no id of an LMS, no token, over a whole story with mishaps."""

import io
import json

import pytest
import structlog
from sqlalchemy import text
from stack import ANA, BOARD_LINK, CLASS_LINK, MODULE_LINK, QUIZ_LINK, SPECIALIST, TEACHER

from lti_tool import flow


@pytest.fixture
def lines():
    """The log of this test, as JSON lines from the least severe on."""
    written = io.StringIO()
    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(file=written),
        cache_logger_on_first_use=False,
    )
    yield written
    structlog.configure(**before)


def personal_words(stack, *browsers):
    """What must not stand in a log."""
    words = {browser.token for browser in browsers}
    words |= {browser._cookie.partition("=")[2] for browser in browsers}
    for login in (ANA, TEACHER, SPECIALIST):
        person = stack.person(login)
        words |= {person.given_name, person.family_name, person.email, person.sub, person.sis_id}
    return words


def assert_nothing_personal(log, words):
    found = sorted(word for word in words if word in log)
    assert not found, found


def test_whole_story_with_mishaps_logs_nothing_personal(stack, lines):
    stack.behave(mode="status", status=503, count=1)
    student = stack.launch(MODULE_LINK, ANA)
    student.save({"ltp-who-pays.text": ["Ana Morales was here"]}, client="a" * 16, seq=1)
    student.at_step(99)
    student.launch(QUIZ_LINK, ANA)
    student.submit("finish")
    stack.deliver_all()
    teacher = stack.launch(CLASS_LINK, TEACHER)
    teacher.get(f"{teacher.visit}/board")
    specialist = stack.launch(BOARD_LINK, SPECIALIST)
    specialist.get(f"{specialist.visit}/class")
    used = specialist.begin(BOARD_LINK, SPECIALIST)
    specialist.finish_launch(used).finish_launch(used)
    specialist.finish_launch(used | {"fields": used["fields"] | {"id_token": "x.y.z"}})
    visits = [stack.launch(MODULE_LINK, ANA), teacher]

    log = lines.getvalue()

    events = {json.loads(line)["event"] for line in log.splitlines()}
    assert {"request", "refused"} <= events
    assert_nothing_personal(log, personal_words(stack, *visits) | {"was here"})


def test_unexpected_error_logs_where_it_happened_and_not_with_whose_data(stack, lines, monkeypatch):
    def stumble(session, launched, **known):
        session.execute(text("SELECT CAST(:name AS int)"), {"name": launched.person.email})

    monkeypatch.setattr(flow, "arrive", stumble)
    browser = stack.launch(MODULE_LINK, ANA)

    assert browser.page.status_code == 500
    (entry,) = [json.loads(line) for line in lines.getvalue().splitlines() if '"unexpected"' in line]
    assert any("flow.py" in place for place in entry["trace"])
    assert entry["reference"] in browser.text
    person = stack.person(ANA)
    assert_nothing_personal(lines.getvalue(), {person.email, person.family_name, person.sub})
    assert_nothing_personal(browser.text, {person.email, "CAST"})


def test_request_line_names_the_route_and_never_the_address(stack, lines):
    student = stack.launch(MODULE_LINK, ANA)

    routes = [json.loads(line).get("route") for line in lines.getvalue().splitlines()]
    assert "/at/<token>/attempt/<uuid:attempt_id>/<int:index>" in routes
    assert student.token not in lines.getvalue()
