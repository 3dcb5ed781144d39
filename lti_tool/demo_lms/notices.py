"""Platform notification service: the tool says where it wants to be told of copied courses.

Spec: https://www.imsglobal.org/spec/lti-pns/v1p0. Canvas: doc/api/pns.md, read 2026-11.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.answers import ApiError, json_answer
from lti_tool.demo_lms.behavior import may_misbehave
from lti_tool.demo_lms.lms import current_lms
from lti_tool.demo_lms.log import logged
from lti_tool.demo_lms.tokens import needs_scope

notices = Blueprint("notices", __name__)


@notices.put("/api/lti/notice-handlers")
@logged("notice", "Where to tell of copied courses")
@may_misbehave("notices")
@needs_scope(spec.SCOPE_NOTICES)
def set_handler() -> Response:
    """`{"notice_type": "LtiContextCopyNotice", "handler": …}`: an address below the tool's own; empty takes it away."""
    lms = current_lms()
    if not lms.config.quirks.copy_notices:
        abort(404)
    wish: Any = request.get_json(silent=True)
    if not isinstance(wish, dict) or wish.get("notice_type") != spec.COPY_NOTICE:
        raise ApiError(400, "unknown_notice_type", f"notice_type is {spec.COPY_NOTICE}.")
    handler = wish.get("handler")
    if not isinstance(handler, str) or (handler and not handler.startswith(f"{lms.config.tool_url}/")):
        raise ApiError(400, "foreign_handler", f"handler begins with {lms.config.tool_url}/.")
    lms.notice_handlers[spec.COPY_NOTICE] = handler
    return json_answer({"notice_type": spec.COPY_NOTICE, "handler": handler})
