"""A skill a lesson teaches needs questions for every grade the lesson is for, or the board has nothing to show."""

from __future__ import annotations

from lti_tool.content.library import Library
from lti_tool.content.model import Item, Module
from lti_tool.content.problems import Problems


def check_coverage(library: Library, problems: Problems) -> None:
    items = [item for item in library.list_items() if item.is_served]
    for module in library.modules.values():
        for index, skill in enumerate(module.skills):
            bare = list_bare_grades(module, skill, items)
            if bare and skill in library.skills:
                place = library.place(f"module/{module.id}", "skills", index)
                message = f"Nothing asks for the skill “{skill}” in {shown_grades(bare)}."
                problems.warn(place, message, "Write items for it, or take the skill from the list.")


def list_bare_grades(module: Module, skill: str, items: list[Item]) -> list[int]:
    grades = range(module.grades[0], module.grades[1] + 1)
    keyed = [item.grades for item in items if item.skill == skill]
    return [grade for grade in grades if not any(low <= grade <= high for low, high in keyed)]


def shown_grades(grades: list[int]) -> str:
    return f"grade{'s' if len(grades) > 1 else ''} {', '.join(str(grade) for grade in grades)}"
