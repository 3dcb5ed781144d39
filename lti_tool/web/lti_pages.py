"""The LTI addresses: login initiation, launch, our public keys. The checks are in `lti`; here are cookies, pages and redirects.

That a launch comes back to the browser that began it is shown in one of three ways, the first that works:

1. a partitioned cookie, kept inside the LMS's frame even where third-party cookies are blocked;
2. the LMS's storage: our page puts state and nonce there by `lti.put_data` (`begin.html`), another gets them (`arrive.html`);
3. a window of its own, where our cookie is no third party's: `begin.html` offers it before anything of the launch is used up.

After the launch nothing needs any of them: pages carry a token of their own.
Specs: https://www.imsglobal.org/spec/lti-cs-oidc/v0p1 and https://www.imsglobal.org/spec/lti-pm-s/v0p1
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.db.connect import transaction
from lti_tool.errors import BrowserMismatchError, LaunchExpiredError
from lti_tool.facts.launch import Launch
from lti_tool.flow import Landing, launch
from lti_tool.lti.keys import public_jwks
from lti_tool.lti.login import LoginStart, begin_login
from lti_tool.lti.platforms import get_platform
from lti_tool.lti.verify import BrowserProof, check_launch, find_storage_question
from lti_tool.web.headers import origin_of
from lti_tool.web.i18n import known_locale
from lti_tool.web.visit import BROWSER_COOKIE, the_tool

pages = Blueprint("lti", __name__)
_YEAR_S = 365 * 24 * 3600
_LOGIN_FIELDS = ("iss", "login_hint", "target_link_uri", "client_id", "lti_deployment_id", "lti_message_hint")
_IN_WINDOW = "infolit_window"
_LANDINGS = {
    "class": "class.start",
    "board": "board.board",
    "library": "library.library",
    "home": "home.home",
}


@pages.route("/lti/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """The LMS says somebody wants in; we remember it and send the browser on to the LMS's authorization address."""
    tool = the_tool()
    browser_key = _browser_key()
    with transaction(tool.sessions) as session:
        start = begin_login(
            session,
            request.values.to_dict(),
            now=tool.clock(),
            browser_key=browser_key,
            settings=tool.settings,
        )
    response = make_response(_onward(start, has_cookie=_known_key() is not None))
    _keep(response, browser_key)
    return response


def _onward(start: LoginStart, *, has_cookie: bool) -> ResponseReturnValue:
    """Straight on where the cookie is sure to do; else by a page that finds out which way works."""
    is_frame = request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame")
    is_window = (
        _IN_WINDOW in request.values
    )  # our own form opened it: browsers hold its form-action against every redirect
    if start.storage_target is None and not is_window and (has_cookie or not is_frame):
        return redirect(start.redirect_url, 302)
    again = {name: request.values[name] for name in _LOGIN_FIELDS if name in request.values}
    return render_template(
        "lti/begin.html",
        start=start,
        has_cookie=has_cookie,
        is_window=is_window,
        again=again | {_IN_WINDOW: "1"},
    )


def _known_key() -> str | None:
    known = request.cookies.get(BROWSER_COOKIE, "")
    return known if 32 <= len(known) <= 64 and known.isascii() else None


def _browser_key() -> str:
    """The key this browser holds already, or a new one."""
    return _known_key() or secrets.token_urlsafe(32)


@pages.get("/lti/cookie")
def cookie() -> ResponseReturnValue:
    """Whether this browser keeps our cookie where it is now; asked by the page that begins a launch."""
    return jsonify(kept=_known_key() is not None)


def _keep(response: Response, browser_key: str) -> None:
    response.set_cookie(
        BROWSER_COOKIE,
        browser_key,
        max_age=_YEAR_S,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
        path="/",
    )


@pages.post("/lti/launch")
def launched() -> ResponseReturnValue:
    """The signed launch: checked, used up once, and on to the first page. Without our cookie, first a look into the LMS's storage."""
    tool, form = the_tool(), request.form.to_dict()
    browser_key = request.cookies.get(BROWSER_COOKIE)
    with transaction(tool.sessions) as session:
        question = find_storage_question(session, form, now=tool.clock(), browser_key=browser_key)
    if question is not None and form.get("id_token"):
        return render_template("lti/arrive.html", question=question, form=form)
    return redirect(_enter(form, BrowserProof(browser_key=browser_key)), 303)


@pages.post("/lti/launch/kept")
def kept() -> ResponseReturnValue:
    """The launch again, from our own page, with what the LMS's storage gave. Answers the address to go on to, as JSON.

    Whoever began a login knows its state; only that our page asks, which asks the LMS alone, makes knowing it a proof.
    """
    if request.headers.get("Origin") != origin_of(the_tool().settings.public_url):
        raise BrowserMismatchError
    form = request.form.to_dict()
    proof = BrowserProof(stored_state=form.get("stored_state"), stored_nonce=form.get("stored_nonce"))
    return jsonify(address=_enter(form, proof))


def _enter(form: Mapping[str, str], proof: BrowserProof) -> str:
    """Check the launch, use it up, and give the address of its first page."""
    tool = the_tool()
    checked = check_launch(
        tool.sessions, form, now=tool.clock(), proof=proof, keys=tool.keys, settings=tool.settings
    )
    locale = known_locale(checked.launch.locale or checked.launch.person.locale, tool.settings.default_locale)
    landing = launch(
        tool,
        checked,
        parent_origin=_parent_origin(checked.launch),
        locale=locale,
        browser=request.user_agent.string or None,
    )
    return _address(landing)


def _parent_origin(told: Launch) -> str | None:
    """Who may frame the pages of this visit: the course the signed launch names, else the registered issuer."""
    if told.return_url:
        return origin_of(told.return_url)
    with transaction(the_tool().sessions) as session:
        return origin_of(get_platform(session, told.platform_id).auth_url)


def _address(landing: Landing) -> str:
    if landing.view == "attempt":
        return url_for("play.resume", token=landing.token, attempt_id=landing.attempt_id)
    if landing.view == "result":
        return url_for("result.result", token=landing.token, attempt_id=landing.attempt_id)
    if landing.view == "student":
        return url_for(
            "class.student",
            token=landing.token,
            placement_id=landing.placement_id,
            person_id=landing.person_id,
            attempt=landing.attempt_id,
        )
    if landing.view == "assignment":
        return url_for("class.assignment", token=landing.token, placement_id=landing.placement_id)
    if landing.view == "waiting":
        return url_for("play.waiting", token=landing.token, placement_id=landing.placement_id)
    return url_for(_LANDINGS[landing.view], token=landing.token)


@pages.get("/lti/launch")
def launch_reloaded() -> ResponseReturnValue:
    """Somebody reloaded or went back to the launch: a page that says how to go on."""
    raise LaunchExpiredError


@pages.get("/lti/jwks.json")
def jwks() -> ResponseReturnValue:
    """Our public keys, for LMSs."""
    tool = the_tool()
    with transaction(tool.sessions) as session:
        response = jsonify(public_jwks(session, tool.clock()))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
