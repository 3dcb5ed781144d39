"""One log line a request: the route's pattern, never the address itself (it carries a token), no names, no bodies."""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("infolit.request")


def install(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    if request.endpoint in ("static", "rendering.kind_file", "ops.healthz"):
        return response
    visit = g.get("visit")
    log.info(
        "request",
        method=request.method,
        route=str(request.url_rule or "unknown"),
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
        tenant=str(visit.tenant_id) if visit else None,
    )
    return response
