"""The message log: every LTI message this LMS sent or received, decoded, so that one learns LTI by watching."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import Response, current_app, g, request

from lti_tool.demo_lms.answers import ApiError, json_error
from lti_tool.demo_lms.explain import FIELD_NOTES, explain_claims
from lti_tool.demo_lms.keys import ToolTokenError, peek

MAX_ENTRIES = 2000
_MAX_BODY_CHARS = 20_000
P = ParamSpec("P")

KINDS: dict[str, str] = {
    "registration": "Registration",
    "login": "Login initiation",
    "auth": "Authentication request",
    "launch": "Launch (id_token)",
    "token": "Access token",
    "lineitems": "Line items",
    "scores": "Score",
    "results": "Results",
    "notice": "Notice",
    "memberships": "Roster",
    "deep-link": "Deep linking answer",
}
"""In the order in which they happen."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of a message, with a sentence that says what it is for."""

    heading: str
    note: str = ""
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One message."""

    id: int
    at: str
    kind: str
    title: str
    sender: str
    receiver: str
    status: int | None
    sections: tuple[Section, ...]

    @property
    def failed(self) -> bool:
        return self.status is not None and self.status >= 400

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]


class MessageLog:
    """The newest entries, in memory only."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self._last_id = 0

    def add(
        self,
        kind: str,
        title: str,
        sections: Iterable[Section],
        *,
        sender: str = "tool",
        receiver: str = "LMS",
        status: int | None = None,
    ) -> Entry:
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        with self._lock:
            self._last_id += 1
            entry = Entry(
                id=self._last_id,
                at=at,
                kind=kind,
                title=title,
                sender=sender,
                receiver=receiver,
                status=status,
                sections=tuple(sections),
            )
            self._entries.append(entry)
            return entry

    def list_newest(self, *, kind: str | None = None, limit: int = 100) -> list[Entry]:
        with self._lock:
            entries = [entry for entry in reversed(self._entries) if kind in (None, entry.kind)]
        return entries[:limit]

    def find(self, entry_id: int) -> Entry | None:
        with self._lock:
            return next((entry for entry in self._entries if entry.id == entry_id), None)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def fields_section(heading: str, note: str, fields: dict[str, str]) -> Section:
    """Form fields, one to a line, each with what it is for."""
    lines = [f"{name} = {value}" + _field_note(name) for name, value in fields.items()]
    return Section(heading=heading, note=note, body="\n".join(lines))


def _field_note(name: str) -> str:
    note = FIELD_NOTES.get(name)
    return f"\n    ↑ {note}" if note else ""


def token_sections(token: str, name: str) -> list[Section]:
    """Header and claims of a JWT, family by family."""
    try:
        parts = peek(token)
    except ToolTokenError as problem:
        return [Section(heading=f"{name}: unreadable", note=str(problem), body=token[:500])]
    header = Section(
        heading=f"{name}: header",
        note="Says which key signed it (kid) and how. The receiver fetches that key from the sender's JWKS.",
        body=pretty(parts["header"]),
    )
    families = [
        Section(heading=f"{name}: {family.title}", note=family.note, body=pretty(claims))
        for family, claims in explain_claims(parts["claims"])
    ]
    return [header, *families]


def logged(kind: str, title: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Record what a service view was asked and what it answered, refusals included."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> Response:
            try:
                answer = view(*args, **kwargs)
            except ApiError as problem:
                answer = json_error(problem)
            sections = [*request_sections(), answer_section(answer)]
            log = cast(MessageLog, current_app.extensions["demo_lms"].log)
            log.add(kind, g.pop("log_title", title), sections, status=answer.status_code)
            return answer

        return wrapped

    return decorate


def name_entry(title: str) -> None:
    """A better title for the entry of this request, once the view knows what it is about."""
    g.log_title = title


def request_sections() -> list[Section]:
    head = [f"{request.method} {request.full_path.rstrip('?')}"]
    head += [f"{name}: {_shown_header(name)}" for name in _SHOWN_HEADERS if name in request.headers]
    sections = [Section(heading="Request", note=_request_note(), body="\n".join(head))]
    if request.form:
        fields = {name: _shortened(name, value) for name, value in request.form.items()}
        sections.append(fields_section("Form fields", "", fields))
        for name in _JWT_FIELDS & request.form.keys():
            sections += token_sections(request.form[name], name)
    elif request.get_data():
        sections.append(Section(heading="Request body", body=_readable(request.get_data(as_text=True))))
    return sections


_SHOWN_HEADERS = ("Content-Type", "Accept", "Authorization", "User-Agent")
_JWT_FIELDS = {"client_assertion", "JWT"}


def _shown_header(name: str) -> str:
    value = request.headers[name]
    return f"{value[:13]}…" if name == "Authorization" else value


def _request_note() -> str:
    if "Authorization" in request.headers:
        return "The bearer token came from the token endpoint; it is cut short here."
    return ""


def _shortened(name: str, value: str) -> str:
    return f"{value[:40]}… (decoded below)" if name in _JWT_FIELDS else value


def answer_section(answer: Response) -> Section:
    head = [f"HTTP {answer.status}", f"Content-Type: {answer.content_type}"]
    head += [
        f"{name}: {answer.headers[name]}"
        for name in ("Link", "Retry-After", "WWW-Authenticate")
        if name in answer.headers
    ]
    body = (
        "(connection broken on purpose)" if answer.is_streamed else _readable(answer.get_data(as_text=True))
    )
    return Section(heading="Answer", body="\n".join([*head, "", body]).rstrip())


def _readable(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text[:_MAX_BODY_CHARS]
    if isinstance(value, dict) and "access_token" in value:
        value["access_token"] = f"{str(value['access_token'])[:6]}…"
    return pretty(value)[:_MAX_BODY_CHARS]
