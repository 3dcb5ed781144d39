"""What goes over the wire to an LMS, and what its answers come to."""

import dataclasses
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from lti_stand_in import NOW, register, seconds
from sqlalchemy import select

from lti_tool.db.connect import transaction
from lti_tool.errors import ColumnGoneError, DeliveryRefusedError, DeliveryRetryError, ScoreConflictError
from lti_tool.facts.gateway import Gateway, OutgoingScore
from lti_tool.lti.gateway import HTTPGateway
from lti_tool.lti.http import USER_AGENT, add_to_path, open_client
from lti_tool.lti.keys import ensure_keys, public_jwks, rotate_keys
from lti_tool.lti.platforms import retire_platform
from lti_tool.lti.products import get_product
from lti_tool.lti.score_message import score_json
from lti_tool.lti.seal import Seal
from lti_tool.lti.spec import CANVAS_SUBMISSION, SCOPE_SCORE
from lti_tool.lti.tables import AccessToken, Platform

SCORE = OutgoingScore(
    line_item_url="https://lms.example/items/7?type_id=1",
    subject="learner-7",
    score_given=8.5,
    score_maximum=10,
    timestamp=datetime(2026, 11, 23, 9, 33, 1, 123456, tzinfo=UTC),
    submitted_at=datetime(2026, 11, 23, 9, 33, 0, tzinfo=UTC),
)


