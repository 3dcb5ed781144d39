"""The library's modules and quizzes as snapshots: what is served to students."""

from __future__ import annotations

from lti_tool.content.library import Library
from lti_tool.content.snapshot import Snapshot, snapshot_module, snapshot_quiz


class Shelf:
    """The library's modules and quizzes as snapshots, each made once: a library never changes while the process runs."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._made: dict[tuple[str, str], Snapshot] = {}

    def get(self, kind: str, content_id: str) -> Snapshot:
        """The newest snapshot of a module or quiz. Raises NotFoundError."""
        key = (kind, content_id)
        if key not in self._made:
            make = snapshot_module if kind == "module" else snapshot_quiz
            self._made[key] = make(self._library, content_id)
        return self._made[key]
