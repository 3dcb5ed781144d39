"""An LMS tells of a copied course by itself: asked for once, believed only when signed by that LMS, for us and of now."""

import json
import time
import uuid

import httpx
import pytest
from playing import deliver_in_time, hand_in
from stack import ANA, TEACHER

from lti_tool.demo_lms.behavior import Behavior
from lti_tool.demo_lms.copying import notice_claims
from lti_tool.demo_lms.keys import KeyRing
from lti_tool.errors import DeliveryRefusedError, DeliveryRetryError
from lti_tool.lti.connection import check_platform
from lti_tool.upkeep import ask_for_notices

pytestmark = pytest.mark.proves("notice-signed")
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


@pytest.fixture
def telling(shared_stack, lms):
    """An LMS that tells of copies, and nothing of them in a launch. As for a new deployment: nobody has asked yet."""
    lms(copy_history=(), copy_notices=True)
    with shared_stack.tool.sessions.begin() as session:
        session.connection().exec_driver_sql(
            "UPDATE deployment SET notice_url = NULL, notice_handler = NULL, notice_tried_at = NULL"
        )
        session.connection().exec_driver_sql("DELETE FROM procrastinate_jobs")
    return shared_stack


def jobs(stack):
    return stack.count("procrastinate_jobs", task_name="ask_for_notices")


def checks(stack):
    """What the administrator's button shows."""
    tool = stack.tool
    found = check_platform(
        tool.sessions, tool.gateway, stack.platform_id, public_url=tool.settings.public_url
    )
    return {each.name: each for each in found}


def ask(stack):
    """What the worker does with the job."""
    (deployment,) = stack.rows("SELECT * FROM deployment")
    return ask_for_notices(stack.tool, stack.platform_id, deployment["deployment_id"])


@pytest.mark.proves("notice-asked")
def test_lms_is_asked_once_and_tells_of_the_copy(telling, last_year):
    original = last_year.set_rules()
    assert jobs(telling) == 1
    assert ask(telling)
    assert telling.lms.notice_handlers == {"LtiContextCopyNotice": f"{telling.tool_url}/lti/notices"}
    last_year.open(TEACHER)
    assert jobs(telling) == 1, "it has agreed"
    assert checks(telling)["notices"].ok

    this_year = last_year.copy()

    noted = telling.rows("SELECT * FROM course_copy WHERE context_id = :id", id=this_year.context_id)
    assert [row["origin_context_id"] for row in noted] == [last_year.context_id]
    this_year.open(ANA)
    assert this_year.placement()["copied_from_id"] == original["id"]
    further = this_year.copy()
    further.open(ANA)
    assert further.placement()["copied_from_id"] == this_year.placement()["id"]


@pytest.mark.proves("copy-grades-apart")
def test_notice_alone_keeps_the_columns_apart(telling, lms, last_year):
    last_year.open(TEACHER, "Leave the Page Quiz")
    ask(telling)
    lms(copy_history=(), copy_notices=True, copied_column="old")
    this_year = last_year.copy()

    hand_in(this_year.open(ANA, "Leave the Page Quiz"), right=True)
    deliver_in_time(telling)

    assert last_year.scores() == {}


@pytest.mark.proves("notice-asked")
@pytest.mark.parametrize(("status", "error"), [(403, DeliveryRefusedError), (503, DeliveryRetryError)])
def test_lms_that_refuses_is_asked_again_another_day(telling, last_year, status, error):
    last_year.open(TEACHER)
    telling.lms.behaviors.set("notices", Behavior(mode="status", status=status, count=1))
    with pytest.raises(error):
        ask(telling)
    assert "noticehandlers" in checks(telling)["notices"].remedy
    last_year.open(ANA)
    assert jobs(telling) == 1

    with telling.tool.sessions.begin() as session:
        session.connection().exec_driver_sql(
            "UPDATE deployment SET notice_tried_at = notice_tried_at - interval '25 hours'"
        )
    last_year.open(ANA)

    assert jobs(telling) == 2
    assert ask(telling)


