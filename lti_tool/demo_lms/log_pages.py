"""The message log as pages: a list to filter, and a page for each message."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from lti_tool.demo_lms.lms import current_lms
from lti_tool.demo_lms.log import KINDS, MAX_ENTRIES

log_pages = Blueprint("log_pages", __name__)
PAGE_ENTRIES = 50


@log_pages.get("/log")
def index() -> str:
    kind = request.args.get("kind") or None
    if kind is not None and kind not in KINDS:
        abort(404, "There is no such kind of message.")
    page = max(1, request.args.get("page", 1, type=int))
    entries = current_lms().log.list_newest(kind=kind, limit=MAX_ENTRIES)
    start = (page - 1) * PAGE_ENTRIES
    return render_template(
        "log.html",
        kinds=KINDS,
        kind=kind,
        page=page,
        has_more=len(entries) > start + PAGE_ENTRIES,
        entries=entries[start : start + PAGE_ENTRIES],
        total=len(entries),
    )


@log_pages.get("/log/<int:entry_id>")
def show(entry_id: int) -> str:
    log = current_lms().log
    entry = log.find(entry_id)
    if entry is None:
        abort(404, f"This message is gone: the log keeps the newest {MAX_ENTRIES} until the LMS stops.")
    return render_template(
        "log_entry.html",
        entry=entry,
        older=log.find(entry_id - 1),
        newer=log.find(entry_id + 1),
    )
