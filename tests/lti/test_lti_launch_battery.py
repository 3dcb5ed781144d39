"""The launches that LTI tools get wrong: each is accepted or refused for its own reason, and none is used up by being refused."""

import dataclasses

import pytest
from lti_stand_in import (
    BROWSER_KEY,
    DROP,
    MEMBERSHIP,
    NOW,
    PUBLIC_URL,
    TARGET,
    Launcher,
    browser_settings,
    seconds,
)
from sqlalchemy import select

from lti_tool.db.connect import transaction
from lti_tool.errors import (
    BrowserMismatchError,
    LaunchError,
    LaunchExpiredError,
    LaunchUntrustedError,
    UnknownDeploymentError,
)
from lti_tool.facts.launch import Role
from lti_tool.lti import spec
from lti_tool.lti.deployments import list_deployments, refuse_deployment
from lti_tool.lti.platforms import PlatformFacts, change_platform, get_platform, retire_platform
from lti_tool.lti.tables import DeploymentStatus, LoginState
from lti_tool.lti.verify import BrowserProof, accept_launch

AT = int(NOW.timestamp())
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"


@pytest.fixture
def launcher(sessions, lms, keys, settings, platform):
    return Launcher(sessions, lms, keys, settings)


def was_used(sessions):
    with transaction(sessions) as session:
        return session.scalars(select(LoginState.consumed_at)).all() != [None]


