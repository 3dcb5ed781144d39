"""Why somebody did something to another's work: asked for before it is done, and kept with it in the audit log."""

from __future__ import annotations

from lti_tool.errors import BadFormError


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise BadFormError("Say why, in a few words: it is kept with what you do.")
