"""Each setup guide is followed as it stands there, against an LMS that behaves as the product does: in the end a launch opens and a grade arrives.

What a guide's tables say is entered, with the addresses of this test's servers for those of the guide.
"""

import html
import re
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from playing import deliver_in_time, hand_in
from stack import ANA, CLASS_LINK, QUIZ_LINK, TEACHER, lms_beside

from lti_tool.db.connect import transaction
from lti_tool.lti.invitations import make_invitation
from lti_tool.people.sessions import make_ticket

DOCS = Path(__file__).resolve().parents[2] / "docs"
OURS = "https://infolit.district.example"
FIELDS = {
    "issuer": "issuer",
    "authorization address": "auth_url",
    "token address": "token_url",
    "public keys (JWKS)": "jwks_url",
    "product": "product",
}
PLACES = {"auth_url": "/auth", "token_url": "/token", "jwks_url": "/.well-known/jwks.json"}
"""Where the demo LMS has what the guide's addresses name."""


def rows_of(product):
    """All tables of a guide: the first column without markup, and the code or words of the second."""
    page = (DOCS / f"setup-{product}.md").read_text()
    cells = [re.findall(r"[^|]+", line) for line in page.splitlines() if line.startswith("| ")]
    return {row[0].strip(): next(iter(re.findall(r"`([^`]+)`", row[1])), row[1].strip()) for row in cells}


class Setup:
    """An administrator of both sides, with a guide."""

    def __init__(self, stack, product, running):
        self.stack, self.product, self.running = stack, product, running
        self.guide = rows_of(product)
        with transaction(stack.tool.sessions) as session:
            ticket = make_ticket(session, stack.tenant_id, now=stack.tool.clock())
        self.browser = stack.browser().post(f"/admin/enter/{ticket}")
        self.pages = self.browser.path
        self.lms = None

    def start_lms(self, flavor, **changes):
        """The LMS, not known to the tool yet."""
        self.lms = self.running.enter_context(lms_beside(self.stack, flavor=flavor, **changes))
        return self.lms.config

    def enter_by_hand(self):
        """Fill the tool's form with what the guide says."""
        config = self.lms.config
        told = {FIELDS[name]: value for name, value in self.guide.items() if name in FIELDS}
        assert set(told) == set(FIELDS.values()), "the guide names every entry"
        for field, place in PLACES.items():
            assert told[field].startswith("https://"), field
            told[field] = config.base_url + place
        told["product"] = told["product"].lower()
        told["issuer"] = config.issuer if config.issuer == config.base_url else told["issuer"]
        assert told["issuer"] == config.issuer
        self.browser.post(
            self.pages, told | {"name": f"Guide of {self.product}", "client_id": config.client_id}
        )
        assert self.browser.page.status_code == 200, self.browser.text

    def register_by_link(self):
        with transaction(self.stack.tool.sessions) as session:
            path = make_invitation(session, self.stack.tenant_id, now=self.stack.tool.clock())
        begun = httpx.post(
            f"{self.lms.lms_url}/api/registration", json={"link": self.stack.tool_url + path}
        ).json()
        address, _, query = begun["address"].partition("?")
        done = httpx.post(
            address, data={name: value[0] for name, value in parse_qs(query).items()}, timeout=30
        )
        assert done.status_code == 200, html.unescape(done.text)
        return done

    def is_registered(self):
        """Launch, approve, test, play: as each guide ends."""
        config = self.lms.lms.config
        first = self.lms.launch(QUIZ_LINK, TEACHER)
        assert first.page.status_code == 400, "the first launch waits for approval"
        assert "has not been approved yet" in first.text
        (platform,) = self.stack.rows("SELECT * FROM platform WHERE client_id = :id", id=config.client_id)
        own = f"{self.pages}/{platform['id']}"
        assert config.deployment_id in self.browser.get(own).text
        self.browser.post(f"{own}/deployment", {"deployment_id": config.deployment_id, "decision": "approve"})
        self.browser.post(f"{own}/test")
        assert "✗" not in self.browser.text, self.browser.text

        hand_in(self.lms.launch(QUIZ_LINK, ANA), right=True)
        deliver_in_time(self.stack)

        assert self.lms.gradebook()[ANA, QUIZ_LINK]["score"] == 10
        assert self.lms.launch(CLASS_LINK, TEACHER).page.status_code == 200
        return platform


@pytest.fixture
def setup(shared_stack):
    with ExitStack() as running:
        yield lambda product: Setup(shared_stack, product, running)


def ours(setup, path):
    return setup.stack.tool_url + path


