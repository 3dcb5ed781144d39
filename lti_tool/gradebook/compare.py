"""What the LMS's gradebook holds beside what we delivered: a teacher's own grade, a grade that is gone, one that came by itself.

Only compared and told. A teacher's own grade stands until they send ours again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lti_tool.facts.gateway import RecordedResult
from lti_tool.gradebook.tables import Grade, GradeState

_ROUNDING = 0.0005
"""An LMS that keeps two decimals of a hundred points rounds this much."""


class Difference(StrEnum):
    """How the two differ."""

    CHANGED = "changed"
    """The LMS holds another score: somebody entered it there."""
    MISSING = "missing"
    """The LMS confirmed the score and does not hold it any more."""
    ONLY_THERE = "only_there"
    """The LMS holds a score where we have none."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One learner whose grade differs."""

    person_id: uuid.UUID
    difference: Difference
    ours: float | None
    theirs: float | None
    """In the LMS, in points of our maximum where we have one."""
    maximum: float | None


def compare(
    grades: Mapping[uuid.UUID, Grade], results: Iterable[RecordedResult], learners: Mapping[str, uuid.UUID]
) -> list[Finding]:
    """Findings of one assignment. `learners`: persons by the id the LMS uses. Grades still on their way are no finding."""
    held = {result.subject: result for result in results if result.result_score is not None}
    found = [_of_grade(grade, held.get(grade.subject)) for grade in grades.values()]
    graded = {grade.subject for grade in grades.values()}
    others = [
        _only_there(learners[subject], result)
        for subject, result in held.items()
        if subject in learners and subject not in graded
    ]
    return [each for each in found if each is not None] + others


def _of_grade(grade: Grade, result: RecordedResult | None) -> Finding | None:
    theirs = _points(result, grade.wanted_maximum)
    is_delivered = grade.state == GradeState.DELIVERED
    if theirs is None and is_delivered and grade.wanted_score > 0:  # Moodle lists no result of zero.
        return _finding(grade, Difference.MISSING, None)
    is_settled = is_delivered or grade.state == GradeState.REFUSED
    is_same = theirs is None or abs(theirs - grade.wanted_score) < _ROUNDING * grade.wanted_maximum
    return None if is_same or not is_settled else _finding(grade, Difference.CHANGED, theirs)


def _finding(grade: Grade, difference: Difference, theirs: float | None) -> Finding:
    return Finding(
        person_id=grade.person_id,
        difference=difference,
        ours=grade.wanted_score,
        theirs=theirs,
        maximum=grade.wanted_maximum,
    )


def _only_there(person_id: uuid.UUID, result: RecordedResult) -> Finding:
    return Finding(
        person_id=person_id,
        difference=Difference.ONLY_THERE,
        ours=None,
        theirs=result.result_score,
        maximum=result.result_maximum,
    )


def _points(result: RecordedResult | None, maximum: float) -> float | None:
    if result is None or result.result_score is None:
        return None
    return result.result_score / (result.result_maximum or maximum) * maximum
