"""What every gateway keeps, the real one against the demo LMS and the fake that other tests use."""

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from fakes import FakeGateway
from local_servers import key_list_app, serving

from lti_tool.db.base import utcnow
from lti_tool.db.connect import transaction
from lti_tool.demo_lms import DemoConfig, create_app
from lti_tool.errors import DeliveryRefusedError, DeliveryRetryError, ScoreConflictError
from lti_tool.facts.gateway import OutgoingScore, RecordedResult
from lti_tool.lti.connection import check_platform
from lti_tool.lti.gateway import HTTPGateway
from lti_tool.lti.keys import ensure_keys, rotate_keys
from lti_tool.lti.platforms import PlatformFacts, add_platform, change_platform

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


class FakeSide:
    def __init__(self):
        self.platform_id = uuid.uuid4()
        self.line_item_url, self.subject = "https://lms.example/items/1", "learner-7"
        self.gateway = FakeGateway(columns={self.line_item_url})

    def go_down(self):
        self.gateway.is_down = True

    def recover(self):
        self.gateway.is_down, self.gateway.asks_to_wait_s, self.gateway.loses_answers = False, None, False

    def ask_to_wait(self, seconds):
        self.gateway.asks_to_wait_s = seconds

    def lose_answers(self):
        self.gateway.loses_answers = True

    def forbid(self):
        self.gateway.is_forbidden = True


class DemoSide:
    """A registered demo LMS, the gateway, and the switches of the LMS."""

    def __init__(self, gateway, platform_id, app):
        self.gateway, self.platform_id, self.app = gateway, platform_id, app
        http = app.test_client()
        link = next(link for link in http.get("/api/links").json if link["id"] == "grade-7-leave-the-page")
        self.line_item_url = link["lineitem"]
        self.subject = next(
            user["sub"] for user in http.get("/api/users").json if user["id"] == "student-076"
        )

    def misbehave(self, **behavior):
        services = dict.fromkeys(("scores", "results"), behavior)
        assert self.app.test_client().post("/api/behavior", json=services).status_code == 200

    def go_down(self):
        self.misbehave(mode="status", status=503)

    def recover(self):
        self.misbehave(mode="ok")

    def ask_to_wait(self, seconds):
        self.misbehave(mode="status", status=429, retry_after=str(seconds))

    def lose_answers(self):
        self.misbehave(mode="drop", applied=True)

    def forbid(self):
        self.misbehave(mode="status", status=403)


@pytest.fixture
def demo_side(sessions, tenant_id, seal, settings):
    with transaction(sessions) as session:
        ensure_keys(session, seal, utcnow())
    gateway = HTTPGateway(sessions, seal, settings)
    with serving(lambda _: key_list_app(sessions, utcnow)) as tool:
        tool_url = f"http://127.0.0.1:{tool.server_port}"
        apps = []

        def make_app(port):
            config = DemoConfig(
                base_url=f"http://localhost:{port}", tool_url=tool_url, switches={"line_item_query": True}
            )
            apps.append(create_app(config))
            return apps[0]

        with serving(make_app) as lms:
            base = f"http://localhost:{lms.server_port}"
            facts = PlatformFacts(
                name="Demo",
                issuer=base,
                client_id="infolit-demo",
                auth_url=base + "/auth",
                token_url=base + "/token",
                jwks_url=base + "/.well-known/jwks.json",
            )
            with transaction(sessions) as session:
                platform = add_platform(
                    session,
                    facts,
                    tenant_id=tenant_id,
                    now=utcnow(),
                    allow_http=True,
                    deployment_ids=["demo-1"],
                )
            side = DemoSide(gateway, platform.id, apps[0])
            side.sessions, side.facts = sessions, facts
            yield side
            gateway.close()


@pytest.fixture(params=["fake", "demo LMS"])
def side(request):
    return FakeSide() if request.param == "fake" else request.getfixturevalue("demo_side")


def score(side, **changes):
    sent = OutgoingScore(
        line_item_url=side.line_item_url,
        subject=side.subject,
        score_given=8.5,
        score_maximum=20,
        timestamp=AT,
        submitted_at=AT,
    )
    return dataclasses.replace(sent, **changes)


def send(side, **changes):
    side.gateway.send_score(side.platform_id, score(side, **changes))


def find(side):
    return side.gateway.find_result(side.platform_id, side.line_item_url, side.subject)


def test_score_that_was_sent_is_found(side):
    assert find(side) is None

    send(side)

    assert find(side) == RecordedResult(subject=side.subject, result_score=8.5, result_maximum=20.0)


