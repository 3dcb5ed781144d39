"""Whatever is posted, a launch is accepted or refused with words for a person: no other error comes out."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lti_stand_in import (
    BROWSER_KEY,
    DROP,
    NOW,
    PUBLIC_URL,
    TARGET,
    Launcher,
    StandInLMS,
    browser_settings,
    seconds,
)

from lti_tool.db.connect import transaction
from lti_tool.errors import LaunchError
from lti_tool.facts.launch import Launch
from lti_tool.lti import spec
from lti_tool.lti.login import begin_login
from lti_tool.lti.tables import Platform
from lti_tool.lti.token import Expected, read_kid, verify_token

LMS = StandInLMS()
PLATFORM = Platform(issuer=LMS.issuer, client_id="client-100", product=None)
EXPECTED = Expected(
    platform=PLATFORM,
    nonce="n",
    target_link_uri=TARGET,
    begun_at=NOW,
    public_url=PUBLIC_URL,
)
CLAIMS = [
    *LMS.claims("n"),
    "azp",
    "locale",
    spec.CUSTOM,
    spec.LIS,
    spec.PRESENTATION,
    spec.AGS,
    spec.NRPS,
    spec.DEEP_LINKING,
]
INNER = [
    "id",
    "title",
    "scope",
    "lineitem",
    "lineitems",
    "return_url",
    "locale",
    "context_memberships_url",
    "person_sourcedid",
]

text = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["$Person.name", "https://[", "http://a:99999/", "\x00", "\ud800", "-"]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | text
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER) | text, inner, max_size=4)
    ),
    max_leaves=8,
)
headers = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "cty", "zip"]), values, max_size=3
)
a_few = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def verify(token):
    """True when accepted, False when refused; any other error fails the test."""
    try:
        read_kid(token)
        launch = verify_token(token, key=LMS.key, expected=EXPECTED, now=NOW)
    except LaunchError as refused:
        assert refused.message
        return False
    assert is_storable(launch)
    return True


def is_storable(launch: Launch):
    """What a launch carries fits PostgreSQL's texts."""
    told = [
        launch.person.name,
        launch.person.email,
        launch.locale,
        launch.return_url,
        *launch.custom.values(),
        *launch.custom,
    ]
    told += [launch.link.title if launch.link else None, launch.context.title if launch.context else None]
    return all("\x00" not in value and value.encode() for value in told if value)


@given(st.dictionaries(st.sampled_from(CLAIMS), values | st.just(DROP), min_size=1, max_size=4))
@a_few
def test_mutated_claims_are_accepted_or_refused(changes):
    verify(LMS.sign(LMS.claims("n") | {name: value for name, value in changes.items() if value is not DROP}))


@given(headers)
@a_few
def test_mutated_headers_are_accepted_or_refused(header):
    verify(LMS.sign(LMS.claims("n"), header=header))


@given(st.integers(0, 2000), st.characters(codec="utf-8"))
@a_few
def test_token_with_one_changed_character_is_refused(position, character):
    token = LMS.sign(LMS.claims("n"))
    position %= token.rindex(".") + 1
    changed = token[:position] + character + token[position + 1 :]

    assert not verify(changed) or changed == token


@given(
    st.text()
    | st.text(alphabet=string.ascii_letters + "._-=", max_size=200)
    | st.binary().map(lambda b: b.decode("latin-1"))
)
@a_few
def test_garbage_tokens_are_refused(token):
    assert not verify(token)


@given(st.binary(max_size=200))
@a_few
def test_signed_garbage_is_refused(payload):
    assert not verify(LMS.sign(payload))


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "iss",
                "client_id",
                "login_hint",
                "lti_message_hint",
                "target_link_uri",
                "lti_deployment_id",
                "lti_storage_target",
            ]
        ),
        text,
        min_size=1,
    )
)
@a_few
def test_any_login_request_begins_or_is_refused(sessions, changes):
    params = {"iss": LMS.issuer, "login_hint": "h", "target_link_uri": TARGET} | changes
    with pytest.raises(LaunchError), transaction(sessions) as session:
        begin_login(session, params, now=NOW, browser_key=BROWSER_KEY, settings=browser_settings())


@given(st.dictionaries(st.sampled_from(["state", "id_token", "error"]), text | st.text(max_size=300)))
@a_few
def test_any_launch_form_is_refused(sessions, keys, form):
    launcher = Launcher(sessions, LMS, keys, browser_settings())

    with pytest.raises(LaunchError):
        launcher.post(form, now=NOW + seconds(1))


def test_the_untouched_token_is_accepted():
    assert verify(LMS.sign(LMS.claims("n")))
