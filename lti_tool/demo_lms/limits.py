"""What an LMS demands of every service call: a name of its caller, and not too many at once.

How Canvas does it: https://github.com/instructure/canvas-lms doc/api/throttling.md, read 2026-11.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, current_app, request

from lti_tool.demo_lms.answers import ApiError
from lti_tool.demo_lms.quirks import Quirks

_FULL_BUCKET = "700.0"


def _quirks() -> Quirks:
    return cast(Quirks, current_app.extensions["demo_lms"].config.quirks)


def add_limits(app: Flask) -> None:
    app.before_request(_check_user_agent)
    app.after_request(_tell_limits)


def _is_service() -> bool:
    return request.path.startswith("/api/lti/") or request.path == "/token"


def _check_user_agent() -> None:
    if _is_service() and _quirks().needs_user_agent and not request.user_agent.string:
        raise ApiError(403, "user_agent_required", "Send a User-Agent header that names your tool.")


def _tell_limits(answer: Response) -> Response:
    if _is_service() and _quirks().limit_headers:
        answer.headers.setdefault("X-Rate-Limit-Remaining", _FULL_BUCKET)
        answer.headers.setdefault("X-Request-Cost", "0.05")
    return answer


def rate_limit_exceeded(retry_after: str | None) -> Response:
    status = _quirks().limit_status
    answer = Response(f"{status} (Rate Limit Exceeded)", status, mimetype="text/plain")
    answer.headers["X-Rate-Limit-Remaining"] = "0.0"
    answer.headers["X-Request-Cost"] = "1.0"
    if retry_after is not None:
        answer.headers["Retry-After"] = retry_after
    return answer
