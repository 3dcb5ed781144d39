"""The administrator's console: health, messages without persons, changing and retiring an LMS, invitations, keys."""

from datetime import timedelta

import pytest
from stack import ANA, MODULE_LINK

from lti_tool.db.connect import transaction
from lti_tool.lti.keys import public_jwks, rotate_if_due
from lti_tool.lti.message_log import note, purge_messages
from lti_tool.people.grants import ensure_tenant
from lti_tool.people.sessions import make_ticket


def enter(stack, tenant_id):
    with transaction(stack.tool.sessions) as session:
        ticket = make_ticket(session, tenant_id, now=stack.tool.clock())
    return stack.browser().post(f"/admin/enter/{ticket}")


@pytest.fixture
def administrator(stack):
    return enter(stack, stack.tenant_id)


@pytest.fixture
def stranger(stack):
    """The administrator of another district."""
    with transaction(stack.tool.sessions) as session:
        tenant_id = ensure_tenant(session, "elsewhere", "Elsewhere").id
    return enter(stack, tenant_id)


def finish_one(stack):
    student = stack.launch(MODULE_LINK, ANA)
    for _ in range(60):
        if 'value="finish"' in student.text:
            break
        student.submit("next")
    student.submit("finish")
    return student


@pytest.mark.proves("console-health")
def test_health_shows_launch_and_grade(administrator, stack):
    finish_one(stack)
    assert stack.deliver_all() == 1

    administrator.get_link("Demo LMS")

    kinds = {row["kind"]: row for row in stack.rows("SELECT * FROM message_log ORDER BY id")}
    assert {"launch", "token", "score"} <= set(kinds)
    assert {row["outcome"] for row in kinds.values()} == {"ok"}
    assert "Last launch" in administrator.text
    assert administrator.page.text.count("–</strong>") == 0


@pytest.mark.proves("console-log-impersonal")
def test_refused_launch_and_grade_are_among_the_problems_without_a_name(administrator, stack):
    finish_one(stack)
    stack.behave(mode="status", status=403)
    stack.deliver_all()
    administrator.get_link("Demo LMS")
    administrator.post(
        f"{administrator.path}/deployment",
        {"deployment_id": stack.config.deployment_id, "decision": "refuse"},
    )
    stack.launch(MODULE_LINK, ANA)

    page = administrator.get(f"{administrator.path}/messages?failed=1")

    assert page.page.status_code == 200
    assert "UnknownDeploymentError" in page.text
    assert "403" in page.text
    ana = stack.person(ANA)
    for row in stack.rows("SELECT * FROM message_log"):
        assert ana.sub not in str(row)
        assert set(row) == {"id", "platform_id", "at", "kind", "outcome", "status", "reason"}


@pytest.mark.proves("console-log-impersonal")
def test_message_log_is_bounded_in_time_and_number(stack):
    now = stack.tool.clock()
    with transaction(stack.tool.sessions) as session:
        for age in (0, 1, 2, 40):
            note(session, stack.platform_id, "score", at=now - timedelta(days=age), status=200)
    with transaction(stack.tool.sessions) as session:
        assert purge_messages(session, now=now, most=2) == 2

    assert stack.count("message_log") == 2


def test_lms_is_changed_and_a_mistake_brings_the_form_back(administrator, stack):
    administrator.get_link("Demo LMS")
    page = administrator.path
    entries = stack.rows("SELECT * FROM platform")[0]
    form = {
        name: entries[name] or ""
        for name in ("name", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "product")
    }

    administrator.post(f"{page}/edit", form | {"token_url": "nonsense"})
    assert administrator.page.status_code == 400
    assert "not a web address" in administrator.text
    administrator.post(f"{page}/edit", form | {"name": "Harbor LMS"})

    assert administrator.path == page
    assert "Harbor LMS" in administrator.text
    assert stack.launch(MODULE_LINK, ANA).page.status_code == 200


def test_retired_lms_launches_no_more_until_it_is_restored(administrator, stack):
    administrator.get_link("Demo LMS")
    page = administrator.path

    administrator.post(f"{page}/retire")
    with pytest.raises(AssertionError):
        stack.launch(MODULE_LINK, ANA)
    administrator.get(page).post(f"{page}/restore")

    assert stack.launch(MODULE_LINK, ANA).page.status_code == 200


def test_administrator_makes_a_link_that_is_shown_once(administrator, stack):
    administrator.post(f"{administrator.path}/invite", {"name": "Lakeside"})

    assert f"{stack.tool_url}/lti/register/" in administrator.text
    (ticket,) = stack.rows("SELECT * FROM registration_ticket")
    assert ticket["tenant_id"] == stack.tenant_id
    assert ticket["token_hash"] not in administrator.text


@pytest.mark.proves("schoology-values")
def test_values_to_copy_name_every_address(administrator, stack):
    administrator.get(f"{administrator.path}/values")

    for path in ("/lti/login", "/lti/launch", "/lti/jwks.json", "/lti/canvas.json"):
        assert f"{stack.tool_url}{path}" in administrator.text


@pytest.mark.proves("console-granted-only")
@pytest.mark.parametrize("page", ["", "/edit", "/messages"])
def test_another_district_sees_nothing_of_it(stranger, stack, page):
    assert "Demo LMS" not in stranger.text

    stranger.get(f"/at/{stranger.token}/platforms/{stack.platform_id}{page}")

    assert stranger.page.status_code == 404
    assert "Demo LMS" not in stranger.text


@pytest.mark.proves("console-granted-only")
@pytest.mark.parametrize("act", ["edit", "retire", "restore", "test", "deployment"])
def test_another_district_changes_nothing(stranger, stack, act):
    before = stack.rows("SELECT * FROM platform")

    stranger.post(f"/at/{stranger.token}/platforms/{stack.platform_id}/{act}", {"name": "Mine"})

    assert stranger.page.status_code == 404
    assert stack.rows("SELECT * FROM platform") == before


def kids(stack):
    with transaction(stack.tool.sessions) as session:
        return [key["kid"] for key in public_jwks(session, stack.tool.clock())["keys"]]


@pytest.mark.proves("keys-rotate")
def test_key_is_changed_once_lmss_know_the_next_and_grades_still_arrive(administrator, stack):
    keys = f"/at/{administrator.token}/keys"
    administrator.post(keys)
    assert administrator.page.status_code == 409
    before = kids(stack)

    stack.let_pass(minutes=61)
    administrator.post(keys)

    assert administrator.page.status_code == 200
    assert "Retired, published until" in administrator.text
    assert set(before) < set(kids(stack))


@pytest.mark.proves("keys-rotate")
def test_key_gives_way_by_itself_when_its_time_is_over(stack):
    tool, every = stack.tool, timedelta(days=90)
    start = tool.clock()

    def at(days):
        with transaction(tool.sessions) as session:
            return rotate_if_due(session, tool.seal, start + timedelta(days=days), every=every)

    assert at(89) is None
    first = at(91)
    assert first is not None
    assert at(92) is None
    second = at(182)
    assert second not in (None, first)
