"""Answers of the service endpoints: JSON with the right media type, and errors that say what to do."""

from __future__ import annotations

import json
from typing import Any

from flask import Response


class ApiError(Exception):
    """A service call is refused. `error` is for programs, `hint` tells a person what to change."""

    def __init__(self, status: int, error: str, hint: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {error}: {hint}")
        self.status = status
        self.error = error
        self.hint = hint
        self.headers = headers or {}


def json_answer(body: Any, status: int = 200, *, media_type: str = "application/json") -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=media_type)


def json_error(problem: ApiError) -> Response:
    answer = json_answer({"error": problem.error, "hint": problem.hint}, problem.status)
    answer.headers.update(problem.headers)
    return answer