def test_lms_that_cannot_tell_is_not_asked(telling, lms, last_year):
    lms(copy_notices=False)

    last_year.open(TEACHER)

    assert jobs(telling) == 0


# What is not believed


def claims(stack, course):
    made = stack.lms.district.find_course(course.id)
    return notice_claims(stack.lms, made)


def post(stack, *tokens):
    return httpx.post(f"{stack.tool_url}/lti/notices", json={"notices": [{"jwt": each} for each in tokens]})


@pytest.fixture
def copied(shared_stack, lms, last_year):
    """A course that was copied without anybody telling of it."""
    lms(copy_history=())
    last_year.open(TEACHER)
    return last_year.copy()


def known(stack):
    return stack.count("course_copy")


def test_good_one_is_taken_and_twice_is_once(shared_stack, copied):
    before, token = known(shared_stack), shared_stack.lms.keys.sign(claims(shared_stack, copied))

    for _ in range(2):
        assert post(shared_stack, token).json() == {"accepted": 1}

    assert known(shared_stack) == before + 1


WRONG = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": None},
    "another tool": {"aud": "somebody-else"},
    "another tool too": {"aud": ["infolit-demo", "somebody-else"]},
    "made for another tool": {"azp": "somebody-else"},
    "too old": {"iat": time.time() - 7200, "exp": time.time() - 3600},
    "from the future": {"iat": time.time() + 36000, "exp": time.time() + 40000},
    "no times": {"exp": None},
    "times as text": {"iat": "now"},
    "another version": {f"{CLAIM}version": "1.1"},
    "another installation": {f"{CLAIM}deployment_id": "nobody-approved"},
    "no course": {f"{CLAIM}context": None},
    "no origin": {f"{CLAIM}origin_contexts": []},
    "origin that is no id": {f"{CLAIM}origin_contexts": [7, None, {}, ""]},
}


def test_wrong_one_changes_nothing(shared_stack, copied):
    before = known(shared_stack)
    for name, change in WRONG.items():
        answer = post(shared_stack, shared_stack.lms.keys.sign(claims(shared_stack, copied) | change))

        assert answer.status_code == 400, name
        assert answer.json()["error"], name
        assert known(shared_stack) == before, name


def test_key_of_somebody_else_is_not_believed(shared_stack, copied):
    before = known(shared_stack)
    good = shared_stack.lms.keys.sign(claims(shared_stack, copied))
    head, body, signature = good.split(".")

    forged = KeyRing(None).sign(claims(shared_stack, copied))
    for token in (forged, f"{head}.{body}.", f"{head}.{body}.{signature[:-8]}AAAAAAAA", f"{head}.{body}"):
        assert post(shared_stack, token).status_code == 400, token[:40]

    assert known(shared_stack) == before


def test_origins_written_as_objects_are_read(shared_stack, copied):
    told = claims(shared_stack, copied)
    origins = told[f"{CLAIM}origin_contexts"]

    token = shared_stack.lms.keys.sign(told | {f"{CLAIM}origin_contexts": [{"id": origins[0]}]})

    assert post(shared_stack, token).json() == {"accepted": 1}


def test_notice_of_another_kind_is_received_and_left(shared_stack, copied):
    told = claims(shared_stack, copied)
    told[f"{CLAIM}notice"] = {"id": str(uuid.uuid4()), "type": "LtiHelloWorldNotice"}

    assert post(shared_stack, shared_stack.lms.keys.sign(told)).json() == {"accepted": 0}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        '{"notices": 1}',
        '{"notices": []}',
        '{"notices": [1]}',
        '{"notices": [{"jwt": 5}]}',
        json.dumps({"notices": [{"jwt": "a.b.c"}] * 51}),
        '{"notices": [{"jwt": "a.W10.c"}]}',
        '{"notices": [{"jwt": "é.é.é"}]}',
    ],
)
def test_what_is_no_notice_is_refused_with_words(shared_stack, body):
    answer = httpx.post(
        f"{shared_stack.tool_url}/lti/notices",
        content=body.encode(),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 400
    assert answer.json()["error"]