REFUSED_CLAIMS = {
    "exp missing": ({"exp": DROP}, LaunchError),
    "exp past": ({"exp": AT - 61}, LaunchExpiredError),
    "exp a text": ({"exp": "tomorrow"}, LaunchError),
    "exp true": ({"exp": True}, LaunchError),
    "exp not a number": ({"exp": float("nan")}, LaunchError),
    "exp null": ({"exp": None}, LaunchError),
    "iat missing": ({"iat": DROP}, LaunchError),
    "iat ten minutes ahead": ({"iat": AT + 600}, LaunchError),
    "iat a day old": ({"iat": AT - 86400}, LaunchExpiredError),
    "iat infinite": ({"iat": float("inf")}, LaunchError),
    "iat negative": ({"iat": -1}, LaunchError),
    "nonce missing": ({"nonce": DROP}, LaunchUntrustedError),
    "nonce wrong": ({"nonce": "another"}, LaunchUntrustedError),
    "nonce a list": ({"nonce": ["another"]}, LaunchUntrustedError),
    "iss unknown": ({"iss": "https://other.example"}, LaunchUntrustedError),
    "iss missing": ({"iss": DROP}, LaunchUntrustedError),
    "iss with a slash added": ({"iss": "https://lms.example/"}, LaunchUntrustedError),
    "aud unknown": ({"aud": "client-999"}, LaunchUntrustedError),
    "aud missing": ({"aud": DROP}, LaunchUntrustedError),
    "aud an empty list": ({"aud": []}, LaunchUntrustedError),
    "aud a dict": ({"aud": {"client-100": True}}, LaunchUntrustedError),
    "aud a list within a list": ({"aud": [["client-100"]]}, LaunchUntrustedError),
    "aud a longer id that starts with ours": ({"aud": "client-1000"}, LaunchUntrustedError),
    "azp wrong, one aud": ({"azp": "client-999"}, LaunchUntrustedError),
    "azp wrong, two aud": ({"aud": ["client-100", "stranger"], "azp": "stranger"}, LaunchUntrustedError),
    "azp null": ({"azp": None}, LaunchUntrustedError),
    "untrusted second aud, no azp": ({"aud": ["client-100", "stranger"]}, LaunchUntrustedError),
    "untrusted aud beside ours, not a text": ({"aud": ["client-100", 7]}, LaunchUntrustedError),
    "sub missing": ({"sub": DROP}, LaunchError),
    "sub empty": ({"sub": ""}, LaunchError),
    "sub null": ({"sub": None}, LaunchError),
    "sub a number": ({"sub": 7}, LaunchError),
    "sub of 256 characters": ({"sub": "x" * 256}, LaunchError),
    "sub not ASCII": ({"sub": "Zoë"}, LaunchError),
    "sub with a NUL": ({"sub": "a\x00b"}, LaunchError),
    "version missing": ({spec.VERSION: DROP}, LaunchError),
    "version wrong": ({spec.VERSION: "1.1"}, LaunchError),
    "version a number": ({spec.VERSION: 1.3}, LaunchError),
    "message_type missing": ({spec.MESSAGE_TYPE: DROP}, LaunchError),
    "message_type unknown": ({spec.MESSAGE_TYPE: "LtiSurprise"}, LaunchError),
    "message_type a list": ({spec.MESSAGE_TYPE: ["LtiResourceLinkRequest"]}, LaunchError),
    "deployment missing": ({spec.DEPLOYMENT_ID: DROP}, LaunchError),
    "deployment empty": ({spec.DEPLOYMENT_ID: ""}, LaunchError),
    "deployment of 256 characters": ({spec.DEPLOYMENT_ID: "d" * 256}, LaunchError),
    "deployment unknown": ({spec.DEPLOYMENT_ID: "deployment-2"}, UnknownDeploymentError),
    "target missing": ({spec.TARGET_LINK_URI: DROP}, LaunchError),
    "target on another host": ({spec.TARGET_LINK_URI: "https://evil.example/lti/launch"}, LaunchError),
    "target on a host that starts with ours": (
        {spec.TARGET_LINK_URI: PUBLIC_URL + ".evil.example/lti/launch"},
        LaunchError,
    ),
    "target with our host as user name": (
        {spec.TARGET_LINK_URI: "https://tool.example@evil.example/lti/launch"},
        LaunchError,
    ),
    "target with a backslash": (
        {spec.TARGET_LINK_URI: "https://evil.example\\@tool.example/lti/launch"},
        LaunchError,
    ),
    "target on another port": ({spec.TARGET_LINK_URI: "https://tool.example:8443/lti/launch"}, LaunchError),
    "target by http": ({spec.TARGET_LINK_URI: "http://tool.example/lti/launch"}, LaunchError),
    "target a script": ({spec.TARGET_LINK_URI: "javascript:alert(1)"}, LaunchError),
    "target another page than the login's": ({spec.TARGET_LINK_URI: PUBLIC_URL + "/board"}, LaunchError),
    "roles missing": ({spec.ROLES: DROP}, LaunchError),
    "roles null": ({spec.ROLES: None}, LaunchError),
    "roles a text": ({spec.ROLES: "Learner"}, LaunchError),
    "roles with null": ({spec.ROLES: [None, MEMBERSHIP + "Learner"]}, LaunchError),
    "roles with a number": ({spec.ROLES: [7]}, LaunchError),
    "resource_link missing": ({spec.RESOURCE_LINK: DROP}, LaunchError),
    "resource_link null": ({spec.RESOURCE_LINK: None}, LaunchError),
    "resource_link empty": ({spec.RESOURCE_LINK: {}}, LaunchError),
    "resource_link id a number": ({spec.RESOURCE_LINK: {"id": 7}}, LaunchError),
    "resource_link id of 256 characters": ({spec.RESOURCE_LINK: {"id": "l" * 256}}, LaunchError),
    "deep linking without settings": ({spec.MESSAGE_TYPE: "LtiDeepLinkingRequest"}, LaunchError),
    "deep linking returning to a script": (
        {
            spec.MESSAGE_TYPE: "LtiDeepLinkingRequest",
            spec.DEEP_LINKING: {"deep_link_return_url": "javascript:alert(1)"},
        },
        LaunchError,
    ),
}


@pytest.mark.proves("launch-azp", "launch-times", "launch-ids-255", "launch-target-from-claim")
@pytest.mark.parametrize("name", REFUSED_CLAIMS)
def test_wrong_claim_is_refused_for_its_own_reason(launcher, sessions, name):
    changes, error = REFUSED_CLAIMS[name]
    form = launcher.form(launcher.begin(), **changes)

    with pytest.raises(LaunchError) as refused:
        launcher.post(form)

    assert refused.type is error
    assert not was_used(sessions)


