"""The whole stack for tests: the tool and the demo LMS on real sockets, one PostgreSQL database, and a browser made of httpx.

Nothing is faked: launches are signed and verified over HTTP, grades are delivered by `flow.deliver` through the real gateway.
"""

from __future__ import annotations

import html
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import httpx
from serving import free_server, served
from spare_keys import spare_keys_first
from sqlalchemy import text

from lti_tool.app.assemble import create_app, create_tool
from lti_tool.cli.demo import _grant_specialist, _register
from lti_tool.db.connect import open_engine
from lti_tool.demo_lms import DemoConfig, seed_district
from lti_tool.demo_lms import create_app as create_lms
from lti_tool.demo_lms.lms import EXTENSION
from lti_tool.flow import deliver, sweep
from lti_tool.lti.platforms import PlatformFacts, add_platform
from lti_tool.people.grants import ensure_tenant
from lti_tool.settings import read_settings

ANA, BEN, TEACHER, OTHER_TEACHER, SPECIALIST = (
    "student-076",
    "student-077",
    "teacher-4",
    "teacher-5",
    "specialist-1",
)
MODULE_LINK, QUIZ_LINK, CLASS_LINK, BOARD_LINK = (
    "grade-7-leave-the-page",
    "grade-7-leave-the-page-quiz",
    "grade-7-class",
    "board",
)


class Late:
    """A WSGI app that is told after its port is known."""

    def __init__(self):
        self.app = None

    def __call__(self, environ, start_response):
        return self.app(environ, start_response)


@dataclass
class Stack:
    """A running tool and LMS."""

    tool: object
    app: object
    config: DemoConfig
    tenant_id: object
    platform_id: object
    database_url: str
    lms: object = None
    """The demo LMS behind its pages: its district, links and behaviours."""
    lms_ahead_s: list = field(default_factory=lambda: [0.0])
    """By how much the LMS's clock is ahead, in one changeable place."""
    clients: list = field(default_factory=list)

    @property
    def tool_url(self):
        return self.config.tool_url

    @property
    def lms_url(self):
        return self.config.base_url

    def browser(self, **kwargs):
        browser = Browser(self, **kwargs)
        self.clients.append(browser)
        return browser

    def launch(self, link, person, **kwargs):
        """A new browser in which `person` has opened `link`; the page they land on is its `page`."""
        return self.browser(**kwargs).launch(link, person)

    def change(self, **parts):
        """Run with another clock, library or shelf from the next request on."""
        self.tool = replace(self.tool, **parts)
        self.app.extensions["infolit"] = self.tool

    def let_pass(self, **time):
        """Move the clocks of the tool and of the LMS ahead: `let_pass(minutes=30)`."""
        clock, ahead = self.tool.clock, timedelta(**time)
        self.change(clock=lambda: clock() + ahead)
        self.lms_ahead_s[0] += ahead.total_seconds()

    def rows(self, statement, **values):
        """Ask the database: a list of mappings."""
        with self.tool.sessions() as session:
            return [dict(row) for row in session.execute(text(statement), values).mappings()]

    def count(self, table, **equal):
        """How many rows of a table have these values."""
        where = " AND ".join(f"{name} = :{name}" for name in equal) or "true"
        return self.rows(f"SELECT count(*) AS n FROM {table} WHERE {where}", **equal)[0]["n"]  # noqa: S608 - a test's own words

    def person(self, login):
        """Somebody of the demo district."""
        return self.lms.district.find_person(login)

    def deliver_all(self):
        """What the worker does: send everything that is due."""
        return sum(deliver(self.tool, platform_id) for platform_id in sweep(self.tool))

    def gradebook(self, course="grade-7"):
        """The LMS's gradebook by (user, link)."""
        answer = httpx.get(f"{self.lms_url}/api/gradebook", params={"course": course}).json()
        rows = answer["rows"] if isinstance(answer, dict) else answer
        return {(row["user"], row["link"]): row for row in rows}

    def behave(self, **scores):
        """Make the LMS's score service misbehave."""
        answer = httpx.post(f"{self.lms_url}/api/behavior", json={"scores": scores})
        assert answer.status_code == 200, answer.text


