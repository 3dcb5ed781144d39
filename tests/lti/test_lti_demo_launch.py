"""A whole launch from the demo LMS, message by message, without a browser."""

import html
import re

import httpx
import pytest
from local_servers import serving
from lti_stand_in import BROWSER_KEY, Launcher

from lti_tool.db.base import utcnow
from lti_tool.db.connect import transaction
from lti_tool.demo_lms import DemoConfig, create_app
from lti_tool.errors import LaunchError
from lti_tool.facts.launch import Role
from lti_tool.lti.http import open_client
from lti_tool.lti.login import begin_login
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.platforms import PlatformFacts, add_platform
from lti_tool.settings import Settings

TOOL = "http://127.0.0.1:8400"


@pytest.fixture
def demo(sessions, tenant_id):
    with serving(
        lambda port: create_app(DemoConfig(base_url=f"http://localhost:{port}", tool_url=TOOL))
    ) as server:
        base = f"http://localhost:{server.server_port}"
        facts = PlatformFacts(
            name="Demo",
            issuer=base,
            client_id="infolit-demo",
            auth_url=base + "/auth",
            token_url=base + "/token",
            jwks_url=base + "/.well-known/jwks.json",
        )
        with transaction(sessions) as session:
            add_platform(
                session, facts, tenant_id=tenant_id, now=utcnow(), allow_http=True, deployment_ids=["demo-1"]
            )
        with httpx.Client(base_url=base) as browser, open_client(5) as client:
            yield Journey(sessions, browser, PlatformKeys(client))


class Journey:
    """A browser's way from the click to the launch."""

    def __init__(self, sessions, browser, keys):
        self.sessions, self.browser = sessions, browser
        self.launcher = Launcher(sessions, None, keys, Settings(public_url=TOOL))

    def click(self, link, person):
        fields = hidden_fields(self.browser.get(f"/launch/{link}", params={"as": person}).text)
        with transaction(self.sessions) as session:
            return begin_login(
                session, fields, now=utcnow(), browser_key=BROWSER_KEY, settings=self.launcher.settings
            )

    def answer(self, url):
        return hidden_fields(self.browser.get(url).text)

    def launch(self, link, person):
        return self.launcher.post(self.answer(self.click(link, person).redirect_url), now=utcnow())


def hidden_fields(page):
    inputs = re.findall(r"<input[^>]*>", page)
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs]
    return {name[1]: html.unescape(value[1]) for name, value in pairs if name and value}


def test_student_opens_an_assignment(demo):
    launch = demo.launch("grade-7-leave-the-page", "student-076")

    assert (launch.person.name, launch.role, launch.message) == ("Ana Morales", Role.LEARNER, "resource_link")
    assert launch.custom["grade"] == "7"
    assert "sis_user_id" not in launch.custom
    assert launch.services.line_item_url
    assert launch.browser_key == BROWSER_KEY


def test_teacher_adds_content(demo):
    users = demo.browser.get("/api/users").json()
    teacher = next(user for user in users if user["role"] == "teacher" and user["course"] == "grade-7")

    launch = demo.launch("grade-7/add-content", teacher["id"])

    assert (launch.role, launch.message, launch.link) == (Role.INSTRUCTOR, "deep_linking", None)


def test_launch_the_lms_refuses_is_explained(demo):
    url = demo.click("grade-7-leave-the-page", "student-076").redirect_url
    demo.answer(url)

    with pytest.raises(LaunchError, match="opened twice"):
        demo.launcher.post(demo.answer(url), now=utcnow())


def test_lms_may_change_its_keys_between_two_launches(demo):
    demo.launch("grade-7-leave-the-page", "student-076")
    rotated = demo.browser.post("/api/rotate-keys")

    assert rotated.status_code == 200, rotated.text
    assert demo.launch("grade-7-leave-the-page", "student-076")