ACCEPTED_CLAIMS = {
    "as LMSs send it": {},
    "aud a list": {"aud": ["client-100"]},
    "our client id second in aud, we are the authorized party": {
        "aud": ["stranger", "client-100"],
        "azp": "client-100",
    },
    "azp ours": {"azp": "client-100"},
    "clock of the LMS 3 s ahead": {"iat": AT + 3},
    "clock of the LMS 59 s behind": {"iat": AT - 59},
    "expired 2 s ago": {"exp": AT - 2},
    "times with a fraction": {"iat": AT + 0.25, "exp": AT + 3600.5},
    "exp far beyond any calendar": {"exp": 10**30},
    "sub of 255 characters": {"sub": "x" * 255},
    "deep linking": {
        spec.MESSAGE_TYPE: "LtiDeepLinkingRequest",
        spec.RESOURCE_LINK: DROP,
        spec.DEEP_LINKING: {"deep_link_return_url": "https://lms.example/return"},
    },
    "target with a query": {spec.TARGET_LINK_URI: TARGET + "?module=leave-the-page"},
    "several roles": {spec.ROLES: [MEMBERSHIP + "Learner", INSTITUTION + "Student"]},
    "short role": {spec.ROLES: ["Instructor"]},
    "unknown role": {spec.ROLES: ["http://lms.example/roles#Wizard"]},
    "no role": {spec.ROLES: []},
    "e-mail only": {"name": DROP, "given_name": DROP, "family_name": DROP},
    "names only": {"email": DROP},
    "no personal data": {"name": DROP, "given_name": DROP, "family_name": DROP, "email": DROP},
    "e-mail without context": {"name": DROP, spec.CONTEXT: DROP},
    "unknown claims": {"https://lms.example/claim": {"anything": [1, None]}},
}


@pytest.mark.proves("launch-times", "launch-unknown-claims", "launch-azp")
@pytest.mark.parametrize("name", ACCEPTED_CLAIMS)
def test_good_launch_is_accepted(launcher, sessions, name):
    launch = launcher.launch(**ACCEPTED_CLAIMS[name])

    assert launch.person.subject
    assert was_used(sessions)


REFUSED_HEADERS = {
    "kid missing": {"kid": DROP},
    "kid unknown": {"kid": "no-such-key"},
    "kid a number": {"kid": 7},
    "kid empty": {"kid": ""},
    "critical header unknown": {"crit": ["surprise"], "surprise": 1},
}


@pytest.mark.parametrize("name", REFUSED_HEADERS)
def test_wrong_header_is_refused(launcher, lms, sessions, name):
    start = launcher.begin()
    token = lms.sign(lms.claims(start.nonce), header=REFUSED_HEADERS[name])

    with pytest.raises(LaunchUntrustedError):
        launcher.post({"state": start.state, "id_token": token})

    assert not was_used(sessions)


def test_unknown_header_that_is_not_critical_is_ignored(launcher, lms):
    start = launcher.begin()
    token = lms.sign(lms.claims(start.nonce), header={"x-lms": "7"})

    assert launcher.post({"state": start.state, "id_token": token})


@pytest.mark.proves("launch-algorithm")
@pytest.mark.parametrize(
    "attack", ["stranger's key", "secret made of our view of the key", "no signature", "changed claims"]
)
def test_forged_signature_is_refused(launcher, lms, sessions, attack):
    start = launcher.begin()
    claims = lms.claims(start.nonce)
    token = {
        "stranger's key": lambda: lms.sign(claims, key=lms.stranger),
        "secret made of our view of the key": lambda: lms.sign_with_secret(claims),
        "no signature": lambda: lms.sign_nothing(claims),
        "changed claims": lambda: swap_payload(lms.sign(claims), lms.sign(claims | {"sub": "teacher-1"})),
    }[attack]()

    with pytest.raises(LaunchUntrustedError):
        launcher.post({"state": start.state, "id_token": token})

    assert not was_used(sessions)


def swap_payload(token, other):
    header, _, signature = token.split(".")
    return f"{header}.{other.split('.')[1]}.{signature}"


GARBAGE = [
    "garbage",
    "a.b",
    "a.b.c",
    "....",
    "é.é.é",
    "eyJhbGciOiJSUzI1NiJ9..",
    "\ud800.\ud800.\ud800",
    "x" * 200_000,
    "e30.e30.e30",
]