class Browser:
    """An httpx client that keeps cookies and posts forms as a browser without scripts does."""

    def __init__(self, stack, cookies=True):
        self.stack = stack
        self.http = httpx.Client(follow_redirects=False, timeout=30)
        self.page = None
        self.keeps_cookies = cookies

    def close(self):
        self.http.close()

    def launch(self, link, person, **query):
        answer = self.begin(link, person, **query)
        return self.finish_launch(answer)

    def begin(self, link, person, **query):
        """As far as the LMS's signed form: `{action, fields}`."""
        start = self.http.get(
            f"{self.stack.lms_url}/launch/{link}",
            params={"as": person, **query},
            headers={"Accept": "application/json"},
        )
        assert start.status_code == 200, start.text
        login = start.json()
        answer = self._send(login["method"], login["action"], login["fields"])
        onward = answer.headers.get("location") or go_on_from(answer.text)
        signed = self.http.get(onward, headers={"Accept": "application/json"})
        assert signed.status_code == 200, signed.text
        return signed.json()

    def finish_launch(self, signed):
        answer = self._send("POST", signed["action"], signed["fields"])
        return self._follow(answer)

    def _send(self, method, url, fields=None):
        cookies = self._tool_cookies(url)
        if method.upper() == "POST":
            answer = self.http.post(url, data=fields, headers=cookies)
        else:
            answer = self.http.get(url, params=fields, headers=cookies)
        self._keep(answer)
        return answer

    def _tool_cookies(self, url):
        # httpx follows the cookie rules of plain http and drops Secure cookies; browsers treat loopback as trustworthy.
        kept = getattr(self, "_cookie", None)
        return {"Cookie": kept} if kept and url.startswith(self.stack.tool_url) else {}

    def _keep(self, answer):
        for value in answer.headers.get_list("set-cookie"):
            if self.keeps_cookies and value.startswith("infolit_browser="):
                self._cookie = value.split(";")[0]

    def _follow(self, answer):
        hops = 0
        while answer.is_redirect:
            hops += 1
            assert hops < 6
            answer = self._send("GET", urljoin(str(answer.request.url), answer.headers["location"]))
        self.page = answer
        return self

    def get(self, path):
        return self._follow(self._send("GET", urljoin(self.stack.tool_url, path)))

    def post(self, path, fields=None):
        return self._follow(self._send("POST", urljoin(self.stack.tool_url, path), fields or {}))

    @property
    def text(self):
        return html.unescape(self.page.text)

    @property
    def path(self):
        return urlsplit(str(self.page.url)).path

    @property
    def token(self):
        return self.path.split("/")[2]

    @property
    def attempt_id(self):
        return self.path.split("/")[4]

    @property
    def visit(self):
        """The first part of every address of this visit."""
        return f"/at/{self.token}"

    @property
    def attempt(self):
        return f"{self.visit}/attempt/{self.attempt_id}"

    def at_step(self, index):
        return self.get(f"{self.attempt}/{index}")

    def save(self, fields, *, client, seq, **more):
        """What the page's script does after a change; `more` is `since` and `ages`. Gives the answer."""
        url = self.stack.tool_url + f"{self.attempt}/save"
        body = {"client": client, "seq": str(seq), "fields": fields, **more}
        return self.http.post(url, json=body, headers=self._tool_cookies(url))

    def get_link(self, words):
        """Follow the link with these words."""
        target = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}</a>', self.page.text)
        assert target, f"no link {words!r} on {self.path}"
        return self.get(html.unescape(target.group(1)))

    def submit(self, do, **fields):
        """Press a button of the step's form: every field as the page shows it, changed by `fields`."""
        shown = form_fields(self.page.text)
        shown.update(fields)
        return self.post(self.path, {**shown, "do": do})


def go_on_from(page):
    """Where the page that begins a launch leads on to: its link, for browsers without scripts."""
    found = re.search(r'id="begin" data-next="([^"]+)"', page)
    assert found, page
    return html.unescape(found[1])


