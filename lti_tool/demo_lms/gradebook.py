"""A course's gradebook as rows, for the pages and for scripts."""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool.demo_lms.district import Course, Person
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.records import LineItem, Link, Result


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One student in one column; `result` is None until something was received."""

    person: Person
    line_item: LineItem
    link: Link | None
    result: Result | None

    @property
    def score(self) -> float | None:
        return self.result.scaled(self.line_item.score_maximum) if self.result else None

    @property
    def points(self) -> float:
        return self.line_item.score_maximum

    @property
    def status(self) -> str:
        """For people, in a word or two."""
        if self.result is None:
            return "Nothing received"
        if self.score is not None:
            return "Graded" if self.result.grading_progress == "FullyGraded" else "Teacher to grade"
        return {"Started": "Started", "InProgress": "In progress"}.get(
            self.result.activity_progress, "No score"
        )

    def as_json(self) -> dict[str, object]:
        result = self.result
        return {
            "user": self.person.id,
            "sub": self.person.sub,
            "name": self.person.name,
            "link": self.link.id if self.link else None,
            "lineitem": self.line_item.id,
            "label": self.line_item.label,
            "score": self.score,
            "max": self.points,
            "status": self.status,
            "score_given": result.score_given if result else None,
            "score_maximum": result.score_maximum if result else None,
            "comment": result.comment if result else "",
            "activityProgress": result.activity_progress if result else None,
            "gradingProgress": result.grading_progress if result else None,
            "timestamp": result.timestamp if result else None,
            "received_count": result.received_count if result else 0,
            "submissions": result.submissions if result else 0,
            "by_teacher": result.by_teacher if result else False,
            "flag": result.flag if result else "",
        }


def list_cells(lms: DemoLMS, course: Course, person: Person | None = None) -> list[Cell]:
    """Student by student, column by column; of one person only when one is given."""
    people = [person] if person else lms.district.list_gradable(course.id)
    links = {link.line_item_id: link for link in lms.state.list_links(course.id) if link.line_item_id}
    items = lms.state.list_line_items(course.id)
    return [
        Cell(
            person=one, line_item=item, link=links.get(item.id), result=lms.state.find_result(item.id, one.id)
        )
        for one in people
        for item in items
    ]


def shown_number(value: float) -> str:
    """18 rather than 18.0, and at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