class Wire:
    """An LMS as a list of answers: every request is kept, `answers` are given in turn, the last one for ever."""

    def __init__(self):
        self.requests, self.answers, self.tokens_given = [], [httpx.Response(200, json={})], 0
        self.token_answer = None
        self._lock = threading.Lock()

    def __call__(self, request):
        with self._lock:
            self.requests.append(request)
            if request.url.path == "/token":
                return self._give_token()
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def _give_token(self):
        if self.token_answer is not None:
            return self.token_answer
        self.tokens_given += 1
        return httpx.Response(
            200,
            json={"access_token": f"token-{self.tokens_given}", "token_type": "Bearer", "expires_in": 3600},
        )

    @property
    def services(self):
        return [request for request in self.requests if request.url.path != "/token"]

    @property
    def token_forms(self):
        return [
            {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
            for request in self.requests
            if request.url.path == "/token"
        ]


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_gateway(sessions, seal, settings, wire, clock):
    """Each one is another process: nothing shared but the database."""
    with transaction(sessions) as session:
        ensure_keys(session, seal, NOW)

    def make(seal=seal):
        client = open_client(5)
        client._transport = httpx.MockTransport(wire)
        return HTTPGateway(sessions, seal, settings, client=client, clock=clock)

    return make


@pytest.fixture
def gateway(make_gateway):
    return make_gateway()


def test_it_is_a_gateway(gateway):
    checked: Gateway = gateway

    assert checked


@pytest.mark.proves("grades-message")
def test_score_goes_out_as_the_specification_has_it(gateway, platform, wire):
    gateway.send_score(platform.id, SCORE)

    request = wire.services[0]
    assert (request.method, str(request.url)) == ("POST", "https://lms.example/items/7/scores?type_id=1")
    assert request.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert request.headers["Authorization"] == "Bearer token-1"
    assert json.loads(request.content) == {
        "userId": "learner-7",
        "scoreGiven": 8.5,
        "scoreMaximum": 10,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T09:33:01.123456Z",
        "submission": {"submittedAt": "2026-11-23T09:33:00.000000Z"},
    }


def test_zero_is_a_score_and_a_comment_goes_along(gateway, platform, wire):
    gateway.send_score(
        platform.id, dataclasses.replace(SCORE, score_given=0, comment="Well read", submitted_at=None)
    )

    body = json.loads(wire.services[0].content)
    assert (body["scoreGiven"], body["comment"], "submission" in body) == (0, "Well read", False)


@pytest.mark.proves("grades-http")
def test_every_request_says_who_we_are(gateway, platform, wire):
    gateway.send_score(platform.id, SCORE)

    assert {request.headers["User-Agent"] for request in wire.requests} == {USER_AGENT}
    assert USER_AGENT.startswith("InfoLit/")


@pytest.mark.proves("grades-assertion")
def test_token_is_asked_for_with_a_signed_assertion(gateway, platform, wire, sessions):
    gateway.send_score(platform.id, SCORE)

    form = wire.token_forms[0]
    with transaction(sessions) as session:
        ours = KeySet.import_key_set(public_jwks(session, NOW))
    token = jwt.decode(form.pop("client_assertion"), ours, algorithms=["RS256"])
    assert form == {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": SCOPE_SCORE,
    }
    assert token.header["kid"] in {key.kid for key in ours.keys}
    claims = token.claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == (
        "client-100",
        "client-100",
        "https://lms.example/token",
    )
    assert claims["exp"] - claims["iat"] == 300
    assert claims["jti"]


@pytest.mark.proves("grades-assertion")
def test_registered_audience_is_used_instead_of_the_token_address(gateway, sessions, tenant_id, lms, wire):
    brightspace = register(
        sessions, tenant_id, lms, client_id="d2l", audience="https://api.brightspace.com/auth/token"
    )

    gateway.send_score(brightspace.id, SCORE)

    with transaction(sessions) as session:
        ours = KeySet.import_key_set(public_jwks(session, NOW))
    assert (
        jwt.decode(wire.token_forms[0]["client_assertion"], ours).claims["aud"]
        == "https://api.brightspace.com/auth/token"
    )


@pytest.mark.proves("grades-assertion")
def test_each_assertion_has_an_id_of_its_own(gateway, platform, other_platform, wire):
    gateway.send_score(platform.id, SCORE)
    gateway.send_score(other_platform.id, SCORE)

    first, second = (form["client_assertion"].split(".")[1] for form in wire.token_forms)
    assert first != second


def test_token_is_used_until_a_minute_before_its_end(gateway, platform, wire, clock):
    gateway.send_score(platform.id, SCORE)
    clock.now = NOW + seconds(3539)
    gateway.send_score(platform.id, SCORE)
    assert wire.tokens_given == 1

    clock.now = NOW + seconds(3540)
    gateway.send_score(platform.id, SCORE)
    assert wire.tokens_given == 2


@pytest.mark.proves("grades-tokens")
def test_processes_share_a_token_through_the_database_where_it_is_closed(
    make_gateway, platform, wire, sessions
):
    make_gateway().send_score(platform.id, SCORE)
    make_gateway().send_score(platform.id, SCORE)

    assert wire.tokens_given == 1
    with transaction(sessions) as session:
        assert b"token-1" not in session.scalars(select(AccessToken.token_encrypted)).one()


@pytest.mark.proves("grades-tokens")
def test_registrations_never_share_a_token(gateway, platform, other_platform, wire):
    gateway.send_score(platform.id, SCORE)
    gateway.send_score(other_platform.id, SCORE)
    gateway.send_score(platform.id, SCORE)

    assert [request.headers["Authorization"] for request in wire.services] == [
        "Bearer token-1",
        "Bearer token-2",
        "Bearer token-1",
    ]


def test_threads_that_need_a_token_at_once_ask_for_one(gateway, platform, wire):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: gateway.send_score(platform.id, SCORE), range(6)))

    assert wire.tokens_given == 1


@pytest.mark.proves("grades-error-401")
def test_refused_token_is_replaced_once_and_everywhere(make_gateway, platform, wire):
    first, second = make_gateway(), make_gateway()
    first.send_score(platform.id, SCORE)
    second.send_score(platform.id, SCORE)
    wire.answers = [httpx.Response(401), httpx.Response(200)]

    first.send_score(platform.id, SCORE)
    wire.answers = [httpx.Response(401), httpx.Response(200)]
    second.send_score(platform.id, SCORE)

    assert wire.tokens_given == 2
    assert wire.services[-1].headers["Authorization"] == "Bearer token-2"


