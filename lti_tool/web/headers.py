"""Headers on every answer: what may frame a page, what it may load, and that nobody keeps a copy.

`frame-ancestors` names the LMS of this visit; every registered LMS while a launch is under way, and on the page that says a visit
has ended, which shows nothing of anybody. Only where an LMS registers itself, which nobody knows beforehand, any https page may frame.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.db.connect import transaction
from lti_tool.lti.platforms import list_frame_origins
from lti_tool.web.visit import the_tool

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action {targets}; base-uri 'none'; frame-ancestors {ancestors}"
)


def install(app: Flask) -> None:
    app.after_request(_add)


def install_for_show(app: Flask) -> None:
    """The same for an app that only shows the kinds: nobody frames it, and there is no LMS to ask about."""
    app.after_request(_add_for_show)


def _add_for_show(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY.format(ancestors="'none'", targets="'self'")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _add(response: Response) -> Response:
    if request.endpoint in ("static", "rendering.kind_file"):
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    targets = " ".join(["'self'", *g.get("form_targets", ())])
    response.headers["Content-Security-Policy"] = _POLICY.format(ancestors=_ancestors(), targets=targets)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), browsing-topics=()"
    response.headers.setdefault("Cache-Control", "no-store")
    if the_tool().settings.public_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _ancestors() -> str:
    visit = g.get("visit")
    if visit is not None:
        origin = visit.parent_origin
        return f"'self' {origin}" if origin else "'self'"
    if g.get("may_be_framed_by_new_lms"):
        here = " http://localhost:* http://127.0.0.1:*" if the_tool().settings.allow_http_platforms else ""
        return f"'self' https:{here}"
    if request.blueprint == "lti" or "token" in (request.view_args or {}):
        return " ".join(["'self'", *_registered_origins()])
    return "'self'"


def _registered_origins() -> list[str]:
    try:
        with transaction(the_tool().sessions) as session:
            return list_frame_origins(session)
    except SQLAlchemyError:  # the page that says so must still come
        return []


def origin_of(url: str) -> str:
    """`https://host:port` of an address.

    >>> origin_of("https://lms.example/auth?x=1")
    'https://lms.example'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
