"""What an LMS's refusal means: try later, or change something first. Each in a sentence a teacher can act on."""

from __future__ import annotations

from datetime import datetime

from lti_tool.errors import (
    ColumnGoneError,
    DeliveryError,
    DeliveryRefusedError,
    DeliveryRetryError,
    ScoreConflictError,
)
from lti_tool.lti.http import Answer, find_retry_after_s

_PASSING = frozenset({408, 423, 425, 429})
_GONE = frozenset({404, 410})
_RATE_LIMIT_WAIT_S = 30.0

_SENTENCES = {
    400: "The LMS did not accept the score as it was sent. Resend it; if it comes back, tell your LMS administrator.",
    401: "The LMS refuses InfoLit's access although it was renewed. Ask your LMS administrator to test the connection.",
    403: "The LMS does not let InfoLit write to this gradebook column. Ask your LMS administrator to allow scores for InfoLit.",
    404: "The gradebook column is gone, or the learner is no longer in the course. If the assignment was made anew, open it once, then resend.",
    410: "The gradebook column was deleted in the LMS. Open the assignment again from the course, then resend.",
    422: "The LMS does not take a score for this learner here: they may have left the course, or the course may have ended.",
}
_NO_ATTEMPTS_LEFT = (
    "The LMS allows no more attempts on this assignment. Allow another attempt there, then resend."
)
_CLOCKS_DIFFER = (
    "The LMS says that this work was handed in in the future: its clock and InfoLit's differ by more than a minute. "
    "Tell your InfoLit administrator, then resend."
)
_UNKNOWN = "The LMS did not accept the score. Ask your LMS administrator to test the connection, then resend."

_READING_SENTENCES = {
    401: _SENTENCES[401],
    403: "The LMS does not let InfoLit read this. Ask your LMS administrator to allow it for InfoLit, then try again.",
    404: "The LMS no longer has what InfoLit asked for. Open InfoLit once from the course, then try again.",
    410: "The LMS no longer has what InfoLit asked for. Open InfoLit once from the course, then try again.",
}
_COLUMN_REFUSED = "The LMS does not let InfoLit make or change gradebook columns here. Ask your LMS administrator to allow it for InfoLit, or do it in the LMS itself."
_UNREADABLE = "The LMS did not answer the question. Ask your LMS administrator to test the connection."


def check_list(answer: Answer, now: datetime) -> None:
    """Like `check_answer`, for a list that was asked for: nothing is lost or sent again."""
    if answer.is_success:
        return
    if 300 <= answer.status < 400:
        raise unexpected_answer(answer)
    if _is_passing(answer):
        raise DeliveryRetryError(
            "The LMS is busy or out of order just now. Try again in a few minutes.",
            retry_after_s=find_retry_after_s(answer, now),
            status=answer.status,
        )
    sentence = _READING_SENTENCES.get(answer.status, _UNREADABLE)
    if answer.status in _GONE:
        raise ColumnGoneError(sentence, status=answer.status)
    raise DeliveryRefusedError(sentence, status=answer.status)


def check_column(answer: Answer, now: datetime) -> None:
    """Like `check_list`, for a column that is made or changed."""
    if answer.status in (400, 403, 409, 415, 422) and not _is_passing(answer):
        raise DeliveryRefusedError(_COLUMN_REFUSED, status=answer.status)
    check_list(answer, now)


def check_answer(answer: Answer, now: datetime) -> None:
    """Pass a success; raise what any other answer means."""
    if not answer.is_success:
        raise _explain(answer, now)


def unexpected_answer(answer: Answer) -> DeliveryRetryError:
    """A page where a message was expected: mostly a proxy or maintenance in between."""
    return DeliveryRetryError(
        "The LMS answered with a web page, as it does during maintenance.", status=answer.status
    )


def _explain(answer: Answer, now: datetime) -> DeliveryError:
    status = answer.status
    if 300 <= status < 400:
        return unexpected_answer(answer)
    if _is_passing(answer):
        return _passing(answer, now)
    if status == 409 or _is_about_time(answer):
        return ScoreConflictError(status=status)
    if status == 422 and answer.mentions("attempts"):
        return DeliveryRefusedError(_NO_ATTEMPTS_LEFT, status=status)
    if status == 400 and answer.mentions("submittedat", "submitted_at") and answer.mentions("future"):
        return DeliveryRefusedError(_CLOCKS_DIFFER, status=status)
    kind = ColumnGoneError if status in _GONE else DeliveryRefusedError
    return kind(_SENTENCES.get(status, _UNKNOWN), status=status)


def _is_passing(answer: Answer) -> bool:
    return answer.status in _PASSING or answer.status >= 500 or is_rate_limited(answer)


def _passing(answer: Answer, now: datetime) -> DeliveryRetryError:
    wait_s = find_retry_after_s(answer, now)
    if answer.status == 429 or is_rate_limited(answer):
        sentence = "The LMS asks InfoLit to slow down; the score will be sent again."
        return DeliveryRetryError(sentence, retry_after_s=wait_s or _RATE_LIMIT_WAIT_S, status=answer.status)
    return DeliveryRetryError(
        "The LMS is busy or out of order just now; the score will be sent again.",
        retry_after_s=wait_s,
        status=answer.status,
    )


def is_rate_limited(answer: Answer) -> bool:
    """Canvas used 403 "Rate Limit Exceeded" before 429: doc/api/throttling.md in canvas-lms, read 2026-11."""
    if answer.status != 403:
        return False
    try:
        is_spent = float(answer.headers.get("x-rate-limit-remaining", "1")) <= 0
    except ValueError:
        is_spent = False
    return is_spent or answer.mentions("rate limit", "rate-limit", "too many requests")


def _is_about_time(answer: Answer) -> bool:
    """Canvas answers 400, not 409, to a score older than the one it holds: scores_controller.rb, read 2026-11."""
    return (
        answer.status == 400
        and answer.mentions("timestamp")
        and answer.mentions("before", "older", "newer", "updated")
    )