@pytest.mark.proves("grades-error-401")
def test_access_refused_with_a_new_token_too_is_final(gateway, platform, wire):
    wire.answers = [httpx.Response(401)]

    with pytest.raises(DeliveryRefusedError, match="although it was renewed"):
        gateway.send_score(platform.id, SCORE)
    assert len(wire.services) == 2


def test_token_closed_with_a_lost_secret_is_asked_for_again(no_keys, make_gateway, platform, wire, sessions):
    make_gateway().send_score(platform.id, SCORE)
    other = Seal("another secret of at least thirty-two characters")
    with transaction(sessions) as session:
        rotate_keys(session, other, NOW + seconds(1), every_key=True)

    make_gateway(other).send_score(platform.id, SCORE)

    assert wire.tokens_given == 2


OUTCOMES = [
    (200, b"", {}, None),
    (201, b'{"resultUrl": "x"}', {}, None),
    (204, b"", {}, None),
    (200, b"<!doctype html>Maintenance", {}, DeliveryRetryError),
    (302, b"", {"Location": "https://evil.example/"}, DeliveryRetryError),
    (400, b"bad", {}, DeliveryRefusedError),
    (400, b"Provided timestamp before last updated timestamp", {}, ScoreConflictError),
    (403, b"Forbidden", {}, DeliveryRefusedError),
    (403, b"403 Forbidden (Rate Limit Exceeded)", {}, DeliveryRetryError),
    (403, b"Forbidden", {"X-Rate-Limit-Remaining": "0.0"}, DeliveryRetryError),
    (403, b"Forbidden", {"X-Rate-Limit-Remaining": "many"}, DeliveryRefusedError),
    (404, b"", {}, ColumnGoneError),
    (408, b"", {}, DeliveryRetryError),
    (409, b"", {}, ScoreConflictError),
    (410, b"", {}, ColumnGoneError),
    (400, b"submittedAt lies in the future", {}, DeliveryRefusedError),
    (415, b"", {}, DeliveryRefusedError),
    (422, b"", {}, DeliveryRefusedError),
    (422, b"The maximum number of allowed attempts has been reached", {}, DeliveryRefusedError),
    (425, b"", {}, DeliveryRetryError),
    (429, b"", {}, DeliveryRetryError),
    (500, b"", {}, DeliveryRetryError),
    (502, b"<html>", {}, DeliveryRetryError),
    (503, b"", {"Retry-After": "120"}, DeliveryRetryError),
    (599, b"", {}, DeliveryRetryError),
]


@pytest.mark.proves(
    "grades-error-429", "grades-error-403", "grades-error-400", "grades-error-409", "grades-error-422"
)
@pytest.mark.parametrize(("status", "body", "headers", "error"), OUTCOMES, ids=range(len(OUTCOMES)))
def test_answer_of_the_lms_means(gateway, platform, wire, status, body, headers, error):
    wire.answers = [httpx.Response(status, content=body, headers=headers)]
    outcome = None

    try:
        gateway.send_score(platform.id, SCORE)
    except (DeliveryRetryError, DeliveryRefusedError) as raised:
        outcome = type(raised)
        assert raised.message.endswith((".", "resend."))

    assert outcome is error
    assert len(wire.services) == 1


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("x"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.ConnectTimeout("x"),
        OSError("x"),
    ],
)
def test_network_trouble_is_worth_another_try(gateway, platform, wire, error):
    wire.answers = [error]

    with pytest.raises(DeliveryRetryError):
        gateway.send_score(platform.id, SCORE)


@pytest.mark.proves("grades-error-429")
@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("120", 120),
        ("0", 0),
        ("Mon, 23 Nov 2026 09:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 08:00:00 GMT", 0),
        ("999999999999", 3600),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_number_or_date(gateway, platform, wire, value, wait_s):
    wire.answers = [httpx.Response(503, headers={"Retry-After": value})]

    with pytest.raises(DeliveryRetryError) as waiting:
        gateway.send_score(platform.id, SCORE)
    assert waiting.value.retry_after_s == wait_s