@pytest.mark.proves("guide-canvas", "canvas-json")
def test_canvas_by_developer_key(setup):
    canvas = setup("canvas")
    config = canvas.start_lms("canvas", client_id="10000000000101")
    page = (DOCS / "setup-canvas.md").read_text()
    path = re.search(r"`https://infolit\.district\.example(/lti/canvas\.json)`", page)[1]
    key = httpx.get(canvas.stack.tool_url + path).json()

    assert (key["oidc_initiation_url"], key["target_link_uri"]) == (config.login_url, config.launch_url)
    assert key["public_jwk_url"] == config.tool_jwks_url
    for placement in key["extensions"][0]["settings"]["placements"]:
        assert f"`{placement['placement']}`" in page
    canvas.enter_by_hand()
    assert canvas.is_registered()["product"] == "canvas"


@pytest.mark.proves("guide-canvas", "reg-canvas-extensions", "reg-deployment-later")
def test_canvas_by_link(setup):
    canvas = setup("canvas")
    canvas.start_lms("canvas", client_id="10000000000102", switches={"issuer": ""})

    canvas.register_by_link()

    asked = canvas.lms.lms.registered_with
    about = asked["https://purl.imsglobal.org/spec/lti-tool-configuration"]
    assert about["https://canvas.instructure.com/lti/privacy_level"] == "public"
    placements = {place: each["type"] for each in about["messages"] for place in each["placements"]}
    assert placements == {
        "assignment_selection": "LtiDeepLinkingRequest",
        "link_selection": "LtiDeepLinkingRequest",
        "course_navigation": "LtiResourceLinkRequest",
    }
    assert (
        about["messages"][-1]["https://canvas.instructure.com/lti/course_navigation/default_enabled"] is False
    )
    assert about["custom_parameters"]["context_history"] == "$Context.id.history"
    assert "https://purl.imsglobal.org/spec/lti/scope/noticehandlers" in asked["scope"].split()
    assert canvas.is_registered()["product"] == "canvas"


@pytest.mark.proves("guide-schoology", "schoology-values")
def test_schoology_with_each_value_copied(setup):
    schoology = setup("schoology")
    config = schoology.start_lms("schoology", switches={"issuer": "https://schoology.schoology.com"})
    asked = {
        "login initiation": config.login_url,
        "launch and redirect": config.launch_url,
        "key set": config.tool_jwks_url,
    }

    shown = html.unescape(schoology.browser.get(f"{schoology.pages}/values").page.text)
    for name, value in asked.items():
        assert schoology.guide[name].replace(OURS, schoology.stack.tool_url) == value
        assert f">{value}</code>" in shown, "ready to copy"
    schoology.enter_by_hand()
    assert schoology.is_registered()["product"] == "schoology"


@pytest.mark.proves("guide-moodle")
@pytest.mark.parametrize("way", ["link", "hand"])
def test_moodle(setup, way):
    moodle = setup("moodle")
    config = moodle.start_lms("moodle", client_id=f"Moodle-{way}")
    if way == "link":
        moodle.register_by_link()
    else:
        asked = {
            "tool URL and redirection URI": config.launch_url,
            "initiate login URL": config.login_url,
            "public keyset": config.tool_jwks_url,
        }
        for name, value in asked.items():
            assert moodle.guide[name].replace(OURS, moodle.stack.tool_url) == value
        moodle.enter_by_hand()

    assert moodle.is_registered()["product"] == "moodle"


@pytest.mark.proves("guide-other")
def test_another_lms_by_link(setup):
    other = setup("other")
    other.start_lms("plain", client_id="another")

    other.register_by_link()

    other.is_registered()


@pytest.mark.proves("guide-other", "audience-setting")
def test_brightspace_needs_the_audience_of_its_guide(setup):
    """Its tokens are for one address, whatever the token address is: `registered_audience` makes the demo LMS insist on it."""
    brightspace = setup("other")
    row = brightspace.guide["D2L Brightspace"]
    config = brightspace.start_lms("plain", client_id="d2l", switches={"token_audience": row})
    entries = {
        "name": "Brightspace",
        "issuer": config.issuer,
        "client_id": "d2l",
        "auth_url": f"{config.base_url}/auth",
        "token_url": config.token_url,
        "jwks_url": f"{config.base_url}/.well-known/jwks.json",
        "product": "brightspace",
    }

    brightspace.browser.post(brightspace.pages, entries)
    own = brightspace.browser.path
    brightspace.browser.post(f"{own}/test")
    assert "audience (none, so the token address is used)" in brightspace.browser.text
    brightspace.browser.post(f"{own}/edit", entries | {"audience": row})

    brightspace.is_registered()
