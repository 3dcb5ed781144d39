"""What modules and quizzes are called."""

from __future__ import annotations

from lti_tool.holdings.held import Held


def content_title(held: Held, kind: str, content_id: str, lang: str) -> str:
    """As it is called in the district's library; its id when it is there no more."""
    if not held.has(kind, content_id):
        own = held.find_own(kind, content_id)
        return own.title if own else content_id
    library = held.library_of(kind, content_id)
    get = library.get_module if kind == "module" else library.get_quiz
    return str(get(content_id, lang).title)