@pytest.mark.parametrize("token", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused(launcher, token):
    start = launcher.begin()

    with pytest.raises(LaunchError):
        launcher.post({"state": start.state, "id_token": token})


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b"7",
        b"{",
        b'{"iss": ' + b"[" * 50_000,
        b"\xff\xfe",
        b'{"exp": ' + b"9" * 5000 + b"}",
    ],
)
def test_signed_nonsense_is_refused(launcher, lms, payload):
    start = launcher.begin()

    with pytest.raises(LaunchError):
        launcher.post({"state": start.state, "id_token": lms.sign(payload)})


@pytest.mark.parametrize("missing", ["state", "id_token"])
def test_form_without_state_or_token_is_refused(launcher, missing):
    form = launcher.form(launcher.begin())
    del form[missing]

    with pytest.raises(LaunchError):
        launcher.post(form)


def test_state_never_given_out_is_refused(launcher):
    form = launcher.form(launcher.begin()) | {"state": "x" * 43}

    with pytest.raises(LaunchExpiredError):
        launcher.post(form)


@pytest.mark.proves("launch-bound-to-registration")
def test_token_of_another_registration_is_refused_though_it_is_signed_by_the_same_lms(
    launcher, other_platform
):
    start = launcher.begin(client_id="client-100")

    with pytest.raises(LaunchUntrustedError):
        launcher.post(launcher.form(start, aud="client-200", azp="client-200"))


def test_token_of_another_login_is_refused(launcher):
    first, second = launcher.begin(), launcher.begin()

    with pytest.raises(LaunchUntrustedError):
        launcher.post(launcher.form(first) | {"state": second.state})


@pytest.mark.proves("launch-once")
def test_replay_is_refused(launcher):
    form = launcher.form(launcher.begin())
    launcher.post(form)

    with pytest.raises(LaunchExpiredError):
        launcher.post(form)


def test_launch_after_the_login_ran_out_is_refused(launcher, settings):
    form = launcher.form(launcher.begin())

    with pytest.raises(LaunchExpiredError):
        launcher.post(form, now=NOW + seconds(settings.login_minutes * 60))


def test_launch_that_runs_out_between_check_and_acceptance_is_refused(launcher, sessions, settings):
    checked = launcher.check(launcher.form(launcher.begin()))

    with pytest.raises(LaunchExpiredError), transaction(sessions) as session:
        accept_launch(session, checked, now=NOW + seconds(settings.login_minutes * 60))


def test_acceptance_that_is_rolled_back_leaves_the_launch_unused(launcher, sessions):
    checked = launcher.check(launcher.form(launcher.begin()))
    with sessions() as session:
        accept_launch(session, checked, now=NOW)
        session.rollback()

    with transaction(sessions) as session:
        assert accept_launch(session, checked, now=NOW).person.subject == "learner-7"


@pytest.mark.proves("launch-bound-to-browser")
@pytest.mark.parametrize(
    "proof",
    [
        BrowserProof(),
        BrowserProof(browser_key="another"),
        BrowserProof(stored_state="another", stored_nonce="another"),
    ],
)
@pytest.mark.parametrize("target", [DROP, "_parent"])
def test_launch_in_another_browser_is_refused(launcher, sessions, proof, target):
    form = launcher.form(launcher.begin(lti_storage_target=target))

    with pytest.raises(BrowserMismatchError):
        launcher.post(form, proof=proof)

    assert not was_used(sessions)


def test_state_kept_by_the_lms_proves_the_browser_where_cookies_are_blocked(launcher):
    start = launcher.begin(browser_key=None, lti_storage_target="_parent")

    proof = BrowserProof(stored_state=start.state, stored_nonce=start.nonce)
    launch = launcher.post(launcher.form(start), proof=proof)

    assert launch.browser_key is None


@pytest.mark.parametrize(
    "wrong", [{"stored_nonce": "another"}, {"stored_nonce": None}, {"stored_state": None}]
)
def test_storage_proves_with_both_values_or_not_at_all(launcher, wrong):
    start = launcher.begin(browser_key=None, lti_storage_target="_parent")
    kept = {"stored_state": start.state, "stored_nonce": start.nonce} | wrong

    with pytest.raises(BrowserMismatchError):
        launcher.post(launcher.form(start), proof=BrowserProof(**kept))


