"""Errors become pages here, once: plain words, the right status, a next step and a reference number, in the page's language.

The reference number is in the log line beside the reason, so that whoever helps can find it; nothing personal is in either.
"""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from lti_tool.errors import (
    BadRequestError,
    InfoLitError,
    NotFoundError,
    NotReadyError,
    UnkeepableError,
    places_of,
)
from lti_tool.web.retell import retell

log = structlog.get_logger("infolit.web")

_HTTP_WORDS = {
    404: NotFoundError,
}
_UNKEEPABLE = {"DataError", "NumericValueOutOfRange", "CharacterNotInRepertoire", "UntranslatableCharacter"}
"""What psycopg calls a value that cannot be kept (the first: one with a NUL); any other kind of `DataError` is our own fault."""
_HTTP_SENTENCES = {
    405: "This address expects a form, not a visit: it was probably reloaded or opened from the history.",
    413: "The answer is too long to be saved.",
}


def install(app: Flask) -> None:
    app.register_error_handler(InfoLitError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    for kind in (DataError, UnicodeEncodeError):
        app.register_error_handler(kind, _cannot_be_kept)
    app.register_error_handler(Exception, _unknown)


def _known(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, InfoLitError)  # noqa: S101 - Flask's handler types are wider than what it calls
    reference = _reference()
    log.warning(
        "refused", reason=type(error).__name__, status=error.status, reference=reference, **_loggable(error)
    )
    return _page(error.message, error.next_step, error.status, reference)


def _loggable(error: InfoLitError) -> dict[str, object]:
    """What the error says about itself for the log; its data holds nothing personal by contract."""
    return {
        f"about_{name}": value for name, value in error.data.items() if isinstance(value, str | int | float)
    }


def _http(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    status = error.code or 500
    kind = _HTTP_WORDS.get(status, BadRequestError if status < 500 else InfoLitError)
    reference = _reference()
    log.info("http_error", status=status, reference=reference, rule=str(request.url_rule or ""))
    return _page(_HTTP_SENTENCES.get(status, kind().message), kind.next_step, status, reference)


def _database_away(error: Exception) -> ResponseReturnValue:
    reference = _reference()
    log.error("database_away", reference=reference, kind=type(error).__name__)
    return _page(NotReadyError().message, NotReadyError.next_step, NotReadyError.status, reference)


def _cannot_be_kept(error: Exception) -> ResponseReturnValue:
    """What no text or number of a database holds (a NUL, half a sign, a number beyond all ids) was sent; nothing of it is kept."""
    if isinstance(error, DataError) and type(error.orig).__name__ not in _UNKEEPABLE:
        return _unknown(error)
    return _page(UnkeepableError().message, UnkeepableError.next_step, 400, _note_trace(error))


def _unknown(error: Exception) -> ResponseReturnValue:
    """The one place that catches everything: a page instead of a stack trace, the trace in the log."""
    return _page(InfoLitError().message, InfoLitError.next_step, 500, _note_trace(error))


def _note_trace(error: Exception) -> str:
    """Its reference. The error's own words stay out of the log: a database quotes in them what it was given, names and e-mail addresses too."""
    reference = _reference()
    log.error(
        "unexpected",
        reference=reference,
        rule=str(request.url_rule or ""),
        kind=type(error).__name__,
        cause=type(error.__cause__).__name__ if error.__cause__ else None,
        trace=places_of(error),
    )
    return reference


def _reference() -> str:
    return secrets.token_hex(4).upper()


def _page(message: str, next_step: str, status: int, reference: str) -> ResponseReturnValue:
    message, next_step = retell(message), retell(next_step)
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if wanted == "application/json" or (
        request.is_json and "text/html" not in request.accept_mimetypes.values()
    ):
        return jsonify(error=message, next_step=next_step, reference=reference), status
    return render_template(
        "error.html", message=message, next_step=next_step, status=status, reference=reference
    ), status
