"""What the demo LMS remembers: links, gradebook columns and the grades in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

LinkKind = Literal["assignment", "class", "board"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place in this LMS that opens the tool."""

    id: str
    """Readable, for this LMS's own pages and for scripts."""
    resource_link_id: str
    """Opaque, what the tool is told."""
    course_id: str | None
    """None for the district's own tool."""
    kind: LinkKind
    title: str
    target_url: str
    custom: dict[str, str] = field(default_factory=dict)
    line_item_id: str | None = None
    text: str = ""
    origins: tuple[str, ...] = ()
    """Resource link ids of the links it was copied from, the nearest first."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """That a course was made as a copy of another, by their readable ids."""

    course_id: str
    origin_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """A column of a gradebook."""

    id: str
    course_id: str
    label: str
    score_maximum: float
    resource_id: str = ""
    tag: str = ""
    resource_link_id: str = ""
    start_date_time: str = ""
    end_date_time: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one column holds for one student, after the newest score that was accepted."""

    line_item_id: str
    person_id: str
    score_given: float | None
    score_maximum: float | None
    comment: str
    activity_progress: str
    grading_progress: str
    timestamp: str
    timestamp_us: int
    """The same, in microseconds since 1970, for comparing."""
    received_count: int
    """How many scores were accepted for this cell."""
    submissions: int = 0
    """How many of them the LMS counts as the student handing in anew."""
    by_teacher: bool = False
    """What stands there was entered by the teacher in the LMS."""
    flag: str = ""
    """A mark that the teacher set, such as Excused."""

    def scaled(self, points: float) -> float | None:
        """The score in the column's own points."""
        if self.score_given is None or self.score_maximum is None:
            return None
        if self.score_maximum == 0:
            return 0.0
        return round(self.score_given / self.score_maximum * points, 4)
