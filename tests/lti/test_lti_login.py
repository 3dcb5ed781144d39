"""The start of a launch: which registration, where the browser goes, what is remembered."""

import pytest
from lti_stand_in import BROWSER_KEY, DROP, NOW, TARGET, Launcher, query_of, seconds
from sqlalchemy import select

from lti_tool.db.connect import transaction
from lti_tool.errors import LaunchError, UnknownPlatformError
from lti_tool.lti.tables import LoginState


@pytest.fixture
def launcher(sessions, lms, keys, settings, platform):
    return Launcher(sessions, lms, keys, settings)


@pytest.mark.proves("launch-login-parameters")
def test_browser_is_sent_to_the_lms_with_all_it_asks_for(launcher):
    start = launcher.begin(lti_message_hint='{"cmid": 7}')

    assert start.redirect_url.startswith("https://sso.lms.example/auth?school=7&")
    assert query_of(start.redirect_url) == {
        "school": "7",
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-100",
        "redirect_uri": "https://tool.example/lti/launch",
        "login_hint": "hint-7",
        "lti_message_hint": '{"cmid": 7}',
        "state": start.state,
        "nonce": start.nonce,
    }
    assert start.auth_origin == "https://sso.lms.example"


def test_message_hint_is_left_out_when_the_lms_gave_none(launcher):
    assert "lti_message_hint" not in launcher.begin().redirect_url


def test_state_and_browser_key_are_not_kept_in_clear(launcher, sessions):
    start = launcher.begin()

    with transaction(sessions) as session:
        row = session.scalars(select(LoginState)).one()
    assert not {start.state, BROWSER_KEY} & {row.state_hash, row.browser_hash, row.nonce}
    assert len(start.state) >= 43
    assert start.state != launcher.begin().state


def test_issuer_with_one_registration_needs_no_client_id(launcher, platform):
    assert launcher.begin(client_id=DROP).platform_id == platform.id


@pytest.mark.proves("launch-one-issuer-two-districts")
def test_issuer_with_two_registrations_needs_a_client_id(launcher, platform, other_platform):
    with pytest.raises(UnknownPlatformError, match="client_id"):
        launcher.begin(client_id=DROP)

    assert launcher.begin(client_id="client-200").platform_id == other_platform.id


@pytest.mark.parametrize("changes", [{"iss": "https://other.example"}, {"client_id": "client-999"}])
def test_unknown_lms_is_refused(launcher, changes):
    with pytest.raises(UnknownPlatformError):
        launcher.begin(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": DROP},
        {"iss": "a\x00b"},
        {"login_hint": DROP},
        {"login_hint": "a\x00b"},
        {"target_link_uri": DROP},
        {"target_link_uri": "https://evil.example/lti/launch"},
        {"target_link_uri": "//tool.example/lti/launch"},
        {"client_id": "c" * 256},
        {"lti_deployment_id": "\n"},
        {"lti_message_hint": "\ud800"},
    ],
    ids=[
        "no iss",
        "odd iss",
        "no login_hint",
        "odd login_hint",
        "no target",
        "foreign target",
        "half target",
        "long client_id",
        "odd deployment",
        "odd hint",
    ],
)
def test_unusable_request_is_refused_and_nothing_is_kept(launcher, sessions, changes):
    with pytest.raises(LaunchError) as refused:
        launcher.begin(**changes)

    assert f"`{next(iter(changes))}`" in refused.value.message
    with transaction(sessions) as session:
        assert session.scalars(select(LoginState)).all() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("_parent", "_parent"),
        ("post_message_forwarding", "post_message_forwarding"),
        ('"><script>', None),
        ("", None),
    ],
)
def test_storage_target_is_a_plain_frame_name(launcher, sent, kept):
    assert launcher.begin(lti_storage_target=sent).storage_target == kept


def test_old_launches_are_cleared_away_by_new_ones(launcher, sessions, settings):
    launcher.begin()
    later = NOW + seconds(settings.login_minutes * 60 + 3601)
    launcher.begin(now=later)

    with transaction(sessions) as session:
        assert [row.created_at for row in session.scalars(select(LoginState))] == [later]


def test_target_may_lie_below_the_tools_own_path(sessions, lms, keys, platform):
    from lti_tool.settings import Settings

    launcher = Launcher(sessions, lms, keys, Settings(public_url="https://schools.example/infolit"))

    with pytest.raises(LaunchError):
        launcher.begin(target_link_uri="https://schools.example/infolitigation")
    with pytest.raises(LaunchError):
        launcher.begin(target_link_uri=TARGET)
    start = launcher.begin(target_link_uri="https://schools.example/infolit/lti/launch")
    assert query_of(start.redirect_url)["redirect_uri"] == "https://schools.example/infolit/lti/launch"
