"""Putting the demo LMS together as one Flask app."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from lti_tool.demo_lms.ags import ags
from lti_tool.demo_lms.answers import ApiError, json_error
from lti_tool.demo_lms.api import api
from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.deep_link import deep_link
from lti_tool.demo_lms.gradebook import shown_number
from lti_tool.demo_lms.limits import add_limits
from lti_tool.demo_lms.lms import EXTENSION, DemoLMS, current_lms
from lti_tool.demo_lms.log_pages import log_pages
from lti_tool.demo_lms.notices import notices
from lti_tool.demo_lms.nrps import nrps
from lti_tool.demo_lms.oidc import oidc
from lti_tool.demo_lms.pages import list_guides, pages
from lti_tool.demo_lms.registration import registration
from lti_tool.demo_lms.scores import scores
from lti_tool.demo_lms.session import find_person
from lti_tool.demo_lms.tokens import tokens

_MAX_BODY_BYTES = 1_000_000


def create_app(config: DemoConfig | None = None, *, clock: Callable[[], float] = time.time) -> Flask:
    """A whole LMS in one object; its memory lives as long as the app does."""
    app = Flask(__name__)
    config = config or DemoConfig()
    app.config["TRUSTED_HOSTS"] = [urlsplit(config.base_url).hostname, "localhost", "127.0.0.1"]
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    app.extensions[EXTENSION] = DemoLMS(config, clock)
    for blueprint in (
        oidc,
        tokens,
        ags,
        scores,
        nrps,
        notices,
        deep_link,
        registration,
        pages,
        log_pages,
        api,
    ):
        app.register_blueprint(blueprint)
    app.before_request(_make_nonce)
    app.after_request(_protect)
    add_limits(app)
    app.register_error_handler(ApiError, json_error)
    app.register_error_handler(HTTPException, _show_problem)
    app.add_template_filter(shown_number, "number")
    app.context_processor(_page_frame)
    return app


def _make_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _page_frame() -> dict[str, Any]:
    """What the header of each page shows."""
    lms = current_lms()
    return {
        "district": lms.district,
        "config": lms.config,
        "person": find_person(),
        "switch_to": [person for person, _ in list_guides()],
    }


def _protect(answer: Response) -> Response:
    tool = current_lms().config.tool_origin
    answer.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        f"script-src 'self' 'nonce-{g.get('csp_nonce', '')}'; frame-src 'self' {tool}; "
        f"form-action 'self' {tool}; frame-ancestors 'self'",
    )
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    return answer


def _show_problem(problem: HTTPException) -> Response:
    status = problem.code or 500
    if isinstance(problem, SecurityError):
        # An untrusted Host header: no address can be built from it, so there is no page to frame this.
        return Response("This LMS is not reached under that host name.", status, mimetype="text/plain")
    if request.path.startswith("/api/") or request.path == "/token":
        return json_error(ApiError(status, problem.name.lower().replace(" ", "_"), problem.description or ""))
    return make_response(render_template("problem.html", problem=problem), status)
