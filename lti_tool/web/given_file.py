"""A file that somebody gives by a form."""

from __future__ import annotations

from flask import request

from lti_tool.errors import BadFormError

AROUND_THE_FILE = 100_000
"""Bytes that a form has besides the file in it."""


def allow_file(most: int) -> None:
    """Let this request's form hold a file of so many bytes. To be said before anything of the form is read."""
    request.max_content_length = most + AROUND_THE_FILE


def read_file() -> tuple[str, bytes]:
    """The name that the file has on its giver's machine, and its bytes. Raises BadFormError where none was chosen."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BadFormError("Choose a file first.")
    return sent.filename, sent.read()