def test_newer_score_replaces_the_older_by_a_microsecond(side):
    send(side)
    send(side, score_given=3, timestamp=AT + timedelta(microseconds=1))

    assert find(side).result_score == 3


@pytest.mark.parametrize("earlier_us", [0, 1])
def test_score_that_is_not_newer_is_a_conflict_and_changes_nothing(side, earlier_us):
    send(side)

    with pytest.raises(ScoreConflictError):
        send(side, score_given=3, timestamp=AT - timedelta(microseconds=earlier_us))
    assert find(side).result_score == 8.5


def test_lms_that_is_down_is_worth_another_try(side):
    side.go_down()
    with pytest.raises(DeliveryRetryError):
        send(side)
    with pytest.raises(DeliveryRetryError):
        find(side)
    side.recover()

    send(side)
    assert find(side)


def test_lms_says_how_long_to_wait(side):
    side.ask_to_wait(77)

    with pytest.raises(DeliveryRetryError) as waiting:
        send(side)
    assert waiting.value.retry_after_s == 77


def test_answer_that_got_lost_is_tried_again_and_recognised(side):
    side.lose_answers()
    with pytest.raises(DeliveryRetryError):
        send(side)
    side.recover()

    with pytest.raises(ScoreConflictError):
        send(side)
    assert find(side).result_score == 8.5


def test_missing_permission_will_not_help_to_try_again(side):
    side.forbid()

    with pytest.raises(DeliveryRefusedError, match="does not let InfoLit write"):
        send(side)


def test_column_that_is_gone_will_not_help_to_try_again(side):
    with pytest.raises(DeliveryRefusedError, match="column is gone"):
        send(side, line_item_url=side.line_item_url.replace("items/", "items/gone-"))


# What only the demo LMS can show


@pytest.mark.parametrize(
    "behavior", [{"mode": "garbage"}, {"mode": "drop"}, {"mode": "hang"}, {"mode": "status", "status": 302}]
)
def test_nonsense_from_the_lms_is_worth_another_try(demo_side, behavior):
    demo_side.misbehave(**behavior)

    with pytest.raises(DeliveryRetryError):
        send(demo_side)
    with pytest.raises(DeliveryRetryError):
        find(demo_side)


def test_token_endpoint_out_of_order_is_worth_another_try(demo_side):
    for behavior in (
        {"mode": "garbage"},
        {"mode": "status", "status": 500},
        {"mode": "status", "status": 401},
    ):
        demo_side.app.test_client().post("/api/behavior", json={"token": behavior})
        with pytest.raises(DeliveryRetryError):
            send(demo_side)


def test_connection_test_finds_all_in_order(demo_side):
    checks = check_platform(
        demo_side.sessions, demo_side.gateway, demo_side.platform_id, public_url="http://tool.example"
    )

    assert [(check.name, check.ok) for check in checks] == [
        ("keys", True),
        ("scores", True),
        ("columns", True),
        ("results", True),
        ("roster", True),
        ("deployments", True),
    ]


def change(side, **changes):
    with transaction(side.sessions) as session:
        change_platform(
            session, side.platform_id, dataclasses.replace(side.facts, **changes), allow_http=True
        )
    checks = check_platform(side.sessions, side.gateway, side.platform_id, public_url="http://tool.example")
    return {check.name: check for check in checks if not check.ok}


def test_connection_test_says_what_to_compare_for_a_wrong_client_id(demo_side):
    failed = change(demo_side, client_id="another")

    assert set(failed) == {"scores", "columns", "results", "roster"}
    assert "does not recognise InfoLit" in failed["scores"].sentence
    for needed in ("another", "http://tool.example/lti/jwks.json", demo_side.facts.token_url):
        assert needed in failed["scores"].remedy


def test_connection_test_says_which_address_to_look_at(demo_side):
    issuer = demo_side.facts.issuer

    assert "status 404" in change(demo_side, jwks_url=issuer + "/nowhere")["keys"].sentence
    assert "is not a key list" in change(demo_side, jwks_url=issuer + "/healthz")["keys"].sentence
    assert "could not be reached" in change(demo_side, jwks_url="http://127.0.0.1:9/jwks")["keys"].sentence
    assert issuer + "/gone" in change(demo_side, token_url=issuer + "/gone")["scores"].remedy


def test_rotated_keys_are_taken_by_the_lms_at_once(demo_side, seal):
    send(demo_side)
    with transaction(demo_side.sessions) as session:
        rotate_keys(session, seal, utcnow())

    assert change(demo_side, name="Renamed") == {}