def form_fields(page):
    """Names and values of the step form's controls as a browser without scripts would send them."""
    form = re.search(r'<form id="step".*?</form>', page, re.S).group(0)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        kind, name = attributes.get("type", "text"), attributes.get("name")
        if not name or " disabled" in tag:
            continue
        if kind in ("radio", "checkbox") and " checked" not in tag:
            continue
        fields.setdefault(name, []).append(html.unescape(attributes.get("value", "")))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]* selected', body)
        fields.setdefault(name, []).append(chosen.group(1) if chosen else "")
    return fields


@contextmanager
def running_stack(database_url, tmp_path, *, config_changes=None, **settings):
    """Start everything; the registration, the district's specialist and nothing else is there.

    `config_changes` makes another LMS of the demo LMS: `{"flavor": "canvas", "switches": {"roster_page": 10}}`.
    """
    tool_app, lms_app = Late(), Late()
    tool_server, lms_server = free_server(tool_app), free_server(lms_app)
    tool_url = f"http://127.0.0.1:{tool_server.server_port}"
    config = DemoConfig(
        base_url=f"http://localhost:{lms_server.server_port}", tool_url=tool_url, **(config_changes or {})
    )
    chosen = read_settings(
        public_url=tool_url,
        data=tmp_path,
        database_url=database_url,
        allow_http_platforms=True,
        log_level="error",
        **settings,
    )
    engine = open_engine(database_url)
    lms_ahead_s = [0.0]
    with spare_keys_first() as give_keys_back:
        tool = create_tool(chosen, engine)
        lms = create_lms(config, clock=lambda: time.time() + lms_ahead_s[0])
    tenant_id, platform_id = _register(tool, config)
    _grant_specialist(tool, config, tenant_id, platform_id)
    app = create_app(tool)
    tool_app.app, lms_app.app = app, lms
    stack = Stack(
        lms_ahead_s=lms_ahead_s,
        tool=tool,
        app=app,
        config=config,
        tenant_id=tenant_id,
        platform_id=platform_id,
        database_url=database_url,
        lms=lms.extensions[EXTENSION],
    )
    try:
        with served(tool_server, lms_server):
            yield stack
            for browser in stack.clients:
                browser.close()
    finally:
        tool.gateway.close()
        engine.dispose()
        give_keys_back()


@contextmanager
def lms_beside(stack, **changes):
    """A second LMS on the same tool, which does not know it yet: the same people, courses and links under the same ids."""
    late = Late()
    server = free_server(late)
    config = DemoConfig(base_url=f"http://localhost:{server.server_port}", tool_url=stack.tool_url, **changes)
    late.app = create_lms(config, clock=lambda: time.time() + stack.lms_ahead_s[0])
    with served(server):
        yield replace(stack, config=config, platform_id=None, lms=late.app.extensions[EXTENSION])


@contextmanager
def another_lms(stack, *, district, **changes):
    """One like the stack's, registered for `district` (its short name). `changes`: such as the client id that alone tells it from the first."""
    like = {"flavor": stack.config.flavor, "switches": stack.config.switches}
    with lms_beside(stack, **like | changes) as other:
        config = other.config
        facts = PlatformFacts(
            name=f"LMS of {district}",
            issuer=config.issuer,
            client_id=config.client_id,
            auth_url=f"{config.base_url}/auth",
            token_url=config.token_url,
            jwks_url=f"{config.base_url}/.well-known/jwks.json",
            product=config.product,
        )
        with stack.tool.sessions.begin() as session:
            tenant_id = ensure_tenant(session, district, district.title()).id
            platform = add_platform(
                session,
                facts,
                tenant_id=tenant_id,
                now=stack.tool.clock(),
                allow_http=True,
                deployment_ids=[config.deployment_id],
            )
        yield replace(other, tenant_id=tenant_id, platform_id=platform.id)


__all__ = ["Browser", "Stack", "another_lms", "form_fields", "lms_beside", "running_stack", "seed_district"]
