"""For whoever runs the server: is it alive, is it ready, and figures for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.db.connect import transaction
from lti_tool.db.migrate import is_current
from lti_tool.gradebook.due import count_grades
from lti_tool.web.visit import the_tool

WORKER_SILENCE_S = 60
GRADES = Gauge("infolit_grades", "Grades by how their delivery stands", ["state"])

pages = Blueprint("ops", __name__)


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The parts a student needs are there: database, its migrations, a worker that gave a sign of life."""
    checks = _checks()
    ok = all(checks.values())
    return jsonify(status="ready" if ok else "not ready", **checks), 200 if ok else 503


def _checks() -> dict[str, bool]:
    try:
        with transaction(the_tool().sessions) as session:
            migrations = is_current(session.get_bind().engine)
    except SQLAlchemyError:
        return {"database": False, "migrations": False, "worker": False}
    return {"database": True, "migrations": migrations, "worker": _has_worker()}


def _has_worker() -> bool:
    """Whether some worker gave a sign of life lately; False too where its table is not there yet."""
    try:
        with transaction(the_tool().sessions) as session:
            seconds = session.scalar(
                text("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
            )
    except SQLAlchemyError:
        return False
    return seconds is not None and float(seconds) < WORKER_SILENCE_S


@pages.get("/metrics")
def metrics() -> Response:
    """Figures without labels about people or schools: this process, and how the delivery of grades stands."""
    with transaction(the_tool().sessions) as session:
        for state, count in count_grades(session).items():
            GRADES.labels(state=state).set(count)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