def test_lms_that_refused_us_is_not_asked_again_for_every_waiting_grade(gateway, platform, wire, clock):
    wire.token_answer = httpx.Response(401, json={"error": "invalid_client"})
    for second in (0, 1, 4.9):
        clock.now = NOW + seconds(second)
        with pytest.raises(DeliveryRetryError, match="does not recognise"):
            gateway.send_score(platform.id, SCORE)
    assert len(wire.requests) == 1

    wire.token_answer = None
    clock.now = NOW + seconds(5)
    gateway.send_score(platform.id, SCORE)


def test_changed_registration_does_not_use_the_old_token(gateway, platform, wire, sessions):
    gateway.send_score(platform.id, SCORE)
    with transaction(sessions) as session:
        session.get(Platform, platform.id).client_id = "client-101"

    gateway.send_score(platform.id, SCORE)

    assert wire.services[1].headers["Authorization"] == "Bearer token-2"


TOKEN_TROUBLE = [
    (httpx.Response(200, content=b"<html>"), DeliveryRetryError),
    (httpx.Response(200, json={"access_token": ""}), DeliveryRetryError),
    (httpx.Response(200, json={"access_token": "a\nb"}), DeliveryRetryError),
    (httpx.Response(200, json=[]), DeliveryRetryError),
    (httpx.Response(500), DeliveryRetryError),
    (httpx.Response(401, json={"error": "invalid_client"}), DeliveryRetryError),
    (httpx.Response(400, json={"error": ["invalid_scope"]}), DeliveryRetryError),
    (httpx.Response(200, json={"access_token": "t", "scope": "something else"}), DeliveryRefusedError),
]


@pytest.mark.parametrize(("answer", "error"), TOKEN_TROUBLE, ids=range(len(TOKEN_TROUBLE)))
def test_no_token_no_score(gateway, platform, wire, answer, error):
    wire.token_answer = answer

    with pytest.raises(error):
        gateway.send_score(platform.id, SCORE)
    assert wire.services == []


@pytest.mark.parametrize("life", [None, "3600", "soon", -1, 0, 1e400, [1]])
def test_odd_lifetime_of_a_token_does_no_harm(gateway, platform, wire, life):
    wire.token_answer = httpx.Response(200, content=json.dumps({"access_token": "t", "expires_in": life}))

    gateway.send_score(platform.id, SCORE)

    assert wire.services[0].headers["Authorization"] == "Bearer t"


def test_score_is_not_sent_in_the_open(gateway, platform, wire):
    with pytest.raises(DeliveryRefusedError, match="not secure"):
        gateway.send_score(
            platform.id, dataclasses.replace(SCORE, line_item_url="http://lms.example/items/7")
        )
    assert wire.requests == []


def test_ended_connection_sends_nothing(gateway, platform, wire, sessions):
    with transaction(sessions) as session:
        retire_platform(session, platform.id, now=NOW)

    with pytest.raises(DeliveryRefusedError, match="was ended"):
        gateway.send_score(platform.id, SCORE)
    assert wire.requests == []


@pytest.mark.proves("grades-http")
def test_cookies_of_an_lms_are_not_kept(gateway, platform, wire):
    wire.answers = [httpx.Response(200, headers={"Set-Cookie": "session=1; Path=/"})]
    gateway.send_score(platform.id, SCORE)
    gateway.send_score(platform.id, SCORE)

    assert "Cookie" not in wire.services[1].headers


@pytest.mark.proves("grades-http")
def test_endless_answer_is_given_up(gateway, platform, wire):
    wire.answers = [httpx.Response(200, content=b"x" * (3 * 1024 * 1024))]

    with pytest.raises(DeliveryRetryError, match="too long"):
        gateway.send_score(platform.id, SCORE)


# Results


def find(gateway, platform):
    return gateway.find_result(platform.id, SCORE.line_item_url, SCORE.subject)


