"""Which grades of a skill's progression have questions, and which have none yet."""

from __future__ import annotations

from collections.abc import Iterator

from lti_tool.content.library import Library
from lti_tool.content.model import BANDS, Skill


def taught_grades(skill: Skill) -> list[int]:
    """The grades of the bands its progression names, kindergarten being 0."""
    return [grade for band in skill.bands() for grade in range(BANDS[band][0], BANDS[band][1] + 1)]


def bare_grades(library: Library) -> Iterator[tuple[Skill, list[int]]]:
    """Skills with grades that are taught and have no question in use, in the spine's order."""
    bands = [(item.skill, item.grades) for item in library.list_items() if item.is_served]
    for skill in library.skills.values():
        keyed = [grades for skill_id, grades in bands if skill_id == skill.id]
        bare = [
            grade for grade in taught_grades(skill) if not any(low <= grade <= high for low, high in keyed)
        ]
        if bare:
            yield skill, bare


def show_grades(grades: list[int]) -> str:
    """Ranges, in words of school.

    >>> show_grades([0, 1, 2, 4, 6, 7])
    'K–2, 4, 6–7'
    """
    ranges: list[list[int]] = []
    for grade in grades:
        if ranges and grade == ranges[-1][1] + 1:
            ranges[-1][1] = grade
        else:
            ranges.append([grade, grade])
    names = [[str(end) if end else "K" for end in each] for each in ranges]
    return ", ".join("–".join(dict.fromkeys(each)) for each in names)