def test_lms_without_storage_cannot_have_kept_anything(launcher):
    start = launcher.begin()
    proof = BrowserProof(stored_state=start.state, stored_nonce=start.nonce)

    with pytest.raises(BrowserMismatchError):
        launcher.post(launcher.form(start), proof=proof)


def test_login_without_cookie_needs_a_proof(launcher):
    start = launcher.begin(browser_key=None)

    with pytest.raises(BrowserMismatchError):
        launcher.post(launcher.form(start), proof=BrowserProof(browser_key=BROWSER_KEY))


def test_retired_platform_launches_no_more(launcher, sessions, platform):
    form = launcher.form(launcher.begin())
    with transaction(sessions) as session:
        retire_platform(session, platform.id, now=NOW)

    with pytest.raises(LaunchExpiredError):
        launcher.post(form)


@pytest.mark.proves("launch-unknown-deployment")
def test_unknown_deployment_is_noted_to_wait(launcher, sessions, platform):
    form = launcher.form(launcher.begin(), **{spec.DEPLOYMENT_ID: "deployment-2"})

    for _ in range(2):
        with pytest.raises(UnknownDeploymentError):
            launcher.post(form)

    with transaction(sessions) as session:
        waiting = [
            row for row in list_deployments(session, platform.id) if row.status == DeploymentStatus.WAITING
        ]
    assert [row.deployment_id for row in waiting] == ["deployment-2"]


def test_unverified_launch_leaves_no_deployment_behind(launcher, lms, sessions, platform):
    start = launcher.begin()
    claims = lms.claims(start.nonce, **{spec.DEPLOYMENT_ID: "deployment-2"})

    with pytest.raises(LaunchUntrustedError):
        launcher.post({"state": start.state, "id_token": lms.sign(claims, key=lms.stranger)})

    with transaction(sessions) as session:
        assert [row.deployment_id for row in list_deployments(session, platform.id)] == ["deployment-1"]


def test_refused_deployment_stays_out_though_new_ones_are_let_in(launcher, sessions, platform):
    launcher.settings = browser_settings(auto_approve_deployments=True)
    with transaction(sessions) as session:
        refuse_deployment(session, platform.id, "deployment-3", now=NOW)

    assert launcher.launch(**{spec.DEPLOYMENT_ID: "deployment-2"})
    with pytest.raises(UnknownDeploymentError, match="turned off"):
        launcher.launch(**{spec.DEPLOYMENT_ID: "deployment-3"})


@pytest.mark.proves("launch-unknown-deployment")
def test_deployment_that_waits_is_let_in_once_new_ones_are_approved_at_sight(launcher):
    with pytest.raises(UnknownDeploymentError):
        launcher.launch(**{spec.DEPLOYMENT_ID: "deployment-2"})
    launcher.settings = browser_settings(auto_approve_deployments=True)

    assert launcher.launch(**{spec.DEPLOYMENT_ID: "deployment-2"})


@pytest.mark.proves("launch-bare")
def test_product_that_launches_from_menus_may_leave_out_link_and_course(launcher, sessions, platform):
    with transaction(sessions) as session:
        row = get_platform(session, platform.id)
        facts = PlatformFacts(
            **{field.name: getattr(row, field.name) for field in dataclasses.fields(PlatformFacts)}
        )
        change_platform(
            session, platform.id, dataclasses.replace(facts, product="schoology"), allow_http=False
        )

    launch = launcher.launch(**{spec.RESOURCE_LINK: DROP, spec.CONTEXT: DROP})

    assert (launch.link, launch.context, launch.role) == (None, None, Role.LEARNER)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("login_required", "no longer signed in"),
        ("launch_no_longer_valid", "lapse"),
        ("<script>", "no reason that InfoLit knows"),
    ],
)
def test_refusal_by_the_lms_gets_words_that_help(launcher, code, words):
    with pytest.raises(LaunchError, match=words) as refused:
        launcher.post({"error": code, "error_description": "Ana Morales", "state": "x"})

    assert "Ana" not in str(refused.value) + str(refused.value.data)