def test_result_is_asked_for_by_learner_and_found(gateway, platform, wire):
    wire.answers = [
        httpx.Response(
            200, json=[{"userId": "other"}, {"userId": "learner-7", "resultScore": 8, "resultMaximum": 10}]
        )
    ]

    result = find(gateway, platform)

    assert (result.result_score, result.result_maximum) == (8.0, 10.0)
    request = wire.services[0]
    assert request.url.path == "/items/7/results"
    assert dict(request.url.params) == {"type_id": "1", "user_id": "learner-7"}
    assert request.headers["Accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


def test_pages_are_followed_on_the_same_origin_only(gateway, platform, wire):
    first = httpx.Response(
        200, json=[{"userId": "other"}], headers={"Link": '</items/7/results?page=Bookmark:WzEs>; rel="next"'}
    )
    wire.answers = [first, httpx.Response(200, json=[{"userId": "learner-7", "resultScore": 1}])]
    assert find(gateway, platform).result_score == 1.0
    assert wire.services[1].url.params["page"] == "Bookmark:WzEs"

    wire.answers = [httpx.Response(200, json=[], headers={"Link": '<https://evil.example/x>; rel="next"'})]
    assert find(gateway, platform) is None
    assert {request.url.host for request in wire.requests} == {"lms.example"}


def test_pages_without_end_come_to_an_end(gateway, platform, wire):
    wire.answers = [
        httpx.Response(200, json=[], headers={"Link": f'<https://lms.example/r?page={n}>; rel="next"'})
        for n in (1, 2)
    ] * 40

    assert find(gateway, platform) is None
    assert len(wire.services) <= 50


@pytest.mark.parametrize("body", [b"[]", b"[null, 7, {}]"])
def test_nothing_found_is_none(gateway, platform, wire, body):
    wire.answers = [httpx.Response(200, content=body)]
    assert find(gateway, platform) is None

    wire.answers = [httpx.Response(404)]
    assert find(gateway, platform) is None


@pytest.mark.parametrize("number", ["8", None, True, [8], {}])
def test_result_that_is_no_number_counts_as_empty(gateway, platform, wire, number):
    wire.answers = [httpx.Response(200, json=[{"userId": "learner-7", "resultScore": number}])]

    assert find(gateway, platform).result_score is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"null"])
def test_results_that_are_none_are_worth_another_try(gateway, platform, wire, body):
    wire.answers = [httpx.Response(200, content=body)]

    with pytest.raises(DeliveryRetryError):
        find(gateway, platform)


@pytest.mark.proves("grades-scores-before-query")
@pytest.mark.parametrize(
    ("url", "scores"),
    [
        ("https://a.example/i/1", "https://a.example/i/1/scores"),
        ("https://a.example/i/1/", "https://a.example/i/1/scores"),
        ("https://a.example/i?x=1&y=/", "https://a.example/i/scores?x=1&y=/"),
        ("https://a.example/i/1#top", "https://a.example/i/1/scores"),
    ],
)
def test_scores_are_posted_below_the_path(url, scores):
    assert add_to_path(url, "/scores") == scores


@pytest.mark.proves("grades-score-only-when-graded")
@pytest.mark.parametrize("progress", ["Pending", "NotReady", "Failed"])
def test_message_without_a_score_never_erases_one(progress):
    score = dataclasses.replace(
        SCORE, score_given=None, activity_progress="Started", grading_progress=progress
    )

    told = json.loads(score_json(score, get_product("canvas"), public_url="https://tool.example"))

    assert "scoreGiven" not in told
    assert told[CANVAS_SUBMISSION]["preserve_score"] is True
    assert told[CANVAS_SUBMISSION]["new_submission"] is False
    for product in ("schoology", "moodle", None):
        with pytest.raises(ValueError, match="erases"):
            score_json(score, get_product(product), public_url="https://tool.example")


@pytest.mark.proves("grades-score-only-when-graded")
@pytest.mark.parametrize(
    ("progress", "is_told"), [("FullyGraded", True), ("PendingManual", True), ("Pending", False)]
)
def test_score_is_told_only_with_a_progress_that_counts(progress, is_told):
    score = dataclasses.replace(SCORE, grading_progress=progress)

    told = json.loads(score_json(score, get_product("canvas"), public_url="https://tool.example"))

    assert ("scoreGiven" in told) is is_told
