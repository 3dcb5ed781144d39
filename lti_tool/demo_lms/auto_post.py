"""A page that posts a form to another site at once, which is how LTI messages travel through the browser."""

from __future__ import annotations

from flask import Response, g, make_response, render_template, request

from lti_tool.demo_lms.answers import json_answer


def auto_post(action: str, fields: dict[str, str], *, title: str, status: int = 200) -> Response:
    """The page, or for scripts that ask for JSON what the page would post."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return json_answer({"action": action, "method": "POST", "fields": fields}, status)
    page = render_template("auto_post.html", action=action, fields=fields, title=title, nonce=g.csp_nonce)
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
