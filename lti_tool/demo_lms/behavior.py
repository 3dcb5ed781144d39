"""Misbehaving on request, so that a tool's patience can be tested: an LMS that is down, slow, rude or silent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Literal, ParamSpec, cast, get_args

from flask import Response, current_app, request

from lti_tool.demo_lms.answers import ApiError, json_error
from lti_tool.demo_lms.limits import rate_limit_exceeded

Mode = Literal["ok", "status", "hang", "garbage", "drop", "throttle"]
Service = Literal["scores", "results", "lineitems", "memberships", "notices", "token"]
SERVICES: tuple[str, ...] = get_args(Service)
MODES: tuple[str, ...] = get_args(Mode)
_MAX_DELAY_S = 120.0
P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """How one service answers its next calls."""

    mode: Mode = "ok"
    status: int = 500
    retry_after: str | None = None
    delay_s: float = 0.0
    """Waited before anything else; mode "hang" then answers 504."""
    count: int | None = None
    """Calls left; None goes on until reset."""
    applied: bool = False
    """The call takes effect before the answer goes wrong: the tool must cope with not knowing."""


class Behaviors:
    """The current behaviour of each service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_service: dict[str, Behavior] = {}

    def set(self, service: str, behavior: Behavior) -> None:
        with self._lock:
            self._by_service[service] = behavior

    def clear(self) -> None:
        with self._lock:
            self._by_service.clear()

    def next(self, service: str) -> Behavior:
        """The behaviour for one call, which this uses up."""
        with self._lock:
            behavior = self._by_service.get(service, Behavior())
            if behavior.count is None:
                return behavior
            if behavior.count <= 0:
                return Behavior()
            self._by_service[service] = replace(behavior, count=behavior.count - 1)
            return behavior


def parse_behavior(values: object) -> Behavior:
    """From the JSON of POST /api/behavior."""
    if not isinstance(values, dict):
        raise ApiError(
            400, "bad_behavior", 'Each service takes an object such as {"mode": "status", "status": 500}.'
        )
    unknown = set(values) - set(Behavior.__dataclass_fields__)
    if unknown:
        raise ApiError(400, "bad_behavior", f"Unknown settings: {', '.join(sorted(unknown))}.")
    if values.get("mode", "ok") not in MODES:
        raise ApiError(400, "bad_behavior", f"mode is one of {', '.join(MODES)}.")
    try:
        return _clean(values)
    except (TypeError, ValueError) as problem:
        raise ApiError(400, "bad_behavior", f"A setting has the wrong type: {problem}.") from problem


def _clean(values: dict[str, Any]) -> Behavior:
    count = values.get("count")
    retry_after = values.get("retry_after")
    return Behavior(
        mode=values.get("mode", "ok"),
        status=min(599, max(200, int(values.get("status", 500)))),
        retry_after=None if retry_after is None else str(retry_after),
        delay_s=min(_MAX_DELAY_S, max(0.0, float(values.get("delay_s", 0)))),
        count=None if count is None else int(count),
        applied=bool(values.get("applied", False)),
    )


def may_misbehave(service: Service) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Let POST /api/behavior decide how this view answers."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> Response:
            behavior = cast(Behaviors, current_app.extensions["demo_lms"].behaviors).next(service)
            time.sleep(behavior.delay_s)
            if behavior.mode == "ok":
                return view(*args, **kwargs)
            if behavior.applied:
                view(*args, **kwargs)
            return _misbehave(behavior)

        return wrapped

    return decorate


def _misbehave(behavior: Behavior) -> Response:
    if behavior.mode == "garbage":
        return Response("<!doctype html><title>Maintenance</title><p>{not json", 200, mimetype="text/html")
    if behavior.mode == "drop":
        return _drop()
    if behavior.mode == "throttle":
        return rate_limit_exceeded(behavior.retry_after)
    status = 504 if behavior.mode == "hang" else behavior.status
    answer = json_error(
        ApiError(status, "staged_failure", "This answer was asked for through /api/behavior.")
    )
    if behavior.retry_after is not None:
        answer.headers["Retry-After"] = behavior.retry_after
    return answer


def _drop() -> Response:
    """Break the connection: at once where the server hands out its socket, else by ending a body too early."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    answer = Response(_half_a_body(), 200, mimetype="application/json")
    answer.headers["Content-Length"] = "64"
    return answer


def _half_a_body() -> Iterator[bytes]:
    yield b'{"resultUrl":'
