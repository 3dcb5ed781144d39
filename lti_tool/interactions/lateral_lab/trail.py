"""The memory of a Lateral Lab: what is open, what was saved, and every step in order. The server keeps it; a form cannot forge it.

A response holds `open` (the page shown), `query` (the newest search), `results` (whether its results are shown), `seen`, `saved`,
`mark` (where the reader's focus belongs) and `trail`: pairs of a verb and what it was done to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lti_tool.interactions.contract import Form, Response, first

MOST_STEPS = 150
"""More than these are not written down; the student goes on all the same."""
MOST_QUERY, MOST_QUERY_STORED = 80, 200
SUGGESTED = "#"
"""Starts a query that was picked from the author's suggestions: it is kept by its number, and told in the reader's language."""
NOTEBOOK = "notebook"
MEMORY = ("open", "query", "results", "seen", "saved", "mark", "trail")


def go_on(
    before: Response, act: str, form: Form, *, pages: Sequence[str], suggested: int, passages: Sequence[str]
) -> Response:
    """The memory after a button was pressed. What is not on this web changes nothing."""
    memory = {name: before[name] for name in MEMORY if name in before}
    verb, _, argument = act.partition(":")
    if verb == "open" and argument in pages:
        return _note({**memory, "open": argument, "seen": _with(memory, "seen", argument)}, verb, argument)
    if verb == "results" and memory.get("query"):
        return _without(memory, "mark") | {"results": True}
    if verb in ("search", "suggest"):
        query = _query(verb, argument, form, suggested)
        return _note({**memory, "query": query, "results": True}, "search", query) if query else memory
    if verb == "save" and argument in passages and argument not in memory.get("saved", ()):
        return _note({**memory, "saved": _with(memory, "saved", argument)}, verb, argument, mark=argument)
    if verb in ("drop", "lift") and argument in memory.get("saved", ()):
        left = [each for each in memory["saved"] if each != argument]
        return _note(
            {**memory, "saved": left}, "drop", argument, mark=NOTEBOOK if verb == "drop" else argument
        )
    return memory


def _note(memory: Response, verb: str, what: str, mark: str = "") -> Response:
    steps = [*memory.get("trail", []), [verb, what]][:MOST_STEPS]
    memory = _without(memory, "mark", *(["results"] if verb == "open" else [])) | {"trail": steps}
    return memory | ({"mark": mark} if mark else {})


def _with(memory: Response, name: str, value: str) -> list[str]:
    return [*memory.get(name, []), *([value] if value not in memory.get(name, []) else [])]


def _without(memory: Response, *names: str) -> Response:
    return {name: value for name, value in memory.items() if name not in names}


def _query(verb: str, argument: str, form: Form, suggested: int) -> str:
    if verb == "suggest":
        known = (
            argument.isascii() and argument.isdecimal() and len(argument) < 3 and int(argument) < suggested
        )
        return f"{SUGGESTED}{int(argument)}" if known else ""
    typed = "".join(letter for letter in first(form, "q") if letter.isprintable())[:MOST_QUERY]
    typed = " ".join(typed.split()).lstrip(SUGGESTED).strip()
    while len(json.dumps(typed)) > MOST_QUERY_STORED:
        typed = typed[:-1]
    return typed


def query_words(query: str, suggestions: Sequence[str]) -> str:
    """A kept query as the reader sees it."""
    number = query.removeprefix(SUGGESTED)
    if (
        query.startswith(SUGGESTED)
        and number.isascii()
        and number.isdecimal()
        and int(number) < len(suggestions)
    ):
        return suggestions[int(number)]
    return query


def seen_pages(response: Mapping[str, Any], known: Sequence[str]) -> tuple[str, ...]:
    """Pages in the order they were first opened; what a stored response names and the web no longer has is left out."""
    return tuple(page_id for page_id in response.get("seen", ()) if page_id in known)
